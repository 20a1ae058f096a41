"""
What is pictured: the URL table, less what is no page, plus states that no plain address shows.

A page without parameters is opened as it stands; one with parameters is found by following links
as the people of ``CAST`` would. A page that is neither found nor named below is an error.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

CAST: Final = (
    "kunshan.officer",
    "kunshan.screener",
    "kunshan.head",
    "city.office",
    "city.water",
    "city.air",
    "city.inspector",
    "city.director",
    "city.auditor",
    "sip.park",
    "changshu.park",
    "sys.admin",
    "sec.admin",
)
"""Who is asked for a page, in this order: the first who may see it stands in the picture."""

NOT_PAGES: Final[dict[str, str]] = {
    "api*": "answers programs",
    "healthz": "answers machines",
    "readyz": "answers machines",
    "metrics": "answers machines",
    "*look-up*": "a part of a form, fetched while typing",
    "*compute*": "a part of a form, fetched while typing",
    "*autosave*": "answers the draft's form",
    "*progress*": "a part of a page, fetched while a job runs",
    "*download*": "a file",
    "*file": "a file",
    "*-xlsx": "a file",
    "*-workbook": "a file",
    "*-pdf": "a file",
    "*-zip": "a file",
    "*paper*": "a file",
    "*-notice": "a file",
    "*evidence*": "a file",
    "*receipt*": "a file",
    "*-report": "a file",
    "*target-sheet": "a file",
    "parks:totals-rows": "the rows of a sheet, fetched by it",
    "*-marked": "a file",
    "reserve:claims-act": "stands between choosing and doing, opened by POST alone",
    "*template*": "a file",
    "second-factor-verify": "stands between password and home of those who have an authenticator",
}
"""Names, with wildcards, of addresses that answer GET with something else than a page."""


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state worth seeing, by name, address and person (none: nobody signed in)."""

    name: str
    address: str
    person: str = ""


STATES: Final = (
    State("not-found", "/no-such-page/", "kunshan.officer"),
    State("styleguide-said", "/styleguide/?say=1", ""),
    State("search-nothing", "/search/?q=zzzz", "kunshan.officer"),
    State("calendar-city", "/monitoring/", "city.office"),
    State("suspensions-city", "/monitoring/suspensions/", "city.office"),
    State("imports-city", "/monitoring/readings/", "city.office"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the URL table: its full name, whether it has parameters, what answers."""

    name: str
    parameters: bool
    view: Callable[..., Any]

    @property
    def is_page(self) -> bool:
        """Say whether GET may answer a page here."""
        if any(fnmatch(self.name, pattern) for pattern in NOT_PAGES):
            return False
        return answers_get(self.view)


def answers_get(view: Callable[..., Any]) -> bool:
    """Say whether *view* takes GET; a function does unless a decorator tells otherwise."""
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if kind is None:
        source = inspect.unwrap(view)
        return "require_POST" not in getattr(source, "__qualname__", "")
    return hasattr(kind, "get") and "get" in kind.http_method_names


def entries() -> list[Entry]:
    """List the named lines of the URL table in its order."""
    return list(_walk(get_resolver(), (), False))


def _walk(resolver: URLResolver, spaces: tuple[str, ...], parameters: bool) -> Iterator[Entry]:
    for line in resolver.url_patterns:
        has = parameters or bool(line.pattern.converters) or bool(line.pattern.regex.groups)
        if isinstance(line, URLPattern):
            if line.name:
                yield Entry(":".join((*spaces, line.name)), has, line.callback)
        else:
            inner = (*spaces, line.namespace) if line.namespace else spaces
            yield from _walk(line, inner, has)
