"""How Chinese lists are ordered: by a stored pinyin key, since the embedded build has no ICU."""

from __future__ import annotations

from typing import Final

LENGTH: Final = 240


def sort_key(name: str) -> str:
    """Return the pinyin of *name*, one syllable a word, lower case, for ``ORDER BY``."""
    # Its dictionary takes a second to read, which most processes never need to spend.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name)).lower()[:LENGTH]
