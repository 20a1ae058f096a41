"""Rules take facts and a date and give a verdict: no database, no clock, no settings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
APPS = ("reserve", "monitoring", "parks", "allocation")
KERNEL = HOUSE / "quota_registry" / "kernel"
PURE = sorted(
    [
        *(path for app in APPS for path in (HOUSE / app / "rules").glob("*.py")),
        *(path for app in APPS for path in (HOUSE / app / "imports").glob("*.py")),
        *(KERNEL / "imports").glob("*.py"),
        *(
            KERNEL / f"{name}.py"
            for name in ("mass", "periods", "calendar", "identifiers", "rulebook", "verdicts")
        ),
    ]
)
TERMS = {
    f"django.db.models.{name}" for name in ("Choices", "IntegerChoices", "TextChoices")
}  # terms are no rows
ALLOWED = {"django.utils.translation", "django.utils.functional", *TERMS}
CLOCKS = {"today", "now", "utcnow"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module in ALLOWED
            yield from ([node.module] if whole else (f"{node.module}.{n.name}" for n in node.names))


@pytest.mark.parametrize("path", PURE, ids=[str(path.relative_to(HOUSE)) for path in PURE])
def test_a_rule_reaches_for_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    strange = {name for name in imported(tree) if name.startswith("django") and name not in ALLOWED}
    floors = {name for name in imported(tree) if ".models" in name or ".services" in name}
    clocks = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & CLOCKS

    assert not strange
    assert floors <= TERMS
    assert not clocks


def test_the_pure_rooms_were_found() -> None:
    assert len(PURE) > 25
    assert {"reserve", "monitoring"} <= {path.parts[-3] for path in PURE}
