"""Polluters are found by the pinyin of their names, in full or by initials, wherever one types."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from monitoring.services import measured
from monitoring.services.measured import Measured
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Pollutant
from tests import factories, parks, watch
from tests.factories import ON
from tests.integration.test_claim_bulk_pages import browser_of

pytestmark = pytest.mark.django_db

NEW = "91320583MA1000017X"


@pytest.fixture
def works() -> Polluter:
    return polluters.register(
        uscc=NEW,
        name="昆山绿源3M（环保）科技有限公司",
        place=factories.place("320583"),
        by=factories.person("kunshan.officer"),
        on=ON,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "kunshan",
        "kunshanlvyuan",
        "kun shan lv yuan",
        "KunShan",
        "kunshanlvyuan3mhuanbao",
        "ksly3mhb",
        "KSLY",
        "huanbaokeji",
        "hbkj",
        "kun'shan",
        "hb",
    ],
)
def test_a_name_is_found_by_its_pinyin(works: Polluter, typed: str) -> None:
    assert list(Polluter.objects.matching(typed)) == [works]


@pytest.mark.parametrize("typed", ["changshu", "kshb", "k", "'", "%", "ksly_mhb", "gongsikunshan"])
def test_what_is_no_part_of_it_finds_nothing(works: Polluter, typed: str) -> None:
    assert not Polluter.objects.matching(typed).exists()


def test_a_reading_is_that_of_the_word_and_follows_a_new_name(works: Polluter) -> None:
    officer = factories.person("kunshan.officer")
    polluters.rename(polluter=works, name="昆山重庆路水务", uscc=NEW, by=officer, on=ON)
    assert list(Polluter.objects.matching("kscqlsw")) == [works]
    assert list(Polluter.objects.matching("chongqinglu")) == [works]
    assert not Polluter.objects.matching("ksly").exists()


def test_the_key_is_kept_by_the_database_whoever_writes_the_name(works: Polluter) -> None:
    Polluter.objects.filter(pk=works.pk).update(sort_key="tai cang gang 2 hao")
    works.refresh_from_db()
    assert works.pinyin == "tcg2h taicanggang2hao"


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=ksly",
        "/polluters/?q=ksly",
        "/look-up/polluters/?q=ksly",
        "/look-up/codes/?seller_uscc_text=ksly",
    ],
)
def test_pages_and_fields_find_by_pinyin_within_sight(works: Polluter, address: str) -> None:
    mine, others = (
        browser_of(factories.person(f"{county}.officer")).get(address).content.decode()
        for county in ("kunshan", "changshu")
    )
    assert works.name in mine
    assert works.name not in others


def test_lists_of_what_polluters_have_find_by_pinyin(works: Polluter) -> None:
    permit = factories.permit(works)
    claim = factories.draft(factories.content(polluter=works, project="脱硝"))
    browser = browser_of(factories.person("kunshan.officer"))
    for address, found in (
        ("/permits/?q=", permit.number),
        ("/look-up/permits/?q=", permit.number),
        ("/reserve/claims/?q=", claim.number),
    ):
        assert found in browser.get(f"{address}ksly").content.decode()
        assert found not in browser.get(f"{address}kszz").content.decode()


def test_lists_of_monitors_and_of_members_find_by_pinyin() -> None:
    parks.park()
    monitor = watch.measuring(parks.member(1), since=date(2025, 1, 1))
    row = Measured(monitor=monitor.pk, month=date(2025, 5, 1), amounts={Pollutant.NOX: Grams(1)})
    measured.record(rows=[row], by=factories.person("city.inspector"), on=parks.ON)
    polluter = monitor.outlet.polluter
    Polluter.objects.filter(pk=polluter.pk).update(sort_key="kun shan lv yuan")
    browser = browser_of(factories.person("city.office"))
    asked = {"ksly": True, "kunshanlvyuan": True, polluter.name: True, "kszz": False}
    for address in (
        reverse("monitoring:monitors"),
        reverse("monitoring:measured"),
        reverse("parks:members", args=[parks.PARK]),
    ):
        for typed, there in asked.items():
            page = browser.get(address, {"q": f" {typed} "}).content.decode()
            assert (polluter.name in page.partition("<tbody")[2]) is there, (address, typed)


@pytest.mark.parametrize(
    ("typed", "indexes"),
    [
        ("ksly3m", ["polluter_by_pinyin", "polluter_by_name", "permit_by_number"]),
        ("绿源科技", ["polluter_by_name", "polluter_by_uscc"]),
    ],
)
def test_its_indexes_can_answer_a_search(works: Polluter, typed: str, indexes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Then what a search has no index for is read whole, whatever it costs.
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = Polluter.objects.matching(typed).explain()
    assert "Seq Scan" not in plan
    assert [name for name in indexes if name not in plan] == []
