"""§16, §17: what monitors measured, what of it counts, and an annual total that says less."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from monitoring.models import MeasuredAmount, Monitor
from monitoring.refusals import MeasuresNoAmounts, NotItsPollutant, NotYet
from monitoring.selectors.measured import measured_of, months_of
from monitoring.services import measured, monitors
from monitoring.services.measured import Measured
from parks.rules.totals import Beside
from parks.selectors import totals as selected
from parks.vocabulary import Doubt
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.vocabulary import Pollutant
from tests import factories, parks, watch

pytestmark = pytest.mark.django_db

ON = parks.ON
LAST = parks.YEAR - 1
NOX = Pollutant.NOX


@pytest.fixture
def monitor() -> Monitor:
    """A monitor of a park's member, accepted and networked in the middle of January."""
    parks.park()
    return watch.measuring(parks.member(1), since=date(LAST, 1, 15))


def recorded(monitor: Monitor, *months: tuple[int, str], **more: Any) -> measured.Recorded:
    facts: dict[str, Any] = {"by": factories.person("city.inspector"), "on": ON}
    return measured.record(
        rows=[
            Measured(monitor=monitor.pk, month=date(LAST, month, 1), amounts={NOX: grams_of(said)})
            for month, said in months
        ],
        **facts | more,
    )


def sums(monitor: Monitor) -> dict[str, Grams]:
    found = measured_of([monitor.outlet.polluter_id], LAST)
    return {p.value: g for p, g in found.get(monitor.outlet.polluter_id, {}).items()}


def failed(monitor: Monitor, day: date, *, passed: bool = False) -> None:
    monitors.record_check(
        monitor=monitor,
        kind="comparison",
        checked_on=day,
        passed=passed,
        by=factories.person("city.inspector"),
        on=ON,
    )


# January 1.0 (not networked yet) · February 0.5 · March 0.25 · April 0.125 (barred) · May 0.0625
# (barred till its 10th) · June missing · July 0.03125: 0.5 + 0.25 + 0.03125 = 0.78125 t.
STATED = ((1, "1"), (2, "0.5"), (3, "0.25"), (4, "0.125"), (5, "0.0625"), (7, "0.03125"))


def test_only_months_that_count_are_added_up(monitor: Monitor) -> None:
    recorded(monitor, *STATED)
    assert sums(monitor) == {"NOX": 968_750}
    failed(monitor, date(LAST, 4, 20))
    failed(monitor, date(LAST, 5, 10), passed=True)
    assert sums(monitor) == {"NOX": 781_250}
    assert [(one.first.month, one.counts) for one in months_of(monitor, LAST)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, False),
        (7, True),
    ]


def test_a_bar_that_ends_with_a_month_leaves_the_next_one_alone(monitor: Monitor) -> None:
    recorded(monitor, (3, "0.25"), (4, "0.125"), (5, "0.0625"))
    failed(monitor, date(LAST, 4, 1))
    failed(monitor, date(LAST, 5, 1), passed=True)
    assert sums(monitor) == {"NOX": 312_500}


def test_a_bar_without_end_takes_out_everything_after(monitor: Monitor) -> None:
    recorded(monitor, *STATED)
    failed(monitor, date(LAST, 3, 31))
    assert sums(monitor) == {"NOX": 500_000}


def test_what_was_not_measured_is_not_there(monitor: Monitor) -> None:
    assert sums(monitor) == {}
    recorded(monitor, (1, "1"))
    assert sums(monitor) == {}
    recorded(monitor, (2, "0"))
    assert sums(monitor) == {"NOX": 0}
    assert measured_of([monitor.outlet.polluter_id], LAST - 1) == {}


def test_a_later_figure_replaces_the_one_before_and_both_are_kept(monitor: Monitor) -> None:
    first = recorded(monitor, (2, "0.5"), (3, "0.25"))
    assert (first.new, first.changed, first.unchanged) == (2, 0, 0)
    again = recorded(monitor, (2, "0.5"), (3, "0.3"))
    assert (again.new, again.changed, again.unchanged) == (0, 1, 1)
    assert sums(monitor) == {"NOX": 800_000}
    assert list(
        MeasuredAmount.objects.filter(month=date(LAST, 3, 1))
        .order_by("version")
        .values_list("version", "grams")
    ) == [(1, 250_000), (2, 300_000)]


def test_monitors_of_one_polluter_add_up(monitor: Monitor) -> None:
    other = watch.measuring(monitor.outlet.polluter, number="DA002", since=date(LAST, 1, 1))
    recorded(monitor, (2, "0.5"))
    recorded(other, (1, "0.1"), (2, "0.2"))
    assert sums(monitor) == {"NOX": 800_000}


def test_what_cannot_have_been_measured_is_refused_and_nothing_stays(monitor: Monitor) -> None:
    with pytest.raises(NotYet):
        recorded(monitor, (2, "0.5"), on=date(LAST, 2, 28))
    recorded(monitor, (2, "0.5"), on=date(LAST, 3, 1))
    video = monitors.require_monitor(
        outlet=monitor.outlet,
        kind="video",
        due_on=ON,
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    with pytest.raises(MeasuresNoAmounts):
        recorded(video, (2, "0.5"))
    with pytest.raises(NotItsPollutant):
        measured.record(
            rows=[
                Measured(
                    monitor=monitor.pk,
                    month=date(LAST, 3, 1),
                    amounts={NOX: Grams(1), Pollutant.COD: Grams(1)},
                )
            ],
            by=factories.person("city.inspector"),
            on=ON,
        )
    assert MeasuredAmount.objects.count() == 1


def test_only_who_checks_monitors_may_record(monitor: Monitor) -> None:
    for name, refusal in (
        ("kunshan.park", NotPermitted),
        ("kunshan.officer", NotPermitted),
        ("changshu.officer", OutOfReach),
    ):
        with pytest.raises(refusal):
            recorded(monitor, (2, "0.5"), by=factories.person(name))
    assert not MeasuredAmount.objects.exists()


@pytest.mark.parametrize(
    "change",
    ["UPDATE monitoring_measuredamount SET grams = 1", "DELETE FROM monitoring_measuredamount"],
)
def test_figures_only_grow(monitor: Monitor, change: str) -> None:
    recorded(monitor, (2, "0.5"))
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(change)


# ── Beside a park's annual totals ──
def test_an_amount_below_what_the_monitors_measured_is_doubtful(monitor: Monitor) -> None:
    recorded(monitor, *STATED)
    exact = 968_750
    draft = parks.begun(parks.row(1, monitor.outlet.polluter, amounts={"NOX": exact - 1}))
    beside = selected.context(parks.PARK, LAST)
    assert beside.beside(monitor.outlet.polluter_id, NOX) == Beside(measured=Grams(exact))
    book = factories.rule_book_table()
    row = draft.rows.get()
    assert selected.doubts(row, beside, book=book) == {NOX: [Doubt.BELOW_MEASURED]}
    row.amounts = {"NOX": exact}
    assert selected.doubts(row, beside, book=book) == {}


def test_a_barred_month_raises_no_doubt(monitor: Monitor) -> None:
    recorded(monitor, *STATED)
    draft = parks.begun(parks.row(1, monitor.outlet.polluter, amounts={"NOX": 781_250}))
    failed(monitor, date(LAST, 4, 20))
    failed(monitor, date(LAST, 5, 10), passed=True)
    beside = selected.context(parks.PARK, LAST)
    book = factories.rule_book_table()
    assert selected.doubts(draft.rows.get(), beside, book=book) == {}
