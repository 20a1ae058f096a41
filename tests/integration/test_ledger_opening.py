"""Opening stock: what existed on day one, once per place, by four eyes and the director."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place
from reserve.models import OpeningStock
from reserve.refusals import OpeningClosed, SameHands
from reserve.rules import postings
from reserve.rules.postings import Leg, Request
from reserve.selectors import balances as selected
from reserve.services import opening
from reserve.services.opening import OpeningIncomplete, OpeningInFuture, Row
from reserve.vocabulary import LotSourceKind, TransferKind
from tests import factories, stock
from tests.stock import ON, T, balances, posted

pytestmark = pytest.mark.django_db

DAY_ONE = date(2026, 1, 1)


@pytest.fixture
def county() -> Place:
    return factories.all_places()["320583"]


def rows() -> list[Row]:
    holder = factories.polluter().pk
    return [
        Row(1, "reserve", "NOX", Grams(7 * T), vintage=date(2023, 5, 1), provincial_number="P-1"),
        Row(2, "reserve", "COD", Grams(3 * T), lake_tai=True),
        Row(3, "holding", "NOX", Grams(2 * T), polluter=holder),
        Row(4, "voucher", "NOX", Grams(1 * T), polluter=holder, case="320583-2025-00007"),
        Row(5, "debt", "NOX", Grams(500_000)),
    ]


def brought(county: Place) -> OpeningStock:
    return opening.bring(
        place=county,
        document="昆环〔2026〕1号",
        effective_on=DAY_ONE,
        rows=rows(),
        by=factories.person("kunshan.officer"),
        on=ON,
    )


def test_day_one_comes_in_by_file_and_four_eyes(county: Place) -> None:
    stock_of = brought(county)
    assert balances() == {}

    opening.approve(opening=stock_of, by=factories.person("city.office"), on=ON)

    holder = factories.polluter().pk
    assert balances("RESERVE", "HOLDING", "USED") == {
        "RESERVE/NOX/320583/": 7 * T,
        "RESERVE/COD/320583/": 3 * T,
        f"HOLDING/NOX/#{holder}/": 2 * T,
        f"USED/NOX/#{holder}/320583-2025-00007": 1 * T,
    }
    assert selected.open_debts() == {("320583", "NOX"): 500_000}
    lot = stock.lot("320583/1", kind="OPENING")
    assert (lot.vintage, lot.provincial_number) == (date(2023, 5, 1), "P-1")


def test_a_draft_may_be_brought_again_until_it_is_approved(county: Place) -> None:
    brought(county)
    again = brought(county)
    assert again.rows.count() == 5
    opening.approve(opening=again, by=factories.person("city.office"), on=ON)
    with pytest.raises(OpeningClosed):
        brought(county)
    with pytest.raises(OpeningClosed):
        opening.approve(opening=again, by=factories.person("city.office2"), on=ON)


@pytest.mark.parametrize("days", [0, 1])
def test_day_one_has_come(county: Place, days: int) -> None:
    facts = {"place": county, "document": "文", "rows": rows(), "on": ON}
    day, officer = ON + timedelta(days=days), factories.person("kunshan.officer")
    if days:
        with pytest.raises(OpeningInFuture):
            opening.bring(**facts, effective_on=day, by=officer)
    else:
        opening.bring(**facts, effective_on=day, by=officer)
    assert OpeningStock.objects.exists() is not bool(days)


def test_whoever_imports_does_not_approve(county: Place) -> None:
    both = factories.appointed("kunshan.officer", "general_office", "320500")
    stock_of = brought(county)
    with pytest.raises(SameHands):
        opening.approve(opening=stock_of, by=both, on=ON)
    assert balances() == {}


def test_after_the_closing_nothing_opens(county: Place) -> None:
    office = factories.person("city.office")
    stock_of = brought(county)
    with pytest.raises(OpeningClosed):
        opening.close(opening=stock_of, by=factories.person("city.director"), on=ON)
    opening.approve(opening=stock_of, by=office, on=ON)
    opening.close(opening=stock_of, by=factories.person("city.director"), on=ON)
    with pytest.raises(OpeningClosed):
        opening.close(opening=stock_of, by=factories.person("city.director"), on=ON)

    late = stock.paper(
        "late", 5, kind=LotSourceKind.OPENING, project=None, screened_by=None, reviewed_by=[]
    )
    leg = Leg(
        postings.origin(LotSourceKind.OPENING), postings.reserve("320583"), "NOX", Grams(5), late
    )
    with pytest.raises(OpeningClosed), transaction.atomic():
        posted(Request(kind=TransferKind.OPENING, key="late", on=ON, legs=[leg]), by=office)


@pytest.mark.parametrize(
    "row",
    [
        Row(1, "holding", "NOX", Grams(5)),
        Row(1, "voucher", "NOX", Grams(5), polluter=1),
        Row(1, "reserve", "NOX", Grams(0)),
    ],
)
def test_an_incomplete_row_is_refused(county: Place, row: Row) -> None:
    with pytest.raises(OpeningIncomplete):
        opening.bring(
            place=county,
            document="文",
            effective_on=DAY_ONE,
            rows=[row],
            by=factories.person("kunshan.officer"),
            on=ON,
        )
