"""
Asks axe whether a page can be used by everybody.

The page's strict content policy stays in force for the page itself; the check is put in from
outside, in a context made with ``bypass_csp=True``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.journeys.sight import settled

SCRIPT: Final = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE: Final = frozenset({"serious", "critical"})
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a page breaks, how gravely, and where."""

    rule: str
    impact: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.impact} {self.rule}: " + " | ".join(self.places[:3])


@cache
def _source() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def violations(page: Page, *, leave_out: tuple[str, ...] = ()) -> list[Violation]:
    """List what the page breaks; *leave_out* names selectors that are somebody else's part."""
    settled(page)
    # Scrolled, a bar that stays in view would lie over something and be taken for its obstacle.
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(_source())
    result: dict[str, Any] = page.evaluate(
        "([rules, out]) => axe.run({exclude: out}, {runOnly: rules, resultTypes: ['violations']})",
        [RULES, list(leave_out)],
    )
    return [
        Violation(
            rule=found["id"],
            impact=found["impact"] or "",
            places=tuple(
                f"{node['html'][:160]} — {node['failureSummary']}" for node in found["nodes"]
            ),
        )
        for found in result["violations"]
    ]


def assert_usable(page: Page, *, leave_out: tuple[str, ...] = ()) -> None:
    """Fail if axe finds anything serious or critical."""
    grave = [one for one in violations(page, leave_out=leave_out) if one.impact in GRAVE]
    assert not grave, f"{page.url}\n" + "\n".join(map(str, grave))
