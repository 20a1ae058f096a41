"""§16, §17: what an automatic monitor can have measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from quota_registry.kernel.vocabulary import Medium, Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a monitor that somebody names by polluter and outlet."""

    monitor: int
    medium: Medium


def is_over(month: date, *, on: date) -> bool:
    """Say whether a month lies behind: what it comes to cannot be known before."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1) <= on


def problems(
    said: Mapping[str, Any], known: Mapping[tuple[str, str], Known], *, on: date
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """
    Say what of a row cannot be: the column, a code, and the facts.

    *said* has ``uscc``, ``number`` (of the outlet), ``month``, and pollutants by code, as far as
    they could be read.
    """
    if "month" in said and not is_over(said["month"], on=on):
        yield "month", "month_not_over", {"month": f"{said['month']:%Y-%m}"}
    if "uscc" not in said or "number" not in said:
        return
    uscc, number = said["uscc"], said["number"]
    of = known.get((uscc, number))
    if of is None:
        yield "number", "unknown_monitor", {"uscc": uscc, "number": number}
        return
    for pollutant in Pollutant:
        if pollutant.value in said and pollutant.medium != of.medium:
            facts = {"number": number, "pollutant": pollutant.symbol}
            yield pollutant.value, f"outlet_into_{of.medium.value}", facts
