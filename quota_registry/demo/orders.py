"""What was set, judged, ordered and lifted in the demo city."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.db.models import Q

from monitoring.models import PlaceMonth, Suspension, Target, WarningTask
from monitoring.selectors import years
from monitoring.services import (
    gate_openings,
    judgements,
    measures,
    monitors,
    suspensions,
    targets,
    task_results,
)
from monitoring.vocabulary import (
    CheckKind,
    Indicator,
    MonitorKind,
    SuspensionScope,
    SuspensionStatus,
    Way,
)
from quota_registry.demo.people import Cast
from quota_registry.demo.stock import word_of
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.periods import Month
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier
from reserve.models import ReductionTask

SUSPENDED: Final = "320509"
LIFTED: Final = "320585"
OPENED: Final = "320507"

MISSED: Final = {
    ("320507", Medium.AIR),
    ("320509", Medium.AIR),
    ("320509", Medium.WATER),
    # A park that gets no reward for the year.
    ("320505P01", Medium.AIR),
    ("320505P01", Medium.WATER),
}
"""Who missed last year's quality target."""

UNDONE: Final = {("320581", Medium.AIR), ("320509", Medium.AIR), ("320509", Medium.WATER)}
"""Whose binding task of last year is recorded as not done."""

ASKED: Final = {"320507": Decimal("0.93"), "320509": Decimal("1.00")}
"""This year's PM2.5 target over last year's value, where it is not generous."""


def set_targets(cast: Cast, last: Month) -> None:
    """Set last year's targets and this year's for every place, by two people."""
    for place in _places():
        for year in (last.year - 1, last.year):
            on = date(year, 2, 20)
            for indicator, value in _asked(place, year, last).items():
                drafter = "city.water" if indicator.medium is Medium.WATER else "city.air"
                target = targets.propose(
                    place=place,
                    indicator=indicator,
                    year=year,
                    value=value,
                    document=f"苏环办字〔{year}〕{20 + place.pk.count('P')}号",
                    by=cast[drafter],
                    on=on,
                )
                targets.approve(target=target, by=cast["city.office"], on=on)
    place = Place.objects.get(pk="320583")
    standing = Target.objects.in_force().get(place=place, year=last.year, indicator=Indicator.PM25)
    targets.propose(
        place=place,
        indicator=Indicator.PM25,
        year=last.year,
        value=standing.value - 1,
        document=f"苏环办字〔{last.year}〕66号",
        by=cast["city.air"],
        on=last.plus(1).period.start,
    )


def _asked(place: Place, year: int, last: Month) -> dict[Indicator, Decimal]:
    book = rulebooks.in_force(date(year, 2, 20))
    basis = years.values(place, last.year - 1, book=book)
    pm25 = basis[Indicator.PM25].value or Decimal(30)
    good = basis[Indicator.GOOD_DAYS].value or Decimal(80)
    if year < last.year:
        times = Decimal("0.96") if (place.pk, Medium.AIR) in MISSED else Decimal("1.04")
        share = Decimal(100) if (place.pk, Medium.WATER) in MISSED else Decimal(60)
        return {
            Indicator.PM25: _tenth(pm25 * times),
            Indicator.GOOD_DAYS: _tenth(good * (2 - times)),
            Indicator.GOOD_SECTIONS: share,
        }
    return {
        Indicator.PM25: _tenth(pm25 * ASKED.get(place.pk, Decimal("1.08"))),
        Indicator.GOOD_DAYS: _tenth(good * Decimal("0.9")),
        Indicator.GOOD_SECTIONS: Decimal(60),
    }


def judge_last_year(cast: Cast, last: Month) -> None:
    """Record which tasks of last year are done, and judge it for every place and medium."""
    year = last.year - 1
    proposed, confirmed = date(last.year, 1, 20), date(last.year, 1, 28)
    for task in ReductionTask.objects.filter(year=year).select_related("place"):
        medium = Pollutant(task.pollutant).medium
        task_results.record(
            place=task.place,
            pollutant=task.pollutant,
            year=year,
            done=(task.place_id, medium) not in UNDONE,
            document=f"苏环办〔{last.year}〕8号",
            by=cast["city.office2"],
            on=proposed,
        )
    book = rulebooks.in_force(proposed)
    for place in _places():
        for medium, drafter in ((Medium.WATER, "city.water"), (Medium.AIR, "city.air")):
            found = years.outcome(place, medium, year, book=book)
            met = (place.pk, medium) not in MISSED
            done = found.task_done and (place.pk, medium) not in UNDONE
            judgement = judgements.propose(
                place=place,
                medium=medium,
                year=year,
                quality_met=met,
                task_done=done,
                reason=""
                if (met, done) == (found.quality_met, found.task_done)
                else "经现场复核认定",
                by=cast[drafter],
                on=proposed,
            )
            judgements.confirm(
                judgement=judgement,
                document=f"苏环办字〔{last.year}〕12号",
                by=cast["city.office"],
                on=confirmed,
            )


def propose_correction(cast: Cast, last: Month, on: date) -> None:
    """Propose to correct one judgement of last year, which waits for its confirmation."""
    code, medium = sorted(MISSED)[0]
    place, year = Place.objects.get(pk=code), last.year - 1
    found = years.outcome(place, medium, year, book=rulebooks.in_force(on))
    judgements.propose(
        place=place,
        medium=medium,
        year=year,
        quality_met=True,
        task_done=found.task_done,
        reason="省厅复核剔除沙尘影响后，认定目标完成",
        by=cast["city.air"],
        on=on,
    )


def follow(cast: Cast, back: int, *, on: date) -> None:
    """Do what was done two days after a month was judged, *back* months before the last."""
    director = cast["city.director"]
    if back == 7:
        _order(cast, LIFTED, SuspensionScope.RESERVES, "PM2.5累计浓度同比大幅上升", on)
    if back == 2:
        order = Suspension.objects.filter(place=LIFTED).open().get()
        if order.status == SuspensionStatus.IN_FORCE:
            suspensions.propose_lift(
                suspension=order, reason="连续两个月未触发预警", by=cast["city.air"], on=on
            )
        suspensions.lift(
            suspension=order,
            document=f"苏环办字〔{on.year}〕{on.month + 70}号",
            lifted_on=on + timedelta(days=1),
            by=director,
            on=on,
        )
    if back == 1:
        _order(cast, SUSPENDED, SuspensionScope.RESERVES, "PM2.5距年度目标差距明显", on)
        _act(cast, SUSPENDED, on)
    if back == 3:
        _act(cast, LIFTED, on)


def _order(cast: Cast, code: str, scope: SuspensionScope, reason: str, on: date) -> None:
    """Order what the monthly job proposed, or what the office proposes now."""
    place = Place.objects.get(pk=code)
    order = Suspension.objects.filter(
        place=place, scope=scope, status=SuspensionStatus.PROPOSED
    ).first()
    if order is None:
        order = suspensions.propose(
            place=place, scope=scope, reason=reason, by=cast["city.air"], on=on
        )
    suspensions.order(
        suspension=order,
        document=f"苏环办字〔{on.year}〕{on.month + 50}号",
        starts=on,
        by=cast["city.director"],
        on=on,
    )


def _act(cast: Cast, code: str, on: date) -> None:
    """Let the place record what it does against its open warnings."""
    officer = cast[f"{word_of(Place.objects.get(pk=code))}.officer"]
    for task in WarningTask.objects.filter(place=code, closed_at=None).order_by("month")[:3]:
        for text, days in (("重点行业错峰生产，涉气企业限产30%", 7), ("工地扬尘专项检查", 14)):
            measures.record(
                task=task,
                text=text,
                person="王示范",
                date=on + timedelta(days=days),
                by=officer,
                on=on,
            )


def open_on_application(cast: Cast, today: date) -> None:
    """Open what one place between the cases of §10 applied for."""
    gate_openings.open_(
        place=Place.objects.get(pk=OPENED),
        pollutant=Pollutant.NOX,
        way=Way.UPPER,
        starts=today,
        ends=today + timedelta(days=90),
        reason="重大科技示范项目，上年度PM2.5浓度同比改善",
        document=f"苏环办字〔{today.year}〕90号",
        by=cast["city.office"],
        on=today,
    )


def watch_outlets(cast: Cast, today: date) -> None:
    """Give some polluters outlets with monitors, installed, checked, late and out of tolerance."""
    chance = Random("outlets")
    found = Polluter.objects.filter(
        Q(place__path__contains="320583") | Q(place="320500P01"), confirmed=True
    ).select_related("place")
    for number, polluter in enumerate(found.order_by("uscc")[:8]):
        officer = cast[f"{word_of(polluter.place)}.officer"]
        for code, name, medium in (
            ("DW001", "总排口", Medium.WATER),
            ("DA001", "锅炉排口", Medium.AIR),
        ):
            outlet = monitors.add_outlet(
                polluter=polluter, number=code, name=name, medium=medium, by=officer, on=today
            )
            due = today - timedelta(days=chance.randint(60, 400))
            monitor = monitors.require_monitor(
                outlet=outlet, kind=MonitorKind.AUTOMATIC, due_on=due, by=officer, on=today
            )
            if number % 4 == 3 and medium is Medium.AIR:
                continue
            monitor = monitors.record_dates(
                monitor=monitor,
                due_on=due,
                installed_on=due - timedelta(days=20),
                accepted_on=due - timedelta(days=10),
                networked_on=due - timedelta(days=5),
                compared_on=due if number % 3 else None,
                by=officer,
                on=today,
            )
            monitors.record_check(
                monitor=monitor,
                kind=CheckKind.QUALITY,
                checked_on=today - timedelta(days=chance.randint(5, 50)),
                error=Decimal("18.5") if number == 2 else Decimal(f"{chance.uniform(1, 9):.1f}"),
                tolerance=Decimal("15"),
                by=cast["city.inspector"],
                on=today,
            )


def _places() -> list[Place]:
    """List the counties and parks that have readings."""
    measured = PlaceMonth.objects.values("place")
    return list(
        Place.objects.filter(pk__in=measured, tier__in=[Tier.COUNTY, Tier.PARK]).order_by("path")
    )


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
