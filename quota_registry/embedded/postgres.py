"""The embedded PostgreSQL: made whole or not at all, started, asked, stopped."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from quota_registry.embedded import processes, programs
from quota_registry.embedded.complaints import DiskFull, NotStarted, is_full_disk, of_error
from quota_registry.embedded.folders import Folders, write_private
from quota_registry.embedded.ports import free_port

ADMIN: Final = "quota_admin"
DATABASE: Final = "quota"
PATIENCE: Final = 60
NAME: Final = "PostgreSQL"

# Loopback only and no socket in the file system: nothing to find, nothing to squat on.
CONFIGURATION: Final = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'
shared_buffers = '256MB'
wal_level = 'minimal'
max_wal_senders = 0
max_wal_size = '2GB'
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
lc_messages = 'C'
"""


@dataclass(frozen=True)
class Postgres:
    """One cluster under one ``var/``."""

    folders: Folders

    @property
    def data(self) -> Path:
        return self.folders.postgres / "data"

    @property
    def log(self) -> Path:
        return self.folders.log / "postgres.log"

    def url(self, user: str, *, database: str = DATABASE, port: int | None = None) -> str:
        """Write the address for one of the roles."""
        secret = self.folders.secret(f"postgres-{user}")
        return f"postgresql://{user}:{secret}@127.0.0.1:{port or self.port()}/{database}"

    def port(self) -> int:
        """Read the port from the server's own pid file; 0 if there is none."""
        lines = self._pid_file()
        return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0

    def is_ready(self) -> bool:
        """Say whether a login works *and* the server that answers is the one of this folder."""
        port = self.port()
        if not port:
            return False
        try:
            with psycopg.connect(
                self.url(ADMIN, database="postgres", port=port), connect_timeout=3
            ) as connection:
                (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        except psycopg.Error:
            return False
        return Path(folder) == self.data

    def start(self) -> bool:
        """
        Start the server, making its cluster first if there is none; True if it was made.

        :raises Complaint: if the disk is full or the server does not come up.
        """
        fresh = not self.data.exists()
        if fresh:
            self._make()
        self._clear_the_dead()
        for _attempt in range(3):
            outcome = self._launch(free_port())
            if self._wait(outcome):
                return fresh
        raise NotStarted(NAME, self.log)

    def stop(self) -> None:
        """Stop the server: open transactions end, what was committed is safe."""
        lines = self._pid_file()
        chief = int(lines[0]) if lines and lines[0].isdigit() else None
        processes.stop(self.data, chief, signal.SIGINT, patience=30)

    def _make(self) -> None:
        draft = self.folders.postgres / "data.draft"
        password = self.folders.postgres / "password"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            secret = self.folders.secret(f"postgres-{ADMIN}")
            write_private(password, secret, self.folders.user)
            made = self._run(
                "initdb", "-D", str(draft), "--username", ADMIN, "--pwfile", str(password),
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            )  # fmt: skip
            if made.returncode:
                self._note(made.stdout)
                if is_full_disk(made.returncode, made.stdout):
                    raise DiskFull(self.folders.var)
                raise NotStarted(NAME, self.log)
            with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(CONFIGURATION)
            draft.rename(self.data)
        except OSError as error:
            raise of_error(error, self.folders.var) from error
        finally:
            with contextlib.suppress(OSError):
                password.unlink(missing_ok=True)

    def _clear_the_dead(self) -> None:
        """Take away what a killed server left, once none of its processes is there any more."""
        if not processes.wait_until_empty(self.data, 5):
            self.stop()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, port: int) -> "subprocess.CompletedProcess[str]":
        try:
            self.log.touch(mode=0o600)
            self.folders.user.own(self.log)
        except OSError as error:
            raise of_error(error, self.folders.var) from error
        return self._run(
            "pg_ctl", "start", "-W", "-s", "-D", str(self.data), "-l", str(self.log),
            "-o", f"-p {port}",
        )  # fmt: skip

    def _wait(self, launched: "subprocess.CompletedProcess[str]") -> bool:
        end = time.monotonic() + PATIENCE
        seen = False
        while time.monotonic() < end:
            if self.is_ready():
                return True
            living = bool(processes.living_in(self.data))
            if seen and not living:
                break
            seen = seen or living
            if not seen and time.monotonic() > end - PATIENCE + 5:
                break
            time.sleep(processes.STEP)
        words = launched.stdout + _tail(self.log)
        if is_full_disk(launched.returncode, words):
            raise DiskFull(self.folders.var)
        return False

    def _run(self, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
        folder = programs.postgres(self.folders)
        return subprocess.run(
            [str(folder / program), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folders.postgres,
            env={
                "PATH": os.defpath,
                "LANG": "C",
                "LC_ALL": "C",
                **programs.libraries(self.folders),
            },
            start_new_session=True,
            **self.folders.user.as_user,
        )

    def _note(self, words: str) -> None:
        with contextlib.suppress(OSError), self.log.open("a", encoding="utf-8") as file:
            file.write(words)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []


def _tail(log: Path, size: int = 4000) -> str:
    try:
        return log.read_bytes()[-size:].decode("utf-8", "replace")
    except OSError:
        return ""
