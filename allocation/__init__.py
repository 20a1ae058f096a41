"""
Top floor: the desk.

Nothing is built here yet. What an application holds and uses will be posted through
``reserve.services``.
"""
