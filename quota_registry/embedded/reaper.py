"""
Stops the servers when nobody uses them any more: ``python -m quota_registry.embedded.reaper``.

It is detached from whoever posted it, so a terminal that is closed, a Ctrl-C and a ``kill -9``
of every user of the servers all end the same way.
"""

import fcntl
import os
import sys
import time
from pathlib import Path

from quota_registry.embedded import lease
from quota_registry.embedded.folders import Folders
from quota_registry.embedded.postgres import Postgres
from quota_registry.embedded.valkey import Valkey


def watch(folders: Folders, post: int, linger: float) -> None:
    """Wait until the last lease has been gone for a moment, stop both servers, leave the post."""
    lock = lease.open_lock(folders.lease)
    while True:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # One command often follows another: they should not have to start the servers anew.
        fcntl.flock(lock, fcntl.LOCK_UN)
        time.sleep(linger)
        if lease.is_last(lock):
            break
    Valkey(folders).stop()
    Postgres(folders).stop()
    # First the post, then the lease: who gets the lease must find the post empty.
    os.close(post)
    os.close(lock)


if __name__ == "__main__":
    watch(Folders(Path(sys.argv[1])), int(sys.argv[2]), float(os.environ.get("QUOTA_LINGER", 4)))
