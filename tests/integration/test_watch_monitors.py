"""§17, §24: stations, outlets, monitors in their order, checks, and data that do not count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from monitoring.models import BarredSpan, Monitor, MonitorCheck
from monitoring.refusals import (
    CheckOutOfOrder,
    CodeTaken,
    DatesOutOfOrder,
    EndsBeforeItStarts,
    MonitorStands,
    NotASection,
    NothingFound,
    NotYet,
    OutletMisnumbered,
    OutletStands,
    WrongTier,
)
from monitoring.selectors.monitors import completeness, counts
from monitoring.services import monitors, stations
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from tests import factories, watch
from tests.factories import ON

pytestmark = pytest.mark.django_db


def check(found: Monitor, day: date, kind: str = "comparison", **said: Any) -> MonitorCheck:
    return monitors.record_check(
        monitor=found,
        kind=kind,
        checked_on=day,
        by=factories.person("city.inspector"),
        on=ON,
        **said,
    )


def spans(found: Monitor) -> list[tuple[date, date | None, str]]:
    return [
        (span.during.lower, span.during.upper, span.failed.kind)
        for span in BarredSpan.objects.filter(monitor=found).order_by("pk")
    ]


# ── Stations ──
def test_a_station_is_registered_corrected_and_retired_by_the_city() -> None:
    air = factories.person("city.air")
    section = watch.station(kind="section", body="river", target_class=3)
    stations.correct(
        station=section, name="吴淞江示范断面", body="lake", target_class=2, by=air, on=ON
    )
    section.refresh_from_db()
    assert (section.name, section.body, section.target_class) == ("吴淞江示范断面", "lake", 2)
    assert section.code == "320583A01"
    stations.retire(station=section, valid_until=date(2026, 10, 1), by=air, on=ON)
    section.refresh_from_db()
    assert section.stands_on(date(2026, 9, 30))
    assert not section.stands_on(date(2026, 10, 1))


def test_what_is_refused_of_a_station() -> None:
    one = watch.station()
    for kind, said in (
        (CodeTaken, {}),
        (NotASection, {"kind": "section", "number": 2}),
        (NotASection, {"kind": "section", "number": 2, "body": "river"}),
        (NotASection, {"number": 2, "body": "river", "target_class": 3}),
        (WrongTier, {"code": "320500"}),
    ):
        with pytest.raises(kind):
            watch.station(**said)
    air = factories.person("city.air")
    with pytest.raises(EndsBeforeItStarts):
        stations.retire(station=one, valid_until=date(2020, 1, 1), by=air, on=ON)
    with pytest.raises(NotASection):
        stations.correct(station=one, target_class=3, by=air, on=ON)
    with pytest.raises(NotPermitted):
        stations.correct(station=one, name="x", by=factories.person("kunshan.officer"), on=ON)


# ── Monitors ──
def test_a_monitors_dates_come_in_order_and_its_station_with_the_network() -> None:
    found = watch.networked(watch.monitor())
    assert found.station is not None
    assert found.station.code == f"{found.outlet.polluter.uscc}DA001A"
    assert (found.station.kind, found.station.place_id) == ("monitor", "320583")
    assert (found.station.counts, found.station.valid_from) == (False, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("kind", "dates"),
    [
        (DatesOutOfOrder, (None, date(2026, 5, 1), None, None)),
        (DatesOutOfOrder, (date(2026, 5, 2), date(2026, 5, 1), None, None)),
        (DatesOutOfOrder, (date(2026, 5, 1), date(2026, 5, 1), None, date(2026, 6, 1))),
        (NotYet, (date(2026, 9, 16), None, None, None)),
    ],
)
def test_dates_out_of_order_are_refused(
    kind: type[Refusal], dates: tuple[date | None, ...]
) -> None:
    found = watch.monitor()
    names = ("installed_on", "accepted_on", "networked_on", "compared_on")
    with pytest.raises(kind) as caught:
        monitors.record_dates(
            monitor=found,
            due_on=date(2026, 6, 30),
            **dict(zip(names, dates, strict=True)),
            by=factories.person("kunshan.officer"),
            on=ON,
        )
    assert caught.value.clause.key == "17.1"


def test_outlets_and_monitors_are_registered_once_by_their_own_county() -> None:
    found = watch.monitor()
    officer, polluter = factories.person("kunshan.officer"), found.outlet.polluter
    facts: dict[str, Any] = {"polluter": polluter, "name": "总排口", "by": officer, "on": ON}
    for number, medium in (("DA002", "water"), ("DW1", "water"), ("DW00①", "water")):
        with pytest.raises(OutletMisnumbered):
            monitors.add_outlet(**facts, number=number, medium=medium)
    with pytest.raises(OutletStands):
        monitors.add_outlet(**facts, number="DA001", medium="air")
    with pytest.raises(MonitorStands):
        monitors.require_monitor(
            outlet=found.outlet, kind="automatic", due_on=ON, by=officer, on=ON
        )
    with pytest.raises(OutOfReach):
        monitors.add_outlet(
            **facts | {"by": factories.person("changshu.officer")}, number="DW001", medium="water"
        )


# ── Checks ──
def test_a_failed_check_bars_until_the_next_of_its_kind_passes() -> None:
    found = watch.networked(watch.monitor())
    july = date(2026, 7, 10)
    failed = check(found, july, error=Decimal("-15.01"), tolerance=Decimal(15))
    assert not failed.passed
    assert [counts(found, day) for day in (date(2026, 7, 9), july, ON)] == [True, False, False]
    check(found, date(2026, 7, 15), "quality", passed=True)
    assert not counts(found, ON)
    passed = check(found, date(2026, 7, 20), error=Decimal(15), tolerance=Decimal(15))
    assert passed.passed
    days = (july, date(2026, 7, 19), date(2026, 7, 20))
    assert [counts(found, day) for day in days] == [False, False, True]
    assert spans(found) == [(july, date(2026, 7, 20), "comparison")]


def test_what_failed_in_another_way_meanwhile_goes_on_barring() -> None:
    found = watch.networked(watch.monitor())
    check(found, date(2026, 7, 1), passed=False)
    check(found, date(2026, 7, 5), "quality", passed=False)
    check(found, date(2026, 7, 10), passed=True)
    check(found, date(2026, 7, 20), "quality", passed=True)
    assert spans(found) == [
        (date(2026, 7, 1), date(2026, 7, 10), "comparison"),
        (date(2026, 7, 10), date(2026, 7, 20), "quality"),
    ]


def test_the_day_of_a_failure_stays_barred_and_is_barred_once() -> None:
    found, day = watch.networked(watch.monitor()), date(2026, 7, 1)
    for passed in (False, True, False, True):
        check(found, day, passed=passed)
    assert [counts(found, one) for one in (day, date(2026, 7, 2), date(2026, 7, 3))] == [
        False,
        False,
        True,
    ]


def test_in_tolerance_is_not_enough_where_the_inspector_found_a_fault() -> None:
    found = watch.networked(watch.monitor())
    figures = {"error": Decimal(1), "tolerance": Decimal(10)}
    assert not check(found, ON, **figures, passed=False, finding="采样管线漏气").passed
    out = {"error": Decimal(11), "tolerance": Decimal(10)}
    assert not check(found, ON, **out, passed=True).passed


def test_what_is_refused_of_a_check() -> None:
    found = watch.networked(watch.monitor())
    check(found, date(2026, 8, 1), passed=True)
    for kind, day, said in (
        (NothingFound, ON, {"error": Decimal(1)}),
        (NotYet, date(2026, 9, 16), {"passed": True}),
        (CheckOutOfOrder, date(2026, 7, 31), {"passed": False}),
    ):
        with pytest.raises(kind) as caught:
            check(found, day, **said)
        assert caught.value.clause.key == "17.2"
    with pytest.raises(NotPermitted):
        monitors.record_check(
            monitor=found,
            kind="quality",
            checked_on=ON,
            passed=True,
            by=factories.person("kunshan.officer"),
            on=ON,
        )


def test_data_count_only_of_a_networked_monitor_that_measures() -> None:
    assert not counts(watch.monitor(), ON)
    found = watch.networked(watch.monitor(number=2))
    assert [counts(found, day) for day in (date(2026, 5, 31), date(2026, 6, 1))] == [False, True]
    video = watch.networked(watch.monitor(number=3, kind="video"))
    assert video.station is None
    assert not counts(video, ON)


def test_completeness_says_how_far_each_place_is() -> None:
    watch.monitor()
    check(watch.networked(watch.monitor(number=2)), date(2026, 7, 1), passed=False)
    watch.monitor("320581", number=3)
    found = {one.place.code: one for one in completeness(Q(), on=ON)}
    kunshan = found["320583"]
    steps = ("due", "installed", "accepted", "networked", "compared", "overdue", "barred")
    assert [getattr(kunshan, step) for step in steps] == [2, 1, 1, 1, 0, 1, 1]
    assert (found["320581"].due, found["320581"].overdue) == (1, 1)
    assert {one.place.code for one in completeness(Q(code="320581"), on=ON)} == {"320581"}
    before = completeness(Q(code="320583"), on=date(2026, 5, 15))
    assert (before[0].due, before[0].installed, before[0].accepted) == (0, 1, 0)
