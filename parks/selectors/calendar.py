"""The parks' calendar (§15–18): parks × steps, each with its day, its paper and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from parks.models import AnnualTotals, ParkYear
from parks.rules.deadlines import Deadline, deadlines, punctuality
from parks.vocabulary import Punctuality, TotalsStatus, YearStep
from quota_registry.kernel.calendar import WorkingCalendar
from quota_registry.kernel.models import Place
from quota_registry.kernel.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One step of one park's year."""

    deadline: Deadline
    done_on: date | None
    document: str
    stands: Punctuality
    left: int
    """The days until it is due; below nothing once that day is over."""

    @property
    def words(self) -> str:
        """Say how it stands, with the days where they count."""
        if self.stands is Punctuality.OVERDUE:
            return ngettext("逾期 %(days)s 天", "逾期 %(days)s 天", -self.left) % {
                "days": -self.left
            }
        if self.stands is Punctuality.DUE_SOON:
            return ngettext("剩 %(days)s 天", "剩 %(days)s 天", self.left) % {"days": self.left}
        return str(self.stands.label)

    @property
    def step(self) -> YearStep:
        """Return the step that the cell is of."""
        return self.deadline.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A park with its year, if it was begun, and its five steps."""

    place: Place
    year: ParkYear | None
    cells: tuple[Cell, ...]

    @property
    def overdue(self) -> int:
        """Count the steps that are overdue."""
        return sum(cell.stands is Punctuality.OVERDUE for cell in self.cells)


def calendar(places: Sequence[Place], number: int, *, on: date, book: RuleBook) -> list[Row]:
    """Lay out the year *number* of each park; two queries, however many parks there are."""
    years = {
        year.place_id: year
        for year in ParkYear.objects.standing().filter(place__in=places, year=number)
    }
    filed = first_filed(places, number - 1)
    return [
        Row(
            place=place,
            year=years.get(place.pk),
            cells=cells(years.get(place.pk), number, filed.get(place.pk), on=on, book=book),
        )
        for place in places
    ]


def cells(
    year: ParkYear | None, number: int, filed_on: date | None, *, on: date, book: RuleBook
) -> tuple[Cell, ...]:
    """Say how each step of a year stands on the day *on*."""
    done: Mapping[YearStep, tuple[date | None, str]] = {
        YearStep.TOTALS: (filed_on, ""),
    }
    if year is not None:
        done = {
            YearStep.JUDGEMENT: (year.judged_on, ""),
            YearStep.TARGETS: (year.issued_on, year.issued_document),
            YearStep.TOTALS: (filed_on, ""),
            YearStep.ALLOWED_TOTAL: (year.fixed_on, year.fixed_document),
            YearStep.REWARD: (year.confirmed_on, year.confirmed_document),
        }
    offices = WorkingCalendar()
    found = []
    for step, deadline in deadlines(number, book=book).items():
        day, document = done.get(step, (None, ""))
        stands = punctuality(deadline, done_on=day, on=on, calendar=offices, book=book)
        left = (deadline.due - on).days
        found.append(
            Cell(deadline=deadline, done_on=day, document=document, stands=stands, left=left)
        )
    return tuple(found)


def first_filed(places: Sequence[Place], year: int) -> Mapping[str, date]:
    """
    Say when each park first filed totals of *year* that were not sent back.

    What was returned was not in time: the day of the version that stands counts.
    """
    standing = AnnualTotals.objects.filter(
        place__in=places,
        year=year,
        status__in=(TotalsStatus.FILED, TotalsStatus.ACCEPTED),
        filed_on__isnull=False,
    )
    found: dict[str, date] = {}
    for totals in standing.order_by("version"):
        assert totals.filed_on is not None
        found.setdefault(totals.place_id, totals.filed_on)
    return found
