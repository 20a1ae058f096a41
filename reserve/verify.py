#!/usr/bin/env python3
"""
Check offline that a transfer is sealed in the ledger. This file stands alone.

    python verify.py receipt.json [CHAIN]

The receipt says what was posted, the path from its hash to the root of its seal, and the chain
up to that seal. CHAIN is the chain value that the registry published for that seal, on paper or
elsewhere: with it the receipt proves that the transfer is in the ledger; without it, only that
the receipt agrees with itself.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any


def leaf(text: str) -> bytes:
    """Hash the text of a transfer; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + text.encode()).digest()


def root(start: bytes, path: list[tuple[str, str]]) -> bytes:
    """Climb from a leaf to the root, meeting each neighbour on its side."""
    node = start
    for side, neighbour in path:
        other = bytes.fromhex(neighbour)
        node = sha256(b"\x01" + (other + node if side == "left" else node + other)).digest()
    return node


def chain(receipt: dict[str, Any]) -> bytes:
    """Link the root to the seal before it."""
    words = " ".join(
        str(receipt[name]) for name in ("seal", "first_position", "last_position", "sealed_at")
    )
    return sha256(
        b"\x02"
        + bytes.fromhex(receipt["previous"])
        + bytes.fromhex(receipt["root"])
        + words.encode()
    ).digest()


def faults(receipt: dict[str, Any], published: str = "") -> list[str]:
    """List what does not fit; nothing means that the receipt holds."""
    found = []
    if leaf(receipt["text"]).hex() != receipt["leaf"]:
        found.append("内容与哈希不符 · the text does not have this hash")
    if root(bytes.fromhex(receipt["leaf"]), receipt["path"]).hex() != receipt["root"]:
        found.append("路径不通向封存根 · the path does not lead to the root")
    if not receipt["first_position"] <= receipt["position"] <= receipt["last_position"]:
        found.append("位置不在封存范围内 · the position lies outside the seal")
    if chain(receipt).hex() != receipt["chain"]:
        found.append("封存链不符 · the chain does not fit")
    if published and published.strip().lower() != receipt["chain"]:
        found.append("与公布的链值不同 · the published chain value is another")
    return found


def main(arguments: list[str]) -> int:
    """Check the receipt named on the command line and say so."""
    if len(arguments) not in {1, 2}:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    receipt = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    found = faults(receipt, *arguments[1:])
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        sys.stdout.write(
            f"相符 · position {receipt['position']}, seal {receipt['seal']}: the receipt holds\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
