"""The worked cases of the rules that concern the stock, computed by hand before the code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from quota_registry.kernel import mass
from quota_registry.kernel.calendar import WorkingCalendar
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import duplicates, fates, intake, sources
from reserve.rules.duplicates import KnownClaim, ProjectKey
from reserve.rules.fates import Line
from reserve.vocabulary import ClaimStatus, Fate

BOOK = RuleBook.default()


def t(amount: str) -> Grams:
    return mass.grams_of(amount)


@pytest.mark.parametrize(
    ("amount", "share", "province", "city", "local"),
    [
        ("100", "0", "0", "30", "70"),
        ("100", "0.10", "10", "27", "63"),
        ("12.3456", "0", "0", "3.70368", "8.64192"),
        ("0.000001", "0", "0", "0", "0.000001"),
        ("0.000005", "0", "0", "0.000001", "0.000004"),
        ("0.000010", "0.15", "0.000001", "0.000002", "0.000007"),
    ],
)
def test_split_after_the_provinces_share(
    amount: str, share: str, province: str, city: str, local: str
) -> None:
    book = BOOK.with_changes(province_share=Decimal(share))
    admissible = t(amount)

    shares = intake.divide(
        admissible, province=intake.province_part(admissible, book=book), book=book
    )

    assert (shares.province, shares.city, shares.local) == (t(province), t(city), t(local))
    assert shares.total == admissible


@pytest.mark.parametrize(
    ("finished", "accepted"), [(date(2020, 12, 31), False), (date(2021, 1, 1), True)]
)
def test_works_finished_before_the_plan_are_refused(finished: date, accepted: bool) -> None:
    verdict = sources.finished_since_the_plan(finished, book=BOOK)

    assert verdict.passes is accepted
    assert verdict.clause.article == "3"


def test_a_permit_changed_on_31_january_is_due_on_28_february() -> None:
    due = intake.due_on(permit_changed_on=date(2026, 1, 31), book=BOOK)

    assert due == date(2026, 2, 28)
    # A Saturday, but one worked in exchange for the Spring Festival: the Monday after is late.
    calendar = WorkingCalendar()
    assert intake.filed_by_due_date(due=due, filed_on=due, calendar=calendar).passes
    assert not intake.filed_by_due_date(
        due=due, filed_on=date(2026, 3, 2), calendar=calendar
    ).passes


def test_verified_10_binding_4_earlier_3_leaves_3() -> None:
    line = Line(verified=t("10"), binding=t("4"), earlier=t("3"))

    assert line.admissible == t("3")
    assert fates.of(line, book=BOOK) == {
        Fate.BINDING: t("4"),
        Fate.PRIOR_USE: t("3"),
        Fate.CITY: t("0.9"),
        Fate.LOCAL: t("2.1"),
    }


def test_the_same_project_again_for_the_same_pollutant_is_refused() -> None:
    key = ProjectKey.of("91320585MAX010029A", "示范水泥减排工程")
    known = [
        KnownClaim("2026-1", key, frozenset({Pollutant.SO2, Pollutant.NOX}), ClaimStatus.ADMITTED)
    ]

    again = duplicates.claimed_once(key, {Pollutant.NOX}, known=known)
    other = duplicates.claimed_once(key, {Pollutant.PM}, known=known)

    assert not again.passes
    assert again.clause.article == "21"
    assert other.passes


def test_a_false_claim_of_10_with_5_spent_voids_5_and_leaves_a_debt_of_5() -> None:
    entered = fates.of(Line(verified=t("10")), book=BOOK)
    assert entered == {Fate.CITY: t("3"), Fate.LOCAL: t("7")}

    plan = fates.void(t("10"), unspent=(t("3"), Grams(entered[Fate.LOCAL] - t("5"))))

    assert plan.taken == (t("3"), t("2"))
    assert plan.voided == t("5")
    assert plan.debt == t("5")


def test_the_next_claim_of_6_repays_the_debt_of_5_and_divides_the_rest() -> None:
    assert fates.of(Line(verified=t("6")), debt=t("5"), book=BOOK) == {
        Fate.COVER: t("5"),
        Fate.CITY: t("0.3"),
        Fate.LOCAL: t("0.7"),
    }
