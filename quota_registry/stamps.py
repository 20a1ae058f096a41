"""Steps that need not be done twice: each remembers the fingerprint of what it was done from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """Sum up files by their content, and whatever else matters."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def quick_fingerprint(paths: Iterable[Path]) -> str:
    """Sum up files by name, size and time, where reading them all would take too long."""
    seen = ((path, path.stat()) for path in sorted(paths) if path.is_file())
    return hashlib.sha256(
        "\n".join(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in seen).encode()
    ).hexdigest()


class Stamp:
    """One step's memory, a file under ``var/stamps``."""

    def __init__(self, folder: Path, name: str, value: str) -> None:
        self.path = folder / name
        self.value = value

    def holds(self) -> bool:
        """Say whether the step was done from just this."""
        try:
            return self.path.read_text() == self.value
        except OSError:
            return False

    def set(self) -> None:
        """Remember that it has been done."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)
