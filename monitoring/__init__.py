"""
Third floor, above the stock: what the environment did.

Nothing is built here yet. The stock below knows nothing of this floor; it will bring its own
tables, rules and pages, and list its tables in ``privileges.py``.
"""
