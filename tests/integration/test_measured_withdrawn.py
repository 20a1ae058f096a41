"""A measured figure that proved false is withdrawn: it counts no more and stays on record (§17)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from monitoring.models import MeasuredAmount, Monitor
from monitoring.refusals import NothingMeasured, ReasonMissing
from monitoring.selectors.measured import measured_of, months_of, withdrawn_of
from monitoring.services import measured
from monitoring.services.measured import Measured
from parks.rules.totals import Beside
from parks.selectors import totals as selected
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.models import AuditEvent
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.vocabulary import Pollutant
from tests import callers, factories, parks, watch
from tests.browsers import browser_of, words

pytestmark = pytest.mark.django_db

ON = parks.ON
LAST = parks.YEAR - 1
NOX, PM = Pollutant.NOX, Pollutant.PM
MAY = date(LAST, 5, 1)
WHY = "标气过期，数据失实"


@pytest.fixture
def monitor() -> Monitor:
    """A monitor of a park's member, with two pollutants in May and one in June."""
    parks.park()
    found = watch.measuring(parks.member(1), since=date(LAST, 1, 1))
    record(found, MAY, {NOX: "0.5", PM: "0.25"})
    record(found, date(LAST, 6, 1), {NOX: "0.125"})
    return found


def record(monitor: Monitor, month: date, amounts: dict[Pollutant, str]) -> measured.Recorded:
    row = Measured(
        monitor=monitor.pk,
        month=month,
        amounts={pollutant: grams_of(said) for pollutant, said in amounts.items()},
    )
    return measured.record(rows=[row], by=factories.person("city.inspector"), on=ON)


def withdraw(monitor: Monitor, *pollutants: Pollutant, **more: Any) -> list[MeasuredAmount]:
    facts = {"month": MAY, "reason": WHY, "by": factories.person("city.inspector"), "on": ON}
    return measured.withdraw(monitor=monitor, pollutants=pollutants, **facts | more)


def sums(monitor: Monitor) -> dict[Pollutant, Grams]:
    return dict(measured_of([monitor.outlet.polluter_id], LAST)[monitor.outlet.polluter_id])


def test_a_withdrawn_figure_counts_no_more_and_stays_with_who_when_and_why(
    monitor: Monitor,
) -> None:
    (made,) = withdraw(monitor, NOX, reason=f" {WHY} ")
    assert (made.version, made.grams, made.reason) == (2, None, WHY)
    assert sums(monitor) == {NOX: 125_000, PM: 250_000}
    may, june = months_of(monitor, LAST)
    assert (may.amounts, june.amounts) == ({PM: 250_000}, {NOX: 125_000})
    (one,) = withdrawn_of(monitor, LAST)
    assert (one.month, one.pollutant, one.was, one.reason) == (MAY, NOX, 500_000, WHY)
    assert one.by == factories.person("city.inspector")
    event = AuditEvent.objects.get(verb="monitoring.measured.withdrawn")
    assert event.person == factories.person("city.inspector")
    # It raises no doubt about an annual total any more.
    beside = selected.context(parks.PARK, LAST)
    assert beside.beside(monitor.outlet.polluter_id, NOX) == Beside(measured=Grams(125_000))


def test_a_month_of_which_everything_is_withdrawn_is_no_zero(monitor: Monitor) -> None:
    withdraw(monitor, NOX, PM)
    withdraw(monitor, NOX, month=date(LAST, 6, 1))
    assert measured_of([monitor.outlet.polluter_id], LAST) == {}
    assert [one.amounts for one in months_of(monitor, LAST)] == [{}, {}]


def test_a_later_figure_comes_in_again_even_the_same(monitor: Monitor) -> None:
    withdraw(monitor, NOX)
    again = record(monitor, MAY, {NOX: "0.5", PM: "0.25"})
    assert (again.new, again.changed, again.unchanged) == (1, 0, 1)
    assert sums(monitor)[NOX] == 625_000
    assert [one.was for one in withdrawn_of(monitor, LAST)] == [500_000]
    withdraw(monitor, NOX, reason="再次核实")
    record(monitor, MAY, {NOX: "0.4"})
    found = MeasuredAmount.objects.filter(month=MAY, pollutant=NOX).order_by("version")
    assert list(found.values_list("grams", "reason")) == [
        (500_000, ""),
        (None, WHY),
        (500_000, ""),
        (None, "再次核实"),
        (400_000, ""),
    ]


def test_what_does_not_stand_or_has_no_reason_is_refused_and_nothing_changes(
    monitor: Monitor,
) -> None:
    for pollutants, more, refusal in (
        ([NOX], {"reason": "  "}, ReasonMissing),
        ([NOX], {"month": date(LAST, 4, 1)}, NothingMeasured),
        ([NOX, Pollutant.SO2], {}, NothingMeasured),
        ([], {}, NothingMeasured),
        ([NOX], {"by": factories.person("kunshan.officer")}, NotPermitted),
        ([NOX], {"by": factories.person("changshu.officer")}, OutOfReach),
    ):
        with pytest.raises(refusal):
            withdraw(monitor, *pollutants, **more)
    assert MeasuredAmount.objects.count() == 3
    withdraw(monitor, NOX)
    with pytest.raises(NothingMeasured):
        withdraw(monitor, NOX)


# ── The pages ──
def test_it_is_withdrawn_on_the_monitor_s_page(monitor: Monitor) -> None:
    inspector = browser_of(factories.person("city.inspector"))
    home = reverse("monitoring:monitor", args=[monitor.pk])
    act = reverse("monitoring:measured-withdraw", args=[monitor.pk, LAST, 5])
    assert f'href="{act}"' in inspector.get(home).content.decode()
    officer = browser_of(factories.person("kunshan.officer"))
    assert f'href="{act}"' not in officer.get(home).content.decode()
    assert officer.get(act).status_code == 403

    form = inspector.get(act)
    assert form.status_code == 200
    assert "0.500000" in words(form.content.decode())
    refused = inspector.post(act, {"pollutants": ["NOX"], "reason": ""})
    assert refused.status_code == 422
    assert inspector.post(act, {"reason": WHY}).status_code == 422
    assert inspector.post(act, {"pollutants": ["SO2"], "reason": WHY}).status_code == 422
    done = inspector.post(act, {"pollutants": ["NOX"], "reason": WHY})
    assert done.status_code == 303
    assert done["Location"] == f"{home}?year={LAST}#measured"
    assert MeasuredAmount.objects.newest().filter(month=MAY, grams=None).get().pollutant == NOX

    said = words(inspector.get(home).content.decode())
    assert "已撤回的监测排放量" in said
    assert WHY in said
    listed = words(inspector.get(reverse("monitoring:measured")).content.decode())
    assert f"已撤回 {WHY}" in listed
    taken = inspector.get(reverse("monitoring:measured"), {"export": "csv"})
    assert f"已撤回：{WHY}" in b"".join(taken).decode("utf-8-sig")


def test_a_month_of_which_nothing_stands_has_nothing_to_withdraw(monitor: Monitor) -> None:
    inspector = browser_of(factories.person("city.inspector"))
    withdraw(monitor, NOX, PM)
    for month in (4, 5, 13):
        act = reverse("monitoring:measured-withdraw", args=[monitor.pk, LAST, month])
        assert inspector.get(act).status_code == 404, month
    home = inspector.get(reverse("monitoring:monitor", args=[monitor.pk])).content.decode()
    assert f"/measured/{LAST}/5/" not in home
    assert f"/measured/{LAST}/6/" in home


# ── REST ──
def test_a_program_withdraws_what_it_reported(monitor: Monitor) -> None:
    uscc = str(monitor.outlet.polluter.uscc)
    caller = callers.program(
        "320583",
        ["measured:write", "monitoring:read"],
        responsible=factories.person("city.inspector"),
    )

    def post(key: str = "", **more: Any) -> Any:
        said = {
            "uscc": uscc,
            "outlet": "DA001",
            "month": f"{LAST}-05",
            "pollutants": ["NOX"],
            "reason": WHY,
        }
        return caller.browser.post(
            "/api/v1/measured-amounts/withdrawals/",
            said | more,
            content_type="application/json",
            headers={**caller.headers, **({"Idempotency-Key": key} if key else {})},
        )

    assert post(outlet="DA009").status_code == 404
    assert post(pollutants=[]).status_code == 400
    first = post(key="a")
    figure = {
        "uscc": uscc,
        "outlet": "DA001",
        "month": f"{LAST}-05",
        "pollutant": "NOX",
        "amount": None,
        "version": 2,
        "barred": False,
        "counts": False,
        "withdrawn": WHY,
    }
    assert (first.status_code, first.json()) == (200, {"figures": [figure]})
    assert post(key="a").json() == first.json()
    refused = post()
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_measured")
    rows = caller.get(f"measured-amounts/?year={LAST}&pollutant=NOX").json()["results"]
    assert [(one["month"], one["amount"], one["withdrawn"]) for one in rows] == [
        (f"{LAST}-06", "0.125000", None),
        (f"{LAST}-05", None, WHY),
    ]
    other = callers.program(
        "320581", ["measured:write"], responsible=factories.person("city.inspector")
    )
    answer = other.browser.post(
        "/api/v1/measured-amounts/withdrawals/",
        {
            "uscc": uscc,
            "outlet": "DA001",
            "month": f"{LAST}-06",
            "pollutants": ["NOX"],
            "reason": WHY,
        },
        content_type="application/json",
        headers=other.headers,
    )
    assert answer.status_code == 404
    assert MeasuredAmount.objects.count() == 4
