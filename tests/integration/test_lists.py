"""Lists: paging by key in both directions, what an export holds, and how many queries it takes."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quota_registry.kernel import exports, keyset
from quota_registry.kernel.models import AuditEvent, Person
from quota_registry.kernel.services import audit
from quota_registry.web.views.people import People
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 9, 15, tzinfo=UTC)


@pytest.fixture
def seven() -> list[str]:
    """Make seven people: two seen at one moment, three never seen."""
    audit.sign(by=Person.objects.get_system())
    days = [0, 1, 1, 2, None, None, None]
    for number, day in enumerate(days):
        Person.objects.create(
            username=f"p{number}",
            name=f"{'甲乙丙'[number % 3]}",
            last_login=None if day is None else FIRST + timedelta(days=day),
        )
    return [f"p{number}" for number in range(7)]


def rows() -> Any:
    return Person.objects.filter(username__startswith="p")


def walk(order: list[str], size: int = 2) -> tuple[list[list[str]], list[list[str]]]:
    """Walk to the end and back again, and return the pages of both ways."""
    forth, back = [], []
    page = keyset.page(rows(), order=order, size=size)
    while True:
        forth.append([row.username for row in page.rows])
        if not page.after:
            break
        page = keyset.page(rows(), order=order, size=size, after=page.after)
    while True:
        back.append([row.username for row in page.rows])
        if not page.before:
            break
        page = keyset.page(rows(), order=order, size=size, before=page.before)
    return forth, back


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["username"], "p0 p1 p2 p3 p4 p5 p6"),
        (["-username"], "p6 p5 p4 p3 p2 p1 p0"),
        (["last_login"], "p0 p1 p2 p3 p4 p5 p6"),
        (["-last_login"], "p3 p2 p1 p0 p6 p5 p4"),
        (["name", "-last_login"], "p2 p5 p1 p4 p3 p0 p6"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_is_met_once_on_the_way_there_and_back(
    seven: list[str], order: list[str], expected: str, size: int
) -> None:
    forth, back = walk(order, size)
    assert [name for page in forth for name in page] == expected.split()
    met = [name for page in reversed(back) for name in page]
    assert met == expected.split()
    assert all(len(page) == size for page in forth[:-1])


def test_rows_that_arrive_meanwhile_shift_nothing(seven: list[str]) -> None:
    page = keyset.page(rows(), order=["username"], size=3)
    Person.objects.create(username="p00", name="新")
    following = keyset.page(rows(), order=["username"], size=3, after=page.after)
    assert [row.username for row in following.rows] == ["p3", "p4", "p5"]


@pytest.mark.parametrize("cursor", ["x", "ÿ", "W10", "WzEsMl0", "eyJhIjoxfQ", "WyJ4Il0", "[]"])
def test_a_cursor_that_cannot_be_read_means_the_first_page(seven: list[str], cursor: str) -> None:
    page = keyset.page(rows(), order=["last_login"], size=2, after=cursor)
    assert [row.username for row in page.rows] == ["p0", "p1"]


# ── Export ──
def test_an_export_holds_exactly_what_is_asked_for_and_is_written_down() -> None:
    for username in factories.PEOPLE:
        factories.person(username)
    auditor = factories.person("city.auditor")
    browser = browser_of(auditor)
    answer = browser.get("/people/?role=director&export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert [line[:2] for line in lines] == [["用户名", "姓名"], ["city.director", "city.director"]]
    assert lines[1][4] == "苏州市 市局局长（2020-01-01 起）"

    event = AuditEvent.objects.get(verb="export")
    assert (event.person, event.subject) == (auditor, "/people/")
    assert event.facts["filters"] == "role=director&export=xlsx"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_one_batch_of_rows_at_a_time(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for username in factories.PEOPLE:
        factories.person(username)
    batches: list[int] = []

    def decorate(page: People, rows: list[Any]) -> list[Any]:
        batches.append(len(rows))
        return rows

    monkeypatch.setattr(People, "export_batch", 5)
    monkeypatch.setattr(People, "decorate", decorate)
    answer = browser_of(factories.person("city.auditor")).get(f"/people/?export={kind}")
    assert answer.getvalue()
    whole, rest = divmod(len(factories.PEOPLE), 5)
    assert batches == [5] * whole + [rest] * bool(rest)


def test_who_may_not_export_gets_no_file() -> None:
    keeper = factories.person("sys.admin")
    answer = browser_of(keeper).get("/people/?export=csv")
    assert answer.status_code == 403
    assert not AuditEvent.objects.filter(verb="export").exists()


def test_an_unknown_kind_of_file_is_refused() -> None:
    answer = browser_of(factories.person("city.auditor")).get("/people/?export=exe")
    assert answer.status_code == 400


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_neutralised(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    answer = exports.respond(kind="csv", name="表", headings=["名称"], rows=[[text]])
    body = b"".join(answer.streaming_content).decode()
    assert f"'{start}" in body

    answer = exports.respond(kind="xlsx", name="表", headings=["名称"], rows=[[text]])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value.startswith("'")


def test_a_mass_is_written_in_tonnes_with_six_places() -> None:
    made = exports.respond(
        kind="csv", name="表", headings=["量"], rows=[[1_234_567], [None], [0]], kinds=["mass"]
    )
    body = b"".join(made.streaming_content).decode()
    assert body == '\ufeff量\r\n1.234567\r\n""\r\n0.000000\r\n'


# ── Queries ──
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one() -> None:
    browser = browser_of(factories.person("city.auditor"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/people/").status_code == 200
        # The session lies in the cache, and is read anew whenever the cache let go of it.
        return sum('"django_session"' not in one["sql"] for one in queries)

    few = cost()
    for username in factories.PEOPLE:
        factories.person(username)
    many = cost()
    assert many <= few
    assert many <= 10
