"""``make reset``: drop ``var/``, once nobody uses the servers in it."""

import shutil
import sys
from pathlib import Path

from quota_registry.embedded import lease
from quota_registry.embedded.folders import Folders
from quota_registry.embedded.postgres import Postgres
from quota_registry.embedded.valkey import Valkey


def main() -> str | None:
    """Remove what lies in ``var/``; a sentence if somebody still works there."""
    folders = Folders.here()
    if not folders.var.exists():
        return None
    if not (folders.var / "lease").exists():
        return f"{folders.var} 不是本系统的目录 · {folders.var} is not the registry's: left alone."
    held = lease.take(folders.lease)
    if not lease.is_last(held):
        return (
            "仍有进程在使用，请先停止 · still in use: stop `make serve` and other commands first."
        )
    Valkey(folders).stop()
    Postgres(folders).stop()
    for entry in folders.var.iterdir():
        _remove(entry)
    return None


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


if __name__ == "__main__":
    sys.exit(main())
