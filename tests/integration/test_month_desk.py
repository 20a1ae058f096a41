"""What a judged month leaves to do: data to chase, targets to set, a month to judge anew."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from django.urls import reverse

from monitoring.models import PlaceWarning
from monitoring.selectors import months as facts
from monitoring.selectors import waiting
from monitoring.services import months
from monitoring.vocabulary import Level
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.vocabulary import Medium, Tier
from tests import factories, watch, watched
from tests.watched import ON, SEPTEMBER

pytestmark = pytest.mark.django_db

KUNSHAN: Final = "320583"
AGAIN: Final = ("judge_again", "2026-09", "/monitoring/?year=2026")


@pytest.fixture(autouse=True)
def city() -> None:
    factories.rule_book()
    factories.all_places()


def judged(version: int = 1) -> PlaceWarning:
    """Judge September, which makes this version of it, and give what it says of Kunshan."""
    run = months.judge(month=SEPTEMBER, by=Person.objects.get_system(), on=ON)
    assert run.version == version
    return PlaceWarning.objects.get(run=run, place=KUNSHAN)


def all_well() -> None:
    for place in facts.watched_places():
        watched.year(place.pk, SEPTEMBER)


def lines(username: str = "city.air") -> list[tuple[str, str, str]]:
    found = waiting.waiting_for(factories.person(username), on=ON)
    return [
        (line.verb, line.number, line.url) for line in found if line.verb != "propose_judgement"
    ]


def asked_to_judge(username: str, on: date) -> list[tuple[str, str, date | None, int]]:
    found = waiting.waiting_for(factories.person(username), on=on)
    return [
        (line.number, line.object, line.due, line.overdue_days)
        for line in found
        if line.verb == "propose_judgement"
    ]


def test_last_year_is_asked_for_until_every_place_is_judged_of_both_media() -> None:
    on = date(2026, 2, 3)
    parks, counties = (
        Place.objects.filter(tier=tier, valid_until=None).count()
        for tier in (Tier.PARK, Tier.COUNTY)
    )
    assert min(parks, counties) > 1
    due = {"园区": (date(2026, 1, 31), 3), "县级": (date(2026, 6, 30), 0)}
    assert asked_to_judge("city.air", on) == [
        ("2025", f"园区 · {parks} 个地区", *due["园区"]),
        ("2025", f"县级 · {counties} 个地区", *due["县级"]),
    ]
    watch.judgement(code=KUNSHAN, medium=Medium.AIR)
    assert asked_to_judge("city.air", on)[1][1] == f"县级 · {counties} 个地区", "water is missing"
    watch.judgement(code=KUNSHAN, medium=Medium.WATER, confirmed=False)
    assert asked_to_judge("city.air", on)[1][1] == f"县级 · {counties - 1} 个地区"
    assert asked_to_judge("kunshan.officer", on) == [], "a county does not judge itself"


def test_a_city_that_is_well_and_known_has_nothing_to_do() -> None:
    all_well()
    assert judged().level == Level.NONE
    assert lines() == []


def test_data_are_chased_also_where_something_else_warns() -> None:
    all_well()
    watched.section("SZ001", KUNSHAN)
    watched.air(KUNSHAN, SEPTEMBER, "30.5", "88.0")
    found = judged()
    assert (found.level, found.trigger) == (Level.YELLOW, None)
    address = reverse("monitoring:warning", args=[found.pk])
    assert lines() == [("chase_data", "2026-09", address)]


def test_a_target_that_nobody_set_is_asked_for_until_it_is_proposed() -> None:
    for month in (SEPTEMBER, SEPTEMBER.plus(-12)):
        watched.air(KUNSHAN, month, "28.0", "88.0")
    found = judged()
    assert {reason["code"] for reason in found.reasons} == {"no_target"}
    asked = ("propose_target", "2026-09", f"{reverse('monitoring:target-new')}?place={KUNSHAN}")
    assert asked in lines()
    assert asked not in lines("kunshan.officer")
    watch.asked_target(KUNSHAN, "31.0")
    assert asked in lines(), "the other indicator has none yet"
    watch.asked_target(KUNSHAN, "84.0", indicator="good_days")
    assert asked not in lines()
    assert AGAIN not in lines(), "a target that is only proposed changes no month"


def test_a_month_is_asked_for_anew_until_it_says_what_the_record_says() -> None:
    all_well()
    judged()
    watched.air(KUNSHAN, SEPTEMBER, "30.5", "88.0")
    assert lines() == [AGAIN]
    assert lines("kunshan.officer") == []
    judged(version=2)
    assert AGAIN not in lines()
