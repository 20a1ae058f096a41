"""Where the servers keep their data, their words and their secrets, and as whom they run."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from quota_registry.embedded.complaints import DiskFull, OutOfReach, of_error

HOUSE: Final = Path(__file__).resolve().parent.parent.parent
ROOM_NEEDED: Final = 400 * 1024 * 1024


@dataclass(frozen=True)
class Folders:
    """Everything under ``var/``. No folder that was there before has its mode changed."""

    var: Path

    @classmethod
    def here(cls) -> "Folders":
        named = os.environ.get("QUOTA_VAR", "").strip()
        return cls(Path(named).absolute().resolve() if named else HOUSE / "var")

    @property
    def lease(self) -> Path:
        return self.var / "lease"

    @property
    def starting(self) -> Path:
        return self.var / "starting.lock"

    @property
    def reaper(self) -> Path:
        return self.var / "reaper.lock"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @cached_property
    def user(self) -> "ServerUser":
        return ServerUser.pick()

    def make(self) -> None:
        """
        Make what is missing, and refuse a folder in which the servers could not live.

        :raises Complaint: if the disk is full, or a folder is out of reach.
        """
        try:
            self.var.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.log.mkdir(mode=0o755, exist_ok=True)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
            for folder in (self.postgres, self.valkey):
                if not folder.exists():
                    folder.mkdir(mode=0o700)
                    self.user.own(folder)
            if not (self.postgres / "data").exists():
                self._refuse_little_room()
        except OSError as error:
            raise of_error(error, self.var) from error
        for folder in (self.postgres, self.valkey):
            if not self.user.can("-x", folder):
                raise OutOfReach(folder, self.user.name)

    def secret(self, name: str) -> str:
        """Read a secret, making it on the first call."""
        path = self.secrets / name
        try:
            if not path.exists():
                self.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(path, secrets.token_urlsafe(40))
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise of_error(error, self.secrets) from error

    def lend_secrets(self, environ: MutableMapping[str, str]) -> None:
        """Let an installation of one's own have secrets of its own; what somebody set stays."""
        environ.setdefault("QUOTA_DEMO", "1")
        for name, file in (
            ("SECRET_KEY", "secret-key"),
            ("QUOTA_METRICS_TOKEN", "metrics-token"),
        ):
            self.secret(file)
            if not environ.get(name):
                environ.setdefault(f"{name}_FILE", str(self.secrets / file))

    def _refuse_little_room(self) -> None:
        if shutil.disk_usage(self.var).free < ROOM_NEEDED:
            raise DiskFull(self.var)


@dataclass(frozen=True)
class ServerUser:
    """The operating system's user that runs the servers: never root, whom PostgreSQL refuses."""

    name: str
    uid: int
    gid: int
    other: bool

    @classmethod
    def pick(cls) -> "ServerUser":
        if os.geteuid() != 0:
            return cls(_name_of(os.geteuid()), os.geteuid(), os.getegid(), other=False)
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)

    @property
    def as_user(self) -> dict[str, Any]:
        """The words with which ``subprocess`` starts a program as this user."""
        if not self.other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand over a file or folder that was just made."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def can(self, how: str, path: Path) -> bool:
        """Ask the operating system itself, access lists included, as ``test`` would."""
        return subprocess.run(["test", how, str(path)], cwd="/", **self.as_user).returncode == 0


def write_private(path: Path, content: str, owner: ServerUser | None = None) -> None:
    """Write a file that only its owner may read; a reader never meets half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    if owner is not None:
        owner.own(draft)
    draft.replace(path)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
