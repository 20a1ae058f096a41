"""§23: two ledgers per county and period, in which opening + in − out = closing."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from quota_registry.kernel import paper
from quota_registry.kernel.periods import Period, Quarter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers import (
    official_ledger,
    official_ledger_pdf,
    official_ledger_xlsx,
    official_workbook,
)
from reserve.rules import postings
from reserve.selectors import official
from reserve.selectors.official import Account, Part, Which
from reserve.services.contents import LineContent
from reserve.vocabulary import ClaimStatus, Destination, TransferKind
from tests import browsers, factories, stock
from tests.papers import PRINTED, pages

pytestmark = pytest.mark.django_db

T = stock.T
MAY, JULY, AUGUST, OCTOBER = (
    date(2026, 5, 10),
    date(2026, 7, 10),
    date(2026, 8, 10),
    date(2026, 10, 10),
)
THIRD_QUARTER = Quarter(2026, 3).period


def admitted(line: LineContent, *, on: date, **more: Any) -> None:
    changed = on.replace(day=1)
    content = factories.content(line, finished_on=changed, permit_changed_on=changed, **more)
    factories.claim_at(ClaimStatus.ADMITTED, content, on=on)


@pytest.fixture
def moved() -> None:
    """Let 昆山 and its park take in, hold, release, take back and trade, across three quarters."""
    factories.all_places()
    keeper, buyer = factories.polluter(3), factories.polluter(2, "320583P01")
    county, park = postings.reserve("320583"), postings.reserve("320583P01")
    held = postings.held("H1", place="320583")
    used = postings.used(buyer.pk, "示范新建项目")
    head, officer = factories.person("kunshan.head"), factories.person("kunshan.officer")

    # 14 t, of which 4 t for the binding task: 3 t to the city, 7 t to the county.
    admitted(factories.line("NOX", "14", binding=4 * T), number=1, on=MAY)
    # 10 t in the park: 3 t to the city, 7 t to the park.
    admitted(factories.line("NOX", "10"), number=2, code="320583P01", on=JULY)
    # 5 t that the polluter keeps.
    admitted(factories.line("NOX", "5"), number=3, on=JULY, destination=Destination.HOLDING)
    stock.moved(TransferKind.HOLD, "h1", county, held, 6 * T, on=JULY)
    stock.moved(
        TransferKind.RELEASE,
        "r1",
        held,
        used,
        4 * T,
        on=AUGUST,
        by=head,
        prepared_by=officer.pk,
        document="320583-2026-00001",
    )
    stock.moved(TransferKind.GIVE_BACK, "g1", used, county, T + 1, on=AUGUST)
    stock.moved(TransferKind.BUY_IN, "b1", postings.holding(keeper.pk), county, 2 * T, on=AUGUST)
    stock.moved(
        TransferKind.HOLD, "h2", park, postings.held("H2", place="320583P01"), T, on=OCTOBER
    )
    stock.moved(TransferKind.BUY_IN, "b2", postings.holding(keeper.pk), county, T, on=OCTOBER)


def account(book: official.Book, part: Part, pollutant: Pollutant = Pollutant.NOX) -> Account:
    return next(a for a in book.accounts if a.part is part and a.pollutant is pollutant)


def sums(one: Account) -> tuple[int, int, int, int]:
    return one.opening, one.came_in, one.went_out, one.closing


@pytest.mark.usefixtures("moved")
def test_the_ledger_of_reductions_tells_what_came_and_went() -> None:
    book = official.book(Which.REDUCTIONS, place=factories.place("320583"), period=THIRD_QUARTER)

    # A hold stays where it was taken from; only the release takes it away.
    assert sums(account(book, Part.RESERVE)) == (7 * T, 10 * T + 1, 4 * T, 13 * T + 1)
    assert sums(account(book, Part.HOLDING)) == (0, 5 * T, 2 * T, 3 * T)
    assert sums(account(book, Part.BINDING)) == (4 * T, 0, 0, 4 * T)
    moves = account(book, Part.RESERVE).movements
    assert [(m.kind, m.holder, m.grams) for m in moves] == [
        ("ADMISSION", "昆山经济技术开发区", 7 * T),
        ("RELEASE", "昆山市", -4 * T),
        ("GIVE_BACK", "昆山市", T + 1),
        ("BUY_IN", "昆山市", 2 * T),
    ]
    assert moves[1].document == "320583-2026-00001"
    assert moves[1].against == factories.polluter(2).name
    # The other pollutants are there, empty.
    assert sums(account(book, Part.RESERVE, Pollutant.COD)) == (0, 0, 0, 0)


@pytest.mark.usefixtures("moved")
def test_the_page_lists_the_accounts_that_moved() -> None:
    officer = browsers.browser_of(factories.person("kunshan.officer"))
    answer = officer.get("/reserve/ledgers/?place=320583&period=2026Q3")
    heads = [
        browsers.words(part.split("</h2>")[0]) for part in answer.content.decode().split("<h2>")[1:]
    ]
    assert any("储备库" in head and "氮氧化物" in head for head in heads)
    assert not any("化学需氧量" in head for head in heads)
    assert "没有列出的账户本期无增减" in answer.content.decode()


@pytest.mark.usefixtures("moved")
def test_the_ledger_of_projects_tells_what_they_live_on() -> None:
    book = official.book(Which.BALANCES, place=factories.place("320583"), period=THIRD_QUARTER)

    used = account(book, Part.USED)
    assert sums(used) == (0, 4 * T, T + 1, 3 * T - 1)
    assert [(m.subject, m.against) for m in used.movements] == [
        ("示范新建项目", "昆山市"),
        ("示范新建项目", "昆山市"),
    ]


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize("code", ["320583", "320583P01", "320500"])
def test_what_closes_a_quarter_opens_the_next_and_ends_in_the_balances(code: str) -> None:
    place = factories.place(code)
    quarters = [Quarter(2026, number).period for number in (2, 3, 4)]
    for which in Which:
        books = [official.book(which, place=place, period=period) for period in quarters]
        for earlier, later in pairwise(books):
            closing = {(a.part, a.pollutant): a.closing for a in earlier.accounts if a.closing}
            opening = {(a.part, a.pollutant): a.opening for a in later.accounts if a.opening}
            assert closing == opening

    names = stock.balances()
    here = [code] if "P" in code else [c for c in factories.all_places() if c.startswith(code[:4])]
    if code == "320583":
        here = ["320583", "320583P01"]
    reserves = sum(
        grams
        for name, grams in names.items()
        if name.split("/")[0] in ("RESERVE", "HELD") and name.split("/")[2] in here
    )
    last = official.book(Which.REDUCTIONS, place=place, period=quarters[-1])
    assert account(last, Part.RESERVE).closing == reserves > 0


@pytest.mark.usefixtures("moved")
def test_a_ledger_is_one_question(django_assert_num_queries: object) -> None:
    place = factories.place("320583")
    with django_assert_num_queries(1):  # type: ignore[operator]
        official.book(Which.REDUCTIONS, place=place, period=THIRD_QUARTER)


def test_a_ledger_needs_a_period_that_ends() -> None:
    with pytest.raises(ValueError, match="ends"):
        official.book(
            Which.BALANCES, place=factories.place("320583"), period=Period(date(2026, 1, 1))
        )


@pytest.mark.usefixtures("moved")
def test_the_printed_ledger_carries_its_figures_and_page_numbers() -> None:
    place = factories.place("320583")

    printed = pages(
        official_ledger_pdf(Which.REDUCTIONS, place=place, period=THIRD_QUARTER, on=PRINTED)
    )

    whole = "".join(printed)
    for words in (
        "主要污染物削减台账",
        "320583-XJ-20260701-20260930",
        "13.000001",
        "320583-2026-00001",
    ):
        assert words in whole
    for number, page in enumerate(printed, 1):
        assert f"第{number}页共{len(printed)}页" in page


@pytest.mark.usefixtures("moved")
def test_the_workbook_carries_the_same_figures_as_numbers() -> None:
    place = factories.place("320583")
    book = official_ledger_xlsx(Which.REDUCTIONS, place=place, period=THIRD_QUARTER, on=PRINTED)
    again = official_ledger_xlsx(Which.REDUCTIONS, place=place, period=THIRD_QUARTER, on=PRINTED)

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert workbook.sheet_names == ["汇总", "明细"]
    summary = workbook.get_sheet_by_name("汇总").to_python()
    assert summary[2][:3] == ["栏目", "项目", "COD（吨/年）"]
    nox = 2 + list(Pollutant).index(Pollutant.NOX)
    assert [(row[1], row[nox]) for row in summary[3:7]] == [
        ("期初结存", 7.0),
        ("本期增加", 10.000001),
        ("本期减少", 4.0),
        ("期末结存", 13.000001),
    ]
    details = workbook.get_sheet_by_name("明细").to_python()
    released = next(row for row in details if row[4] == "320583-2026-00001")
    assert released[-2:] == [4.0, 10.0]
    assert book == again


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    place = factories.place("320583")
    account = Account(
        Part.RESERVE,
        Pollutant.NOX,
        0,
        (official.Movement(1, JULY, "HOLD", "=1+1", "@昆山", "+P", "-Q", T),),
    )
    book = official.Book(Which.REDUCTIONS, place, THIRD_QUARTER, (account,))

    made = official_workbook.workbook(book, printed_on=PRINTED, language="zh-hans")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("明细").to_python()
    assert rows[4][4:8] == ["=1+1", "@昆山", "+P", "-Q"]
    assert b"<f>" not in made
    content = official_ledger.content(book, printed_on=PRINTED, language="zh-hans")
    assert "=1+1" in "".join(
        pages(paper.render(official_ledger.TEMPLATE, content, printed_on=PRINTED))
    )
