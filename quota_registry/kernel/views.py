"""
What every floor's views stand on: who acts, on which day, with which permission.

They live here and not in ``quota_registry.web`` because the views of ``reserve`` and the floors
above it stand on them, and nothing below may know of anything above.
"""
