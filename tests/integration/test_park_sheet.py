"""The sheet of annual totals as it saves: each source states a polluter once, nothing is lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.test import Client as Browser
from django.urls import reverse

from parks.models import AnnualTotals
from parks.refusals import NotAMember
from parks.selectors import totals as selected
from parks.services import totals, totals_rows
from quota_registry.kernel.vocabulary import Pollutant
from tests import city, factories, parks
from tests.browsers import browser_of
from tests.parks import ON, PARK, YEAR

pytestmark = pytest.mark.django_db

LAST = YEAR - 1


@pytest.fixture
def browser() -> Browser:
    return browser_of(factories.person("kunshan.park"))


@pytest.fixture
def draft() -> AnnualTotals:
    """Two rows of one polluter, by monitors and by hand, and one of another polluter."""
    one, other = parks.member(1), parks.member(2)
    return parks.begun(
        parks.row(1, one, amounts={"NOX": 3}),
        parks.row(2, one, amounts={"NOX": 5}, source="manual"),
        parks.row(3, other, amounts={"NOX": 7}),
    )


def save(browser: Browser, draft: AnnualTotals, *rows: dict[str, Any], **more: Any) -> Any:
    base = AnnualTotals.objects.get(pk=draft.pk).edition
    return browser.post(
        reverse("parks:totals-save", args=[PARK, LAST]),
        {"base": base, "rows": rows, **more},
        content_type="application/json",
    )


def line(number: int, source: str, nox: str = "1", **more: str) -> dict[str, Any]:
    return {
        "number": number,
        "source": source,
        "output": "",
        "note": "",
        "amounts": {"NOX": nox},
        **more,
    }


def problems(answer: Any) -> dict[int, dict[str, str]]:
    assert answer.status_code == 200, answer.content
    return {row["number"]: row["problems"] for row in answer.json()["rows"]}


def test_a_source_that_another_row_has_is_marked_and_counts_once(
    browser: Browser, draft: AnnualTotals
) -> None:
    found = problems(save(browser, draft, line(2, "automatic")))
    assert found[2] == {"source": "与第1行的单位和数据来源相同"}
    assert selected.counted(draft) == {Pollutant.NOX: 10}

    # The first row goes elsewhere: the second is right now, though nobody touched it.
    found = problems(save(browser, draft, line(1, "balance")))
    assert found == {1: {}, 2: {}}


def test_two_rows_change_their_sources_at_once(browser: Browser, draft: AnnualTotals) -> None:
    found = problems(save(browser, draft, line(1, "manual"), line(2, "automatic")))
    assert found == {1: {}, 2: {}}
    assert dict(draft.rows.values_list("number", "source")) == {
        1: "manual",
        2: "automatic",
        3: "automatic",
    }


def test_a_row_is_taken_out_and_frees_the_other(browser: Browser, draft: AnnualTotals) -> None:
    problems(save(browser, draft, line(2, "automatic")))
    answer = save(browser, draft, dropped=[1])
    assert problems(answer) == {2: {}}
    assert answer.json()["wrong"] == 0
    assert set(draft.rows.values_list("number", flat=True)) == {2, 3}


@pytest.fixture
def unknown() -> AnnualTotals:
    """A row of nobody that the registry knows, beside one that is sound."""
    nobody = parks.row(
        2,
        None,
        permit_number="P1",
        amounts={"NOX": 5},
        output=Decimal("12.50"),
        note="去年并入",
        faults={"uscc": {"code": "unknown_polluter", "facts": {"uscc": "12345"}, "raw": "12345"}},
    )
    return parks.begun(parks.row(1, parks.member(1), amounts={"NOX": 3}), nobody)


def as_kept(draft: AnnualTotals) -> list[dict[str, Any]]:
    rows = draft.rows.order_by("number").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_a_row_that_was_taken_out_comes_back_as_it_was(
    browser: Browser, unknown: AnnualTotals
) -> None:
    before = as_kept(unknown)
    kept = save(browser, unknown, dropped=[2]).json()["kept"]
    assert [row["number"] for row in as_kept(unknown)] == [1]
    answer = save(browser, unknown, restored=[kept["2"]])
    assert set(problems(answer)) == {2}
    assert answer.json()["wrong"] == 1
    assert as_kept(unknown) == before


def test_only_what_this_sheet_gave_away_comes_back_and_over_nothing(
    browser: Browser, unknown: AnnualTotals
) -> None:
    kept = save(browser, unknown, dropped=[2]).json()["kept"]["2"]
    before = as_kept(unknown)
    for token in ("x", kept[:-1], signing.dumps({"number": 2}), 3):
        assert save(browser, unknown, restored=[token]).status_code == 400, token
    assert save(browser, unknown, restored=[kept], base=0).status_code == 412
    assert as_kept(unknown) == before
    problems(save(browser, unknown, restored=[kept]))
    # Its number is borne again: it comes back once.
    assert save(browser, unknown, restored=[kept]).status_code == 412


def test_what_was_seen_before_another_saved_takes_nothing_out(
    browser: Browser, draft: AnnualTotals
) -> None:
    stale = draft.edition - 1
    answer = save(browser, draft, dropped=[1], base=stale)
    assert answer.status_code == 412
    assert draft.rows.count() == 3


@pytest.mark.parametrize(
    "sent",
    [
        {"rows": [{"number": 9, "amounts": {}}]},
        {"rows": [{"number": 1, "amounts": 3}]},
        {"rows": 3},
        {"rows": [], "dropped": "x"},
        {"rows": [line(1, "automatic", note="a\x00b")]},
        {"rows": [line(1, "automatic", note="\ud800")]},
    ],
)
def test_what_is_no_sheet_is_refused_and_changes_nothing(
    browser: Browser, draft: AnnualTotals, sent: dict[str, Any]
) -> None:
    before = list(draft.rows.values())
    rows = sent.pop("rows")
    answer = save(browser, draft, **sent, rows=rows)
    assert answer.status_code == 400
    assert list(draft.rows.values()) == before


def test_remarks_stand_on_the_version_that_came_back_and_on_the_one_that_mends_it(
    browser: Browser, draft: AnnualTotals
) -> None:
    city.rule_book()
    filed = parks.filed(draft)
    office = {"by": factories.person("city.office"), "on": ON}
    back = totals.send_back(totals=filed, note="见意见", remarks=[(1, "NOX", "偏低")], **office)
    page = reverse("parks:totals", args=[PARK, LAST])
    assert "偏低" in browser.get(page).content.decode()
    mended = totals.begin(place=back.place, year=LAST, by=factories.person("kunshan.park"), on=ON)
    assert [one.text for one in selected.remarks(mended)] == ["偏低"]
    back = totals.send_back(
        totals=parks.filed(mended), note="见意见", remarks=[(3, "NOX", "仍偏低")], **office
    )
    assert [one.text for one in selected.remarks(back)] == ["偏低", "仍偏低"]
    assert "仍偏低" in browser.get(page).content.decode()


def add(browser: Browser, **said: Any) -> Any:
    return browser.post(reverse("parks:totals-add", args=[PARK, LAST]), said)


def test_a_member_that_joined_since_gets_a_row_and_a_second_source_another(
    browser: Browser, draft: AnnualTotals
) -> None:
    joined = parks.member(3)
    assert add(browser, polluter=joined.pk).status_code == 303
    assert add(browser, polluter=joined.pk, source="balance").status_code == 303
    rows = list(draft.rows.filter(polluter=joined).values_list("number", "source"))
    assert rows == [(4, ""), (5, "balance")]
    # Without its source the row keeps the sheet from being handed in; the other counts.
    assert draft.rows.get(number=4).faults["source"]["code"] == "missing"
    assert draft.rows.get(number=5).faults == {}
    # A source that is there already is marked, not overwritten.
    assert add(browser, polluter=joined.pk, source="balance").status_code == 303
    assert draft.rows.get(number=6).faults["source"]["facts"] == {"row": 5}


def test_only_members_and_only_drafts_get_a_row(browser: Browser, draft: AnnualTotals) -> None:
    stranger = factories.polluter(9, PARK)
    assert add(browser, polluter=stranger.pk).status_code == 422
    with pytest.raises(NotAMember):
        totals_rows.add(totals=draft, polluter=stranger, by=factories.person("kunshan.park"), on=ON)
    parks.filed(draft)
    answer = add(browser, polluter=parks.member(1).pk, source="balance")
    assert answer.status_code == 422
    assert draft.rows.count() == 3
    assert (
        "添加一行" not in browser.get(reverse("parks:totals", args=[PARK, LAST])).content.decode()
    )
