"""When a reading was taken: the end of an hour, a day, a month, as lists write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitoring.vocabulary import Span
from quota_registry.kernel import identifiers
from quota_registry.kernel.imports.findings import Unreadable
from quota_registry.kernel.imports.sheets import Raw

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
YEARS: Final = range(2000, 2100)

_DAY: Final = r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})"
_PATTERNS: Final = {
    Span.HOUR: re.compile(
        _DAY + r"(?:\s*日\s*|[\sT]+)([0-9]{1,2})\s*(?:[:时点]\s*(?:([0-9]{1,2})\s*分?)?)?"
        r"(?:\s*:\s*([0-9]{1,2}))?"
    ),
    Span.DAY: re.compile(_DAY + r"\s*日?"),
    Span.MONTH: re.compile(r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*月?"),
}
_SLACK: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """
    When, as the record has it: the end of the hour, or the start of the day or month.

    ``late`` marks an hour written as 24:00: where 00:00 of the next day is there too, that stands.
    """

    at: datetime
    late: bool = False


def read(raw: Raw, span: Span) -> Moment:
    """
    Read a cell that says when.

    :raises Unreadable: if it says no certain time, or none that a reading of that span has.
    """
    if isinstance(raw, datetime):
        # A spreadsheet keeps a time as a fraction of a day, which may miss the hour by a hair.
        return whole((raw + _SLACK / 2).replace(microsecond=0, tzinfo=SHANGHAI), span)
    if isinstance(raw, date):
        return whole(datetime(raw.year, raw.month, raw.day, tzinfo=SHANGHAI), span)
    if not isinstance(raw, str):
        raise Unreadable("no_time", text=raw)
    text = identifiers.clean(raw)
    if text.startswith("="):
        raise Unreadable("formula")
    found = _PATTERNS[span].fullmatch(text)
    if found is None:
        raise Unreadable("no_time", text=raw.strip())
    year, month, *rest = (int(part or 0) for part in found.groups())
    day, hour, minute, second = [*(rest or [1]), 0, 0, 0][:4]
    late = (hour, minute, second) == (24, 0, 0)
    try:
        at = datetime(year, month, day, 0 if late else hour, minute, second, tzinfo=SHANGHAI)
    except ValueError as problem:
        raise Unreadable("no_time", text=raw.strip()) from problem
    return Moment(whole(at, span).at + timedelta(days=late), late)


def whole(at: datetime, span: Span) -> Moment:
    """
    Take a moment as that of a reading.

    :raises Unreadable: if it is not the end of an hour or the start of a day or month, or lies
        in no year that the registry keeps.
    """
    local = at.astimezone(SHANGHAI)
    shown = f"{local:%Y-%m-%d %H:%M}"
    if local.year not in YEARS:
        raise Unreadable("out_of_time", text=shown)
    parts = [local.minute, local.second, local.microsecond]
    if span is not Span.HOUR:
        parts.append(local.hour)
    if span is Span.MONTH:
        parts.append(local.day - 1)
    if any(parts):
        raise Unreadable("not_whole", text=shown)
    return Moment(local)
