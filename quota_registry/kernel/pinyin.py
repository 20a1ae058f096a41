"""
How Chinese lists are ordered: by a stored pinyin key, since the embedded build has no ICU.

What somebody types without an input method is looked for in the same key: see `Polluter.pinyin`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pypinyin.core import Pinyin

LENGTH: Final = 240

_BETWEEN: Final = re.compile(r"[\s'’]+")
_LETTERS: Final = re.compile(r"(?=.*[a-z])[a-z0-9]{2,}")


def sort_key(name: str) -> str:
    """Return the pinyin of *name*, one syllable a word, lower case, for ``ORDER BY``."""
    return " ".join(map(_read, _reader().seg(name))).lower()[:LENGTH]


def typed(words: str) -> str:
    """
    Return *words* as pinyin to look for, syllables joined: whole ones, or initials alone.

    Empty where they are no pinyin: other characters than those of a keyboard, or but one letter,
    which says too little.
    """
    joined = _BETWEEN.sub("", words.lower())
    return joined if _LETTERS.fullmatch(joined) else ""


@lru_cache(maxsize=20_000)
def _read(word: str) -> str:
    # Names of firms share most of their words: a list of 100 000 is read four times as fast.
    return " ".join(_reader().lazy_pinyin([word]))


@cache
def _reader() -> Pinyin:
    # Its dictionary takes a second to read, which most processes never need to spend.
    from pypinyin.core import Pinyin

    return Pinyin()
