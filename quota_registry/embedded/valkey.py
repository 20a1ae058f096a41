"""The embedded Valkey: broker and cache, asked and stopped like its neighbour."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import redis

from quota_registry.embedded import processes, programs
from quota_registry.embedded.complaints import DiskFull, NotStarted, is_full_disk, of_error
from quota_registry.embedded.folders import Folders, write_private
from quota_registry.embedded.ports import free_port

PATIENCE: Final = 20
NAME: Final = "Valkey"


@dataclass(frozen=True)
class Valkey:
    """One server under one ``var/``."""

    folders: Folders

    @property
    def home(self) -> Path:
        return self.folders.valkey

    @property
    def log(self) -> Path:
        return self.home / "valkey.log"

    def url(self) -> str:
        """Write the address, as broker and cache take it."""
        return f"redis://:{self.folders.secret('valkey')}@127.0.0.1:{self.port()}/0"

    def port(self) -> int:
        """Read the port that the server was last started on; 0 if it never was."""
        try:
            return int((self.home / "port").read_text())
        except (OSError, ValueError):
            return 0

    def is_ready(self) -> bool:
        """Say whether a login works *and* the server that answers is the one of this folder."""
        if not self.port():
            return False
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=3) as client:
                folder = client.config_get("dir")["dir"]
        except (redis.RedisError, KeyError):
            return False
        return Path(os.fsdecode(folder)) == self.home

    def start(self) -> None:
        """
        Start the server.

        :raises Complaint: if the disk is full or the server does not come up.
        """
        self.stop()
        for _attempt in range(3):
            if self._launch(free_port()):
                return
        raise NotStarted(NAME, self.log)

    def stop(self) -> None:
        """Stop the server; what was queued is on disk."""
        processes.stop(self.home, None, signal.SIGTERM, patience=10)

    def _launch(self, port: int) -> bool:
        try:
            write_private(self.home / "valkey.conf", self._configuration(port), self.folders.user)
            write_private(self.home / "port", str(port), self.folders.user)
        except OSError as error:
            raise of_error(error, self.folders.var) from error
        started = subprocess.run(
            [str(programs.valkey(self.folders)), str(self.home / "valkey.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.home,
            env={"PATH": os.defpath, "LANG": "C"},
            start_new_session=True,
            **self.folders.user.as_user,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not started.returncode:
            if self.is_ready():
                return True
            if time.monotonic() > end - PATIENCE + 1 and not processes.living_in(self.home):
                break
            time.sleep(processes.STEP)
        words = started.stdout + self._last_words()
        if is_full_disk(started.returncode, words):
            raise DiskFull(self.folders.var)
        return False

    def _configuration(self, port: int) -> str:
        return f"""
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {self.folders.secret("valkey")}
daemonize yes
dir "{self.home}"
logfile "{self.log}"
save ""
appendonly yes
appendfsync everysec
"""

    def _last_words(self) -> str:
        try:
            return self.log.read_bytes()[-2000:].decode("utf-8", "replace")
        except OSError:
            return ""
