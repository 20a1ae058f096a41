"""
A PostgreSQL and a Valkey of one's own under ``var/``, so that a laptop runs the real thing.

The wheels give the programs and nothing else; how they are started, shared and stopped is decided
here. Every process that uses them holds a lease, which the kernel of the operating system drops
when the process ends, however it ends. A reaper, detached from all of them, stops both servers
when the last lease is gone.
"""

import sys

from quota_registry.embedded.complaints import Complaint
from quota_registry.embedded.servers import Servers, ensure

__all__ = ["Complaint", "Servers", "ensure", "ensure_or_exit"]


def ensure_or_exit() -> Servers:
    """Start or find the servers, or end the process with one clear sentence."""
    try:
        return ensure()
    except Complaint as complaint:
        sys.exit(str(complaint))
