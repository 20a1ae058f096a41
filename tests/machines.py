"""Machines to start the registry on: a fresh ``var/`` each, and processes that use it."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quota_registry.embedded import processes
from quota_registry.embedded.folders import HOUSE, Folders

USE_SERVERS: Final = """
import json, sys
from quota_registry import embedded
servers = embedded.ensure_or_exit()
print(json.dumps({"admin": servers.admin_url, "app": servers.app_url, "redis": servers.redis_url}))
sys.stdout.flush()
sys.stdin.read()
"""


@dataclass
class User:
    """A process that holds a lease until it is told, or made, to end."""

    folders: Folders
    process: "subprocess.Popen[str]"
    urls: dict[str, str]

    def leave(self) -> None:
        """End as any program does that has nothing more to do."""
        self.process.communicate("", timeout=30)

    def kill(self) -> None:
        """End without a word."""
        self.process.kill()
        self.process.communicate(timeout=30)


_users: list[User] = []


@contextmanager
def machine(name: str = "var") -> Iterator[Folders]:
    """A folder that the servers' user can reach, as pytest's own are not, and its clearing up."""
    home = Path(tempfile.mkdtemp(prefix="quota-", dir="/tmp"))
    home.chmod(0o755)
    folders = Folders(home / name)
    try:
        yield folders
    finally:
        for user in [user for user in _users if user.folders == folders]:
            _users.remove(user)
            user.kill()
        kill_servers(folders)
        shutil.rmtree(home, ignore_errors=True)


def environ(folders: Folders, **more: str) -> dict[str, str]:
    """The environment of somebody who has set nothing but the folder."""
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "QUOTA_", "DJANGO_", "PYTEST_", "OWNER_")
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((*ours, "ADMIN_", "PORT", "HOST"))
    }
    return clean | {"QUOTA_VAR": str(folders.var), "QUOTA_LINGER": "0.2", **more}


def use(folders: Folders) -> User:
    """Start a process that takes a lease, and wait until it has the servers."""
    process = popen(folders)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    _users.append(User(folders, process, json.loads(line)))
    return _users[-1]


def kill_servers(folders: Folders) -> None:
    """End both servers and all their children as the operating system would, short of memory."""
    for place in (folders.postgres / "data", folders.valkey):
        processes.stop(place, None, signal.SIGKILL, patience=10)


def popen(folders: Folders) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USE_SERVERS],
        cwd=HOUSE,
        env=environ(folders),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    folders: Folders, *words: str, file_limit: int | None = None, **more: Any
) -> "subprocess.CompletedProcess[str]":
    """Run Python to its end, where files may grow only so far."""

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.run(
        [sys.executable, *words],
        cwd=HOUSE,
        env=environ(folders, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        preexec_fn=limit,
    )


def living(folders: Folders) -> set[int]:
    """Every server process of this machine."""
    return processes.living_in(folders.postgres / "data") | processes.living_in(folders.valkey)


def empty_within(folders: Folders, seconds: float) -> bool:
    """Whether both servers are gone in so many seconds."""
    end = time.monotonic() + seconds
    while living(folders):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_one_sentence(words: str) -> bool:
    """One line in two languages, and no traceback."""
    return len(words.strip().splitlines()) == 1 and " · " in words and "Traceback" not in words
