"""Start the two servers, or find them running, and say how to reach them."""

import os
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Final

from quota_registry.embedded import lease
from quota_registry.embedded.folders import Folders
from quota_registry.embedded.postgres import ADMIN, Postgres
from quota_registry.embedded.valkey import Valkey
from quota_registry.kernel import preparation

_held: Final[dict[Folders, "Servers"]] = {}


@dataclass(frozen=True)
class Servers:
    """Both servers, running, for as long as this process lives or until it lets go."""

    folders: Folders
    admin_url: str
    owner_url: str
    app_url: str
    redis_url: str
    _lease: int = field(repr=False)

    def apply(self, environ: MutableMapping[str, str]) -> None:
        """Write the addresses into an environment; what somebody set there stays."""
        environ.setdefault("ADMIN_DATABASE_URL", self.admin_url)
        environ.setdefault("OWNER_DATABASE_URL", self.owner_url)
        environ.setdefault("DATABASE_URL", self.app_url)
        environ.setdefault("REDIS_URL", self.redis_url)
        self.folders.lend_secrets(environ)

    def release(self) -> bool:
        """Let go, and stop the servers at once if nobody else uses them; True if they stopped."""
        _held.pop(self.folders, None)
        last = lease.is_last(self._lease)
        if last:
            Valkey(self.folders).stop()
            Postgres(self.folders).stop()
        os.close(self._lease)
        return last


def ensure(folders: Folders | None = None) -> Servers:
    """
    Find the servers of this ``var/`` running or start them, and take this process's lease.

    :raises Complaint: if the machine does not allow it; its text is one sentence for the user.
    """
    folders = folders or Folders.here()
    if folders in _held:
        return _held[folders]
    folders.make()
    held = lease.take(folders.lease)
    try:
        with lease.alone(folders.starting):
            _start(folders)
            lease.post_reaper(folders)
    except BaseException:
        # What was started half-way has no user: the next one starts from nothing.
        if lease.is_last(held):
            Valkey(folders).stop()
            Postgres(folders).stop()
        os.close(held)
        raise
    postgres, valkey = Postgres(folders), Valkey(folders)
    _held[folders] = servers = Servers(
        folders=folders,
        admin_url=postgres.url(ADMIN),
        owner_url=postgres.url(preparation.OWNER),
        app_url=postgres.url(preparation.APP),
        redis_url=valkey.url(),
        _lease=held,
    )
    return servers


def _start(folders: Folders) -> None:
    postgres, valkey = Postgres(folders), Valkey(folders)
    if not valkey.is_ready():
        valkey.start()
    if not postgres.is_ready():
        postgres.start()
    prepared = postgres.data / "quota.prepared"
    if not prepared.exists():
        preparation.prepare(
            admin_url=postgres.url(ADMIN, database="postgres"),
            owner_url=postgres.url(preparation.OWNER),
            app_url=postgres.url(preparation.APP),
        )
        prepared.touch()
