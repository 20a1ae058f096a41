"""SQL that migrations run: what the parks promise, kept by PostgreSQL itself."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def read(name: str) -> str:
    """Return the text of an SQL file of this folder."""
    return (FOLDER / name).read_text(encoding="utf-8")
