"""§9, §19: proposed, ordered, kept and lifted; an order closes the gate at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitoring.models import Suspension
from monitoring.refusals import (
    AlreadyProposed,
    AlreadySuspended,
    EndsBeforeItStarts,
    LiftedBeforeItBegan,
    OverAlready,
    ReasonMissing,
    StartsTooEarly,
    WrongTier,
)
from monitoring.selectors import gates
from monitoring.services import suspensions
from monitoring.vocabulary import SuspensionStatus, Way
from monitoring.workflows import SUSPENSION
from quota_registry.kernel.models import Notice, Person
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson, steps_of
from tests import factories, watch
from tests.factories import ON
from tests.watch import LIFT, ORDER

pytestmark = pytest.mark.django_db

LATER = date(2026, 10, 20)


def open_ways(code: str, on: date, pollutant: Pollutant = Pollutant.NOX) -> dict[str, bool]:
    gate = gates.gate_of(factories.place(code), pollutant, on=on)
    return {passage.way.value: passage.open for passage in gate.passages}


@pytest.fixture
def judged() -> None:
    """昆山 and its park met everything last year: own and upper reserves are open."""
    factories.all_places()
    watch.judgement(code="320583")
    watch.judgement(code="320583P01")


def test_an_order_closes_the_reserves_at_once_and_its_lift_opens_them_again(judged: None) -> None:
    assert open_ways("320583", ON) == {"own": True, "upper": True, "purchase": False}
    asked = watch.proposed()
    assert open_ways("320583", ON)["own"]

    order = suspensions.order(
        suspension=asked,
        document="苏环办字[2026]30号",
        starts=ON,
        by=factories.person("city.director"),
        on=ON,
    )
    assert open_ways("320583", ON) == {"own": False, "upper": False, "purchase": False}
    assert open_ways("320583", date(2026, 9, 14))["own"]
    [found] = gates.suspensions_closing(factories.place("320583"), on=ON)
    assert (found, found.document, found.ordered_on) == (order, ORDER, ON)

    air, director = factories.person("city.air"), factories.person("city.director")
    suspensions.propose_lift(suspension=order, reason="连续三个月好转", by=air, on=LATER)
    assert not open_ways("320583", LATER)["own"]
    suspensions.lift(suspension=order, document=LIFT, lifted_on=LATER, by=director, on=LATER)
    assert open_ways("320583", LATER)["own"]
    # What was closed that day stays closed in the record.
    assert not open_ways("320583", date(2026, 10, 19))["own"]
    order.refresh_from_db()
    assert (order.status, order.during.lower, order.during.upper) == ("lifted", ON, LATER)
    verbs = [(step.verb, step.person.username) for step in steps_of(SUSPENSION, order)]
    assert verbs == [
        ("propose", "city.air"),
        ("order", "city.director"),
        ("propose_lift", "city.air"),
        ("lift", "city.director"),
    ]


def test_a_park_is_bound_by_its_countys_order_and_says_whose_it_is(judged: None) -> None:
    watch.ordered("320583")
    gate = gates.gate_of(factories.place("320583P01"), Pollutant.NOX, on=ON)
    assert not gate[Way.OWN].open
    reason = gate[Way.OWN].reasons[0]
    assert (reason.clause.key, reason.facts["place"]) == ("9.3", "昆山市")
    # And not the other way round.
    watch.ordered("320583P01", "purchase")
    assert not gates.suspensions_closing(factories.place("320583"), on=ON)[1:]
    own = gates.gate_of(factories.place("320583P01"), Pollutant.NOX, on=ON)[Way.PURCHASE].reasons[0]
    assert own.clause.key == "19.3"


def test_an_order_with_an_end_opens_by_itself(judged: None) -> None:
    watch.ordered(starts=date(2026, 10, 1), ends=date(2026, 11, 1))
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    assert [open_ways("320583", day)["own"] for day in days] == [True, False, False, True]


def test_what_ends_by_itself_may_be_proposed_to_go_on(judged: None) -> None:
    ends, director = date(2026, 10, 20), factories.person("city.director")
    watch.ordered(ends=ends)
    asked = watch.proposed()
    call: dict[str, Any] = {"suspension": asked, "document": LIFT, "by": director, "on": ON}
    with pytest.raises(AlreadySuspended) as caught:
        suspensions.order(**call, starts=date(2026, 10, 19))
    assert caught.value.facts["document"] == ORDER
    suspensions.order(**call, starts=ends)
    assert not open_ways("320583", ends)["own"]
    # Now nothing is left to propose.
    with pytest.raises(AlreadySuspended):
        watch.proposed()


def test_an_order_that_ended_by_itself_is_not_lifted_and_says_so(judged: None) -> None:
    air = factories.person("city.air")
    order = watch.ordered(ends=LATER)
    facts: dict[str, Any] = {"suspension": order, "reason": "好转", "by": air}
    with pytest.raises(OverAlready) as caught:
        suspensions.propose_lift(**facts, on=LATER)
    assert (caught.value.clause.key, caught.value.facts["ends"]) == ("9.3", LATER)
    days = (date(2026, 10, 19), LATER)
    assert [Suspension.objects.with_over(day).get().over for day in days] == [False, True]
    suspensions.propose_lift(**facts, on=days[0])


@pytest.mark.parametrize("lifted_on", [ON, date(2026, 9, 30), date(2026, 10, 1)])
def test_an_order_is_taken_back_before_it_begins_and_never_closed_anything(
    judged: None, lifted_on: date
) -> None:
    starts, ends = date(2026, 10, 1), date(2026, 11, 1)
    asked = watch.lift_proposed(starts=starts, ends=ends)
    assert not open_ways("320583", starts)["own"]
    director = factories.person("city.director")
    call: dict[str, Any] = {"document": LIFT, "by": director, "on": ON}
    order = suspensions.lift(suspension=asked, lifted_on=lifted_on, **call)

    days = (date(2026, 9, 30), starts, date(2026, 10, 2), date(2026, 10, 31))
    assert [open_ways("320583", day)["own"] for day in days] == [True] * 4
    # What was ordered stays on record.
    order.refresh_from_db()
    assert (order.status, order.taken_back, order.lifted_on) == ("lifted", True, lifted_on)
    assert (order.during.lower, order.during.upper) == (starts, ends)
    # And the same days may be ordered again.
    again = suspensions.order(suspension=watch.proposed(), starts=starts, ends=ends, **call)
    assert gates.suspensions_closing(factories.place("320583"), on=starts) == [again]


def test_an_order_lifted_a_day_after_it_begins_closed_that_day(judged: None) -> None:
    starts, second = date(2026, 10, 1), date(2026, 10, 2)
    asked, director = watch.lift_proposed(starts=starts), factories.person("city.director")
    order = suspensions.lift(suspension=asked, document=LIFT, lifted_on=second, by=director, on=ON)
    assert (order.taken_back, order.during.lower, order.during.upper) == (False, starts, second)
    assert [open_ways("320583", day)["own"] for day in (starts, second)] == [False, True]


def test_a_lift_that_is_not_granted_leaves_the_order(judged: None) -> None:
    asked = watch.lift_proposed()
    director = factories.person("city.director")
    with pytest.raises(Refusal):
        suspensions.keep(suspension=asked, note=" ", by=director, on=ON)
    kept = suspensions.keep(suspension=asked, note="改善尚不稳定", by=director, on=ON)
    assert kept.status == SuspensionStatus.IN_FORCE
    assert not open_ways("320583", LATER)["own"]


def test_a_dropped_proposal_closes_nothing_and_may_be_made_again(judged: None) -> None:
    director = factories.person("city.director")
    suspensions.drop(suspension=watch.proposed(), note="数据待核", by=director, on=ON)
    assert open_ways("320583", ON)["own"]
    assert watch.proposed().number == "ZT-2026-0002"


def test_four_eyes_order_and_lift() -> None:
    both = factories.appointed("city.director", "division_reviewer_air", "320500")
    factories.appointed("city.director", "director", "320500")
    asked = watch.proposed(by=both)
    with pytest.raises(SamePerson):
        suspensions.order(suspension=asked, document=ORDER, starts=ON, by=both, on=ON)
    with pytest.raises(SamePerson):
        suspensions.drop(suspension=asked, note="不妥", by=both, on=ON)
    order = watch.ordered(scope="purchase")
    suspensions.propose_lift(suspension=order, reason="好转", by=both, on=ON)
    with pytest.raises(SamePerson):
        suspensions.lift(suspension=order, document=LIFT, lifted_on=LATER, by=both, on=ON)
    with pytest.raises(SamePerson):
        suspensions.keep(suspension=order, note="不妥", by=both, on=ON)


def test_the_monthly_job_proposes_as_the_system_and_never_orders() -> None:
    system = Person.objects.get_system()
    asked = watch.proposed(by=system)
    with pytest.raises(OutOfReach):
        suspensions.order(suspension=asked, document=ORDER, starts=ON, by=system, on=ON)


def test_the_director_is_told_of_a_proposal_and_the_place_of_its_order() -> None:
    for name in ("city.director", "kunshan.officer", "kunshan.head", "kunshan.park"):
        factories.person(name)
    asked = watch.proposed()
    told = Notice.objects.values_list("person__username", "url")
    assert list(told) == [("city.director", f"/monitoring/suspensions/{asked.number}/")]
    Notice.objects.all().delete()
    suspensions.order(
        suspension=asked, document=ORDER, starts=ON, by=factories.person("city.director"), on=ON
    )
    told = Notice.objects.values_list("person__username", flat=True)
    assert set(told) == {"kunshan.officer", "kunshan.head"}


# ── Refusals, each with its clause ──
def refusal(kind: type[Refusal], **call: Any) -> Refusal:
    do = call.pop("do")
    with pytest.raises(kind) as caught:
        do(**call)
    return caught.value


def test_what_is_refused_when_proposing() -> None:
    air = factories.person("city.air")
    park, city = factories.place("320500P01"), factories.place("320500")
    call = {"do": suspensions.propose, "scope": "reserves", "by": air, "on": ON}
    assert refusal(ReasonMissing, **call, place=park, reason=" ").clause.key == "19.3"
    assert refusal(WrongTier, **call, place=city, reason="x").clause.key == "9.3"
    watch.proposed()
    found = refusal(AlreadyProposed, **call, place=factories.place("320583"), reason="x")
    assert found.clause.key == "9.3"
    watch.ordered("320581")
    found = refusal(AlreadySuspended, **call, place=factories.place("320581"), reason="x")
    assert (found.clause.key, found.facts["document"]) == ("9.3", ORDER)
    # Another scope is another order.
    assert watch.proposed("320581", "purchase").status == SuspensionStatus.PROPOSED


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DocumentMissing, {"document": " "}),
        (StartsTooEarly, {"starts": date(2026, 9, 14)}),
        (EndsBeforeItStarts, {"ends": ON}),
    ],
)
def test_what_is_refused_when_ordering(kind: type[Refusal], said: dict[str, Any]) -> None:
    asked, director = watch.proposed(), factories.person("city.director")
    call: dict[str, Any] = {"document": ORDER, "starts": ON} | said
    found = refusal(kind, do=suspensions.order, suspension=asked, **call, by=director, on=ON)
    assert found.clause.key == "9.3"
    asked.refresh_from_db()
    assert (asked.status, asked.during) == (SuspensionStatus.PROPOSED, None)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DocumentMissing, {"document": ""}),
        (StartsTooEarly, {"lifted_on": date(2026, 9, 14)}),
        (LiftedBeforeItBegan, {"lifted_on": ON}),
    ],
)
def test_what_is_refused_when_lifting(kind: type[Refusal], said: dict[str, Any]) -> None:
    asked, director = watch.lift_proposed(), factories.person("city.director")
    call: dict[str, Any] = {"document": LIFT, "lifted_on": LATER} | said
    found = refusal(kind, do=suspensions.lift, suspension=asked, **call, by=director, on=ON)
    assert found.clause.key == "9.3"
    assert Suspension.objects.get(pk=asked.pk).status == SuspensionStatus.LIFT_PROPOSED


def test_an_act_out_of_its_turn_is_refused() -> None:
    director, air = factories.person("city.director"), factories.person("city.air")
    order = watch.ordered()
    for act in (
        lambda: suspensions.order(
            suspension=order, document=ORDER, starts=LATER, by=director, on=ON
        ),
        lambda: suspensions.drop(suspension=order, note="x", by=director, on=ON),
        lambda: suspensions.lift(
            suspension=order, document=LIFT, lifted_on=LATER, by=director, on=ON
        ),
    ):
        with pytest.raises((NotNow, AlreadySuspended)):
            act()
    with pytest.raises(ReasonMissing):
        suspensions.propose_lift(suspension=order, reason="", by=air, on=ON)
    with pytest.raises(NotPermitted):
        suspensions.propose_lift(suspension=order, reason="x", by=director, on=ON)
    with pytest.raises(NotPermitted):
        watch.proposed("320581", by=factories.person("changshu.officer"))
    with pytest.raises(OutOfReach):
        watch.proposed("320581", by=factories.person("kunshan.officer"))
