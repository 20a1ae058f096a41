"""Who may do what to this floor's tables: it has none yet."""

from quota_registry.kernel.database import Grants

PRIVILEGES: dict[str, Grants] = {}
