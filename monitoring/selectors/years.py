"""What a year of a place came to (§10, §15), and the account of §5 beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from monitoring.models import PlaceMonth, SectionMonth, Station, Target, TaskResult
from monitoring.rules import judgement as rules
from monitoring.rules import validity
from monitoring.rules.judgement import IndicatorResult, TaskFacts
from monitoring.rules.rounding import half_even
from monitoring.vocabulary import Indicator, StationKind
from quota_registry.kernel.models import Place
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import ClaimLine, ReductionTask
from reserve.selectors import tasks as reduction_tasks
from reserve.selectors.tasks import Progress
from reserve.vocabulary import ClaimStatus, LineStatus

NOT_UNDER_WAY = (
    ClaimStatus.DRAFT,
    ClaimStatus.REFUSED,
    ClaimStatus.WITHDRAWN,
    ClaimStatus.ADMITTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearValue:
    """A year's value of an indicator in its unit, and whether enough was measured for it."""

    value: Decimal | None
    enough: bool

    @property
    def sound(self) -> Decimal | None:
        """Give the value where enough was measured for it; thin data never show an improvement."""
        return self.value if self.enough else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A binding task of a place with the ledger's progress and the officer's word, if any."""

    progress: Progress
    result: TaskResult | None

    @property
    def done(self) -> bool:
        """Say whether it counts as done: recorded so, with the province's document (§10)."""
        return self.result is not None and self.result.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A medium's result of a year, as the record proposes it; None where it does not tell."""

    medium: Medium
    results: tuple[IndicatorResult, ...]
    before: Mapping[Indicator, YearValue]
    improvement: Decimal | None
    quality_met: bool | None
    tasks: tuple[Task, ...]
    task_done: bool

    @property
    def percent(self) -> Decimal | None:
        """Give the improvement in per cent, two decimals."""
        return None if self.improvement is None else half_even(self.improvement * 100, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """A pollutant of the account of §5, in grams a year: planned by claims under way, verified."""

    pollutant: Pollutant
    task: int | None  # none was set
    projects: int  # under way
    planned: int
    verified: int


def values(place: Place, year: int, *, book: RuleBook) -> dict[Indicator, YearValue]:
    """
    Give each indicator of *year*, rounded as it is judged: one decimal.

    The year to date of the last month with data is the year; whether that is enough of it, the
    days and months say that it rests on.
    """
    air = PlaceMonth.objects.filter(place=place, month__year=year).order_by("-month").first()
    standing = Station.objects.of_kind(StationKind.SECTION).filter(place=place, counts=True)
    standing = standing.standing(date(year, 12, 31))
    # A section without a class, or with too few months, may be a bad one.
    sections = [
        (water_class, validity.enough_months_of_year(months))
        for water_class, months in SectionMonth.objects.filter(
            station__in=standing.order_by(), month__year=year
        )
        .order_by("station_id", "-month")
        .distinct("station_id")
        .values_list("year_class", "months")
        if water_class is not None
    ]
    good = sum(water_class <= book.good_water_class for water_class, _enough in sections)
    found = dict.fromkeys(Indicator, YearValue(value=None, enough=False))
    if air is not None and air.year_days:
        found[Indicator.PM25] = YearValue(
            value=half_even(air.year_pm25_sum / air.year_days, 1),
            enough=validity.enough_days_of_year(air.year_days),
        )
    if air is not None and air.year_index_days:
        found[Indicator.GOOD_DAYS] = YearValue(
            value=half_even(Decimal(air.year_good_days) * 100 / air.year_index_days, 1),
            enough=validity.enough_days_of_year(air.year_index_days),
        )
    if sections:
        found[Indicator.GOOD_SECTIONS] = YearValue(
            value=half_even(Decimal(good) * 100 / len(sections), 1),
            enough=len(sections) == standing.count() and all(enough for _class, enough in sections),
        )
    return found


def outcome(place: Place, medium: Medium, year: int, *, book: RuleBook) -> Outcome:
    """Judge *year* of one medium from the record: what a judgement is proposed from."""
    this = values(place, year, book=book)
    before = values(place, year - 1, book=book)
    targets = dict(
        Target.objects.in_force().filter(place=place, year=year).values_list("indicator", "value")
    )
    results = tuple(
        IndicatorResult(
            indicator=one,
            value=this[one].value,
            target=targets.get(one.value),
            enough=this[one].enough,
        )
        for one in Indicator
        if one.medium is medium
    )
    # An indicator without a target was not set for the place, and is not judged.
    judged = [result for result in results if result.target is not None]
    leading = Indicator.PM25 if medium is Medium.AIR else Indicator.GOOD_SECTIONS
    tasks = tasks_of(place, medium, year)
    return Outcome(
        medium=medium,
        results=results,
        before={result.indicator: before[result.indicator] for result in results},
        improvement=rules.improvement(
            medium, this=this[leading].sound, before=before[leading].sound
        ),
        quality_met=rules.quality_met(judged, medium=medium),
        tasks=tasks,
        task_done=rules.task_done(
            (
                TaskFacts(
                    pollutant=Pollutant(task.progress.task.pollutant), recorded_done=task.done
                )
                for task in tasks
            ),
            medium=medium,
        ),
    )


def tasks_of(place: Place, medium: Medium, year: int) -> tuple[Task, ...]:
    """List the tasks that *place* itself was set for *year*, with what is known of each."""
    recorded: dict[str, TaskResult] = {}
    for result in TaskResult.objects.filter(place=place, year=year).order_by("version"):
        recorded[result.pollutant] = result
    return tuple(
        Task(progress=progress, result=recorded.get(progress.task.pollutant))
        for progress in reduction_tasks.progress(place=place, year=year, medium=medium)
        if progress.task.place_id == place.pk
    )


def account(place: Place, medium: Medium, year: int) -> list[AccountLine]:
    """
    Give the account of §5: by pollutant the task, the projects under way and what was verified.

    Planned is what filed claims of works finished in *year* state and that are not admitted yet;
    drafts, refused and withdrawn ones count nowhere. Verified is what the ledger holds of
    admitted ones, corrected and voided as they were since.
    """
    under_way = (
        ClaimLine.objects.filter(
            claim__place__path__startswith=place.path, claim__finished_on__year=year
        )
        .exclude(claim__status__in=NOT_UNDER_WAY)
        .exclude(status=LineStatus.REFUSED)
    )
    planned = {
        row["pollutant"]: (row["projects"], row["grams"])
        for row in under_way.order_by()
        .values("pollutant")
        .annotate(projects=Count("claim", distinct=True), grams=Sum("verified"))
    }
    verified = reduction_tasks.verified(place, year)
    tasks = dict(
        ReductionTask.objects.filter(place=place, year=year).values_list("pollutant", "grams")
    )
    lines = []
    for pollutant in Pollutant.of_medium(medium):
        projects, grams = planned.get(pollutant.value, (0, 0))
        lines.append(
            AccountLine(
                pollutant=pollutant,
                task=tasks.get(pollutant.value),
                projects=projects,
                planned=grams,
                verified=verified.get(pollutant, 0),
            )
        )
    return lines
