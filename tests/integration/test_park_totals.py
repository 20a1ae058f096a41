"""Annual totals (§16): filled in by one, checked by another, sent back or accepted; members."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from parks.models import AnnualTotals, TotalsRow
from parks.refusals import (
    EndsBeforeItBegins,
    MemberElsewhere,
    NotAPark,
    NothingStated,
    ReasonMissing,
    ServesAlready,
    TotalsUnderWay,
    WrittenMeanwhile,
    WrongCells,
    YearNotOver,
)
from parks.selectors import totals as selected
from parks.services import register, totals, totals_rows
from parks.vocabulary import Doubt, TotalsStatus
from quota_registry.kernel.models import Notice
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from tests import factories, parks
from tests.parks import ON, PARK, YEAR

pytestmark = pytest.mark.django_db

LAST = YEAR - 1
NOX, COD = Pollutant.NOX, Pollutant.COD


@pytest.fixture(autouse=True)
def there() -> None:
    parks.park()


def someone(name: str = "kunshan.park") -> dict[str, Any]:
    return {"by": factories.person(name), "on": ON}


# ── Members ──
def test_a_polluter_lies_in_one_park_at_a_time() -> None:
    of = parks.member()
    office = someone("city.office")
    with pytest.raises(MemberElsewhere):
        register.admit(
            place=factories.place("320500P01"), polluter=of, joined=date(2025, 1, 1), **office
        )
    (member,) = of.memberships.all()
    with pytest.raises(EndsBeforeItBegins):
        register.leave(member=member, left=date(2021, 1, 1), **office)
    register.leave(member=member, left=date(2025, 1, 1), **office)
    register.admit(
        place=factories.place("320500P01"), polluter=of, joined=date(2025, 1, 1), **office
    )
    with pytest.raises(NotPermitted):
        register.admit(place=factories.place(PARK), polluter=of, joined=ON, **someone())
    with pytest.raises(NotAPark):
        register.record(
            place=factories.place("320583"),
            level="national",
            administrator="x",
            since=ON,
            **office,
        )


# ── The way of a version ──
def test_a_day_of_leaving_is_put_right_and_never_into_another_membership() -> None:
    polluter, known = parks.member(1), someone("city.office")
    [first] = polluter.memberships.all()
    first = register.leave(member=first, left=date(2025, 3, 1), **known)
    other = factories.place("320500P01")
    register.admit(place=other, polluter=polluter, joined=date(2025, 4, 1), **known)
    with pytest.raises(MemberElsewhere):
        register.leave(member=first, left=date(2025, 4, 2), **known)
    first = register.leave(member=first, left=date(2025, 4, 1), **known)
    assert first.during.upper == date(2025, 4, 1)

    works = register.serve(place=other, polluter=polluter, since=date(2024, 1, 1), **known)
    register.stop_serving(works=works, last=date(2025, 3, 1), **known)
    register.serve(place=other, polluter=polluter, since=date(2025, 4, 1), **known)
    with pytest.raises(ServesAlready):
        register.stop_serving(works=works, last=date(2025, 6, 1), **known)


def test_nobody_lies_in_a_county_as_in_a_park() -> None:
    county, polluter = factories.place("320583"), factories.polluter(3, "320583")
    known = someone("city.office")
    with pytest.raises(NotAPark):
        register.admit(place=county, polluter=polluter, joined=ON, **known)
    with pytest.raises(NotAPark):
        register.serve(place=county, polluter=polluter, since=ON, **known)


def test_two_people_of_the_park_file_and_the_bureau_accepts() -> None:
    of = parks.member()
    draft = parks.begun(parks.row(1, of))
    assert (draft.version, draft.status, draft.edition) == (1, TotalsStatus.DRAFT, 1)
    handed = totals.hand_in(totals=draft, **someone())
    with pytest.raises(SamePerson):
        totals.file(totals=handed, **someone())
    filed = totals.file(totals=handed, **someone("kunshan.park2"))
    assert filed.filed_on == ON
    with pytest.raises(NotPermitted):
        totals.accept(totals=filed, **someone())
    accepted = totals.accept(totals=filed, **someone("city.office"))
    assert (accepted.status, accepted.decided_on) == (TotalsStatus.ACCEPTED, ON)
    assert selected.counted(accepted) == {NOX: 1_000_000}
    told = Notice.objects.filter(text__contains="已接受").values_list("person__username", flat=True)
    assert set(told) == {"kunshan.park", "kunshan.park2"}


def test_whoever_wrote_a_cell_checks_none() -> None:
    of = parks.member()
    draft = parks.begun(parks.row(1, of))
    draft = totals_rows.write(
        totals=draft, rows=[parks.row(1, of)], edition=None, **someone("kunshan.park2")
    )
    handed = totals.hand_in(totals=draft, **someone())
    with pytest.raises(SamePerson):
        totals.file(totals=handed, **someone("kunshan.park2"))


def test_a_wrong_cell_keeps_the_totals_back_and_counts_for_nothing() -> None:
    of, other = parks.member(1), parks.member(2)
    wrong = parks.row(2, other, faults={"COD": {"code": "not_a_number", "raw": "—"}})
    draft = parks.begun(parks.row(1, of), wrong)
    with pytest.raises(WrongCells) as refused:
        totals.hand_in(totals=draft, **someone())
    assert refused.value.facts == {"wrong": 1}
    assert selected.counted(draft) == {NOX: 1_000_000}
    assert selected.missing_members(draft) == [other]

    right = replace(wrong, faults={}, amounts={"NOX": 1_000_000, "COD": 5})
    draft = totals_rows.write(totals=draft, rows=[right], edition=draft.edition, **someone())
    assert totals.hand_in(totals=draft, **someone()).status == TotalsStatus.CHECKING
    assert selected.counted(draft) == {COD: 5, NOX: 2_000_000}


def test_nothing_is_handed_in_where_nothing_is_stated() -> None:
    with pytest.raises(NothingStated):
        totals.hand_in(totals=parks.begun(), **someone())


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten() -> None:
    of = parks.member()
    draft = parks.begun(parks.row(1, of))
    seen = draft.edition
    totals_rows.write(
        totals=draft, rows=[parks.row(2, parks.member(2))], edition=seen, **someone("kunshan.park2")
    )
    with pytest.raises(WrittenMeanwhile):
        totals_rows.write(
            totals=draft, rows=[parks.row(1, of, note="x")], edition=seen, **someone()
        )
    with pytest.raises(WrittenMeanwhile):
        totals_rows.drop(totals=draft, numbers=[1], edition=seen, **someone())
    assert TotalsRow.objects.filter(totals=draft, note="").count() == 2


def test_a_returned_version_is_mended_in_the_next_and_shown_beside_it() -> None:
    of, other = parks.member(1), parks.member(2)
    first = parks.filed(parks.begun(parks.row(1, of), parks.row(2, other)))
    office = someone("city.office")
    with pytest.raises(Refusal):
        totals.send_back(totals=first, note=" ", **office)
    first = totals.send_back(
        totals=first, note="两处与监测不符", remarks=[(2, "NOX", "与自动监测不符")], **office
    )
    assert [one.text for one in first.remarks.all()] == ["与自动监测不符"]
    with pytest.raises(NotNow):
        totals_rows.write(totals=first, rows=[], edition=None, **someone())

    second = totals.begin(place=factories.place(PARK), year=LAST, **someone())
    assert (second.version, second.rows.count()) == (2, 2)
    second = totals_rows.write(
        totals=second,
        rows=[parks.row(2, other, amounts={"NOX": 1_500_000})],
        edition=second.edition,
        **someone(),
    )
    (changed,) = selected.differences(second, first)
    assert (changed.name, changed.pollutant) == (other.name, NOX)
    assert (changed.before, changed.after) == (1_000_000, 1_500_000)


def test_accepted_totals_are_corrected_by_a_next_version_with_its_reason() -> None:
    of = parks.member()
    first = parks.accepted(parks.row(1, of))
    with pytest.raises(ReasonMissing):
        totals.begin(place=factories.place(PARK), year=LAST, **someone())
    second = totals.begin(place=factories.place(PARK), year=LAST, reason="漏报", **someone())
    with pytest.raises(TotalsUnderWay):
        totals.begin(place=factories.place(PARK), year=LAST, reason="再报", **someone())
    totals.accept(totals=parks.filed(second), **someone("city.office"))
    first.refresh_from_db()
    assert first.status == TotalsStatus.REPLACED
    assert AnnualTotals.objects.get(status=TotalsStatus.ACCEPTED) == second


def test_filed_totals_are_taken_back_before_anybody_decided() -> None:
    filed = parks.filed(parks.begun(parks.row(1, parks.member())))
    back = totals.take_back(totals=filed, **someone())
    assert (back.status, back.filled_by, back.filed_on) == (TotalsStatus.DRAFT, None, None)
    assert parks.filed(back).status == TotalsStatus.FILED


def test_a_year_that_is_not_over_and_another_park_are_refused() -> None:
    with pytest.raises(YearNotOver):
        totals.begin(place=factories.place(PARK), year=YEAR, **someone())
    with pytest.raises(OutOfReach):
        totals.begin(place=factories.place("320500P01"), year=LAST, **someone())
    factories.appointed("kunshan.park", "park_administrator", "320583P01")
    with pytest.raises(NotPermitted):
        totals.begin(place=factories.place(PARK), year=LAST, **someone("kunshan.officer"))


# ── What stands beside an amount ──
def test_the_better_source_counts_and_the_other_fills_in() -> None:
    of = parks.member()
    draft = parks.begun(
        parks.row(1, of, source="balance", amounts={"NOX": 7, "COD": 9}),
        parks.row(2, of, source="manual", amounts={"NOX": 5}),
    )
    assert selected.counted(draft) == {COD: 9, NOX: 5}


def test_what_deserves_a_second_look_is_said_and_keeps_nothing_out() -> None:
    of = parks.member(1, {"NOX": "1.2"})
    parks.accepted(
        parks.row(1, of, amounts={"NOX": 1_000_000}), year=LAST - 1, on=ON - timedelta(days=365)
    )
    draft = parks.begun(parks.row(1, of, amounts={"NOX": 1_300_001, "COD": 1}))
    beside = selected.context(PARK, LAST)
    (row,) = draft.rows.all()
    found = selected.doubts(row, beside, book=factories.rule_book_table())
    assert found == {NOX: [Doubt.OVER_PERMIT, Doubt.FAR_FROM_LAST]}
    # 30 % more is no surprise yet.
    row.amounts = {"NOX": 1_300_000}
    found = selected.doubts(row, beside, book=factories.rule_book_table())
    assert found == {NOX: [Doubt.OVER_PERMIT]}
