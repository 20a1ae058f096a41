"""SQL that migrations run: the promises that PostgreSQL itself keeps."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def read(name: str) -> str:
    """Return the text of an SQL file of this folder, with ``%`` doubled where Django wants it."""
    return (FOLDER / name).read_text(encoding="utf-8")
