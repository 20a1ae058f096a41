"""What a month was judged by, as it is stored beside the verdict, and read to judge it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from monitoring.rules.rounding import half_even
from monitoring.rules.warning import IndicatorFacts, MonthVerdict, PlaceFacts, SectionFacts
from monitoring.vocabulary import Indicator, WaterClass
from quota_registry.kernel.periods import Month

Document = dict[str, Any]

CLASSES = ("month", "month_before", "so_far", "so_far_before", "target")
"""The classes that a section is judged by, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How many valid days there were in the month and in the year to its end, and are needed."""

    month: int = 0
    month_needed: int = 0
    year: int = 0
    year_needed: int = 0


def to_document(
    facts: PlaceFacts,
    verdict: MonthVerdict,
    *,
    days: Mapping[Indicator, Days],
    stations: Mapping[str, str],
) -> Document:
    """
    Write all that a month was judged by, warning or not, as JSON takes it.

    *days* counts what each indicator's value rests on, *stations* gives the code of each section.
    """
    return {
        "indicators": {
            one.indicator.value: {
                "value": _text(one.value),
                "same_period": _text(one.same_period),
                "last_year": _text(one.last_year),
                "last_year_to_date": _text(one.last_year_to_date),
                "target": _text(one.target),
                "path": None if one.path is None else str(half_even(one.path, 2)),
                "excess": None if one.excess is None else str(half_even(one.excess * 100, 2)),
                "enough": one.enough,
                "blue_before": one.blue_before,
                "days": asdict(days.get(one.indicator, Days())),
            }
            for one in facts.indicators
        },
        "sections": [
            {
                "code": stations[found.facts.section],
                "section": found.facts.section,
                **{name: getattr(found.facts, name) for name in CLASSES},
                "level": found.level.value,
            }
            for found in verdict.sections
        ],
        "suspended": facts.suspended,
        "months_without_trigger": facts.months_without_trigger,
    }


def read(document: Document, *, month: Month, is_park: bool) -> PlaceFacts:
    """Read what a month was judged by, so that it can be judged again years later."""
    return PlaceFacts(
        month=month,
        indicators=tuple(
            IndicatorFacts(
                indicator=Indicator(name),
                month=month,
                value=_number(one["value"]),
                same_period=_number(one["same_period"]),
                last_year=_number(one["last_year"]),
                last_year_to_date=_number(one["last_year_to_date"]),
                target=_number(one["target"]),
                enough=one["enough"],
                blue_before=one["blue_before"],
            )
            for name, one in document["indicators"].items()
        ),
        sections=tuple(
            SectionFacts(
                section=one["section"],
                **{name: None if one[name] is None else WaterClass(one[name]) for name in CLASSES},
            )
            for one in document["sections"]
        ),
        suspended=document["suspended"],
        months_without_trigger=document["months_without_trigger"],
        is_park=is_park,
    )


def differences(before: Document, after: Document) -> list[Document]:
    """List the figures in which two documents of a place differ: name, before and after."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [
        {"name": name, "before": old.get(name), "after": new.get(name)}
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _leaves(document: Document) -> Iterator[tuple[str, Any]]:
    for indicator, figures in document.get("indicators", {}).items():
        for name, value in figures.items():
            if name == "days":
                yield from ((f"{indicator}.days.{which}", n) for which, n in value.items())
            else:
                yield f"{indicator}.{name}", value
    for section in document.get("sections", ()):
        yield from ((f"{section['code']}.{name}", section[name]) for name in (*CLASSES, "level"))
    for name in ("suspended", "months_without_trigger"):
        yield name, document.get(name)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
