"""
Who still uses the servers, told by locks that the operating system drops for the dead.

Every user of the servers holds the lease shared. The reaper waits to hold it alone; when it does,
nobody is left. Starting and stopping take turns on a lock of their own.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quota_registry.embedded.complaints import of_error
from quota_registry.embedded.folders import HOUSE, Folders


def open_lock(path: Path) -> int:
    """Open a lock file, which is never written to."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise of_error(error, path.parent) from error


def take(path: Path) -> int:
    """Join the holders of the lease, waiting while the servers are just being stopped."""
    lock = open_lock(path)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def is_last(lock: int) -> bool:
    """Try to hold the lease alone; False if somebody else holds it too."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait for one's turn, and have it to oneself."""
    lock = open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def post_reaper(folders: Folders) -> None:
    """
    See to it that a reaper is there.

    The lock that says so is taken here and inherited, so there is no moment in which two callers
    could both find the post empty.
    """
    lock = open_lock(folders.reaper)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return
    with (folders.log / "reaper.log").open("ab") as log:
        reaper = subprocess.Popen(
            [sys.executable, "-m", "quota_registry.embedded.reaper", str(folders.var), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=os.environ | {"PYTHONPATH": str(HOUSE)},
            pass_fds=[lock],
            start_new_session=True,
        )
    os.close(lock)
    # It outlives this process on purpose; nobody here will ever collect it.
    reaper.returncode = 0
