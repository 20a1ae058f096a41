"""What a font can draw: read from its character map, so that paper never fails on a rare sign."""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GETA: Final = "〓"
"""What Chinese printers have always set where a sign was missing from the case."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters that one face of a font draws, as sorted spans of code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


def coverage(path: Path, face: int) -> Coverage:
    """
    Read the character map of one face of a font collection.

    Only the full Unicode map (format 12) is read: a font for Chinese has one.

    :raises ValueError: if the face has no such map.
    """
    with path.open("rb") as font:
        font.seek(12 + 4 * face)
        (face_at,) = struct.unpack(">I", font.read(4))
        font.seek(face_at + 4)
        (count,) = struct.unpack(">H", font.read(2))
        font.seek(face_at + 12)
        tables = struct.iter_unpack(">4sIII", font.read(16 * count))
        map_at = next(at for tag, _sum, at, _size in tables if tag == b"cmap")
        font.seek(map_at)
        _version, count = struct.unpack(">HH", font.read(4))
        for _platform, _encoding, at in list(struct.iter_unpack(">HHI", font.read(8 * count))):
            font.seek(map_at + at)
            if struct.unpack(">H", font.read(2)) != (12,):
                continue
            font.seek(map_at + at + 12)
            (groups,) = struct.unpack(">I", font.read(4))
            spans = list(struct.iter_unpack(">III", font.read(12 * groups)))
            return Coverage(tuple(span[0] for span in spans), tuple(span[1] for span in spans))
    raise ValueError(f"{path.name} has no full character map")
