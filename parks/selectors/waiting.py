"""What the parks wait for: totals to report, check and decide on; steps of the year (§15–18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Exists, OuterRef, Subquery
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from parks.models import AnnualTotals, Park, ParkYear
from parks.rules.deadlines import deadlines
from parks.selectors import totals
from parks.vocabulary import TotalsStatus, YearStatus, YearStep
from parks.workflows import TOTALS, YEAR
from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.workflow import Transition
from reserve.selectors.waiting import ToDo

# A step that leads on; what sends back or takes back waits for nobody.
TOTALS_ASKED: Final = ("hand_in", "file", "accept")
YEAR_ASKED: Final[dict[str, YearStep | None]] = {
    "judge": YearStep.JUDGEMENT,
    "send_targets": YearStep.TARGETS,
    "agree_targets": YearStep.TARGETS,
    "issue_targets": YearStep.TARGETS,
    "take_totals": YearStep.ALLOWED_TOTAL,
    "propose_totals": YearStep.ALLOWED_TOTAL,
    "fix_totals": YearStep.ALLOWED_TOTAL,
    "send_reward": YearStep.REWARD,
    "confirm_reward": YearStep.REWARD,
    "close": YearStep.REWARD,
    # No law sets a day for a void.
    "void_reward": None,
}


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List what of the parks waits for *person* on the day *on*, overdue first."""
    book = rulebooks.in_force(on)
    found = [
        *_unreported(person, on=on, book=book),
        *_totals(person, on=on, book=book, limit=limit),
        *_years(person, on=on, book=book, limit=limit),
    ]
    return sorted(found, key=lambda line: line.rank)


def _unreported(person: Person, *, on: date, book: RuleBook) -> Iterator[ToDo]:
    """List the parks that have begun no totals of last year, or whose last version came back."""
    right = Permission.FILL_TOTALS
    if not access.holds(person, right, on=on):
        return
    year = on.year - 1
    under_way = AnnualTotals.objects.filter(place=OuterRef("place"), year=year).exclude(
        status__in=(TotalsStatus.RETURNED, TotalsStatus.REPLACED)
    )
    parks = (
        Park.objects.filter(access.within(person, right, on=on), since__lte=on)
        .exclude(Exists(under_way))
        .select_related("place")
    )
    due = deadlines(on.year, book=book)[YearStep.TOTALS].due
    since = datetime.combine(date(on.year, 1, 1), time(), tzinfo=get_default_timezone())
    for park in parks:
        yield _line(
            "begin",
            _("上报年度排放总量"),
            park.place.spoken,
            year,
            since=since,
            due=due,
            on=on,
            url=("parks:totals", park.place_id, year),
        )


def _totals(person: Person, *, on: date, book: RuleBook, limit: int) -> Iterator[ToDo]:
    for row in TOTALS.transitions:
        if row.verb not in TOTALS_ASKED:
            continue
        for one in _rows(AnnualTotals, TOTALS.name, row, person, on=on, limit=limit):
            yield _line(
                row.verb,
                row.label,
                one.place.spoken,
                one.year,
                since=one.since,
                due=deadlines(one.year + 1, book=book)[YearStep.TOTALS].due,
                on=on,
                url=("parks:totals", one.place_id, one.year),
            )


def _years(person: Person, *, on: date, book: RuleBook, limit: int) -> Iterator[ToDo]:
    for row in YEAR.transitions:
        if row.verb not in YEAR_ASKED:
            continue
        step = YEAR_ASKED[row.verb]
        for one in _rows(ParkYear, YEAR.name, row, person, on=on, limit=limit):
            if (
                one.status == YearStatus.TARGETS_ISSUED
                and totals.accepted(one.place_id, one.result_year) is None
            ):
                # The park's turn first: its totals are asked of it, or of who accepts them.
                continue
            yield _line(
                row.verb,
                row.label,
                one.place.spoken,
                one.year,
                since=one.since,
                due=deadlines(one.year, book=book)[step].due if step else None,
                on=on,
                url=("parks:year", one.place_id, one.year),
            )


def _rows(
    model: type[Any], flow: str, row: Transition, person: Person, *, on: date, limit: int
) -> list[Any]:
    """List what *person* may move by a row of a workflow, oldest first."""
    if not access.holds(person, row.permission, on=on):
        return []
    steps = Step.objects.filter(workflow=flow, subject=OuterRef("pk"))
    return list(
        model.objects.filter(access.within(person, row.permission, on=on))
        .filter(status__in=row.sources)
        .exclude(Exists(steps.filter(person=person, verb__in=row.apart)))
        .annotate(since=Subquery(steps.order_by("-id").values("at")[:1]))
        .select_related("place")
        .order_by("pk")[:limit]
    )


def _line(
    verb: str,
    what: Any,
    place: str,
    year: int,
    *,
    since: datetime,
    due: date | None,
    on: date,
    url: tuple[str | int, ...],
) -> ToDo:
    name, *arguments = url
    return ToDo(
        verb=verb,
        what=what,
        number=str(year),
        object=place,
        since=since,
        due=due,
        overdue_days=max(0, (on - due).days) if due else 0,
        url_name=str(name),
        url_args=tuple(arguments),
    )
