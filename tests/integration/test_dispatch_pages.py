"""The pages of a dispatch: lists go in, a round tells its story, tasks are settled, papers come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from allocation.models import DispatchList, DispatchRound, EiaApproval, MatchOpinion
from allocation.services import dispatch_tasks
from allocation.vocabulary import FindingKind, ListKind, RoundStatus
from quota_registry.kernel.vocabulary import Role
from quota_registry.web import waiting
from reserve.models import ClosedQuarter
from tests import desk, dispatched, factories, papers
from tests.browsers import browser_of, queries
from tests.desk import T, asks
from tests.dispatched import DAY, approval, cancellation, listed, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(db: None) -> Iterator[None]:
    """It is the dispatch day, and the rule book stands."""
    with time_machine.travel(datetime(2026, 10, 10, 4, tzinfo=UTC), tick=False):
        factories.all_places()
        factories.rule_book()
        yield


def browser(name: str) -> Browser:
    return browser_of(factories.person(name))


def page(of: Browser, name: str, *args: object, query: str = "") -> str:
    answer = of.get(reverse(f"allocation:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def round_page(of: Browser, made: DispatchRound, query: str = "") -> str:
    return page(of, "dispatch", "2026Q3", made.version, query=query)


def send(of: Browser, upload: SimpleUploadedFile, kind: str = "eia") -> str:
    answer = of.post(
        reverse("allocation:dispatch-list-new"),
        {"kind": kind, "quarter": "2026Q3", "file": upload},
    )
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.django_db(transaction=True)
def test_the_bureau_s_list_goes_in_through_the_page_with_a_look_before() -> None:
    dispatched.bureau_places()
    office = browser("city.office")
    where = send(office, dispatched.upload(ListKind.EIA))
    brought = DispatchList.objects.get()
    seen = office.get(where).content.decode()
    assert "确认入账" in seen
    assert "未登记的单位 90 家" in seen
    assert not EiaApproval.objects.exists()

    for _twice in range(2):
        office.post(reverse("allocation:dispatch-list-take", args=[brought.pk]))
    assert EiaApproval.objects.count() == 90
    assert "已入账" in office.get(where).content.decode()

    again = office.get(send(office, dispatched.upload(ListKind.EIA))).content.decode()
    assert "没有需要入账的内容" in again
    assert "确认入账" not in again


@pytest.mark.django_db(transaction=True)
def test_a_wrong_cell_is_named_and_the_marked_copy_says_why() -> None:
    book = openpyxl.load_workbook(dispatched.upload(ListKind.EIA))
    book.active["L10"] = "约5"
    target = io.BytesIO()
    book.save(target)
    officer = browser("kunshan.officer")
    where = send(officer, SimpleUploadedFile("清单.xlsx", target.getvalue()))
    seen = officer.get(where).content.decode()
    assert "“约5”不是确定的数值" in seen
    assert ">L10<" in seen

    copy = officer.get(f"{where}marked/")
    marked = openpyxl.load_workbook(io.BytesIO(copy.content))
    comment = marked["环评审批"]["L10"].comment
    assert comment is not None
    assert "约5" in comment.text


@pytest.mark.django_db(transaction=True)
def test_a_list_of_headings_alone_is_said_to_be_empty() -> None:
    book = openpyxl.load_workbook(dispatched.upload(ListKind.EIA))
    book.active.delete_rows(5, book.active.max_row)
    target = io.BytesIO()
    book.save(target)
    officer = browser("kunshan.officer")
    seen = officer.get(send(officer, SimpleUploadedFile("空.xlsx", target.getvalue())))
    page = seen.content.decode()
    assert "清单没有数据行" in page
    assert "没有发现问题" not in page
    assert "各行已在库" not in page
    assert "确认入账" not in page


def test_another_list_is_refused_where_it_is_sent_in() -> None:
    answer = browser("city.office").post(
        reverse("allocation:dispatch-list-new"),
        {
            "kind": "cancelled",
            "quarter": "2026Q3",
            "file": dispatched.upload(ListKind.EIA),
        },
    )
    assert answer.status_code == 422
    assert "找不到表头" in answer.content.decode()


def test_a_round_is_run_by_a_button_and_tells_everything() -> None:
    listed(approval(), approval(2, code="320581"))
    listed(cancellation(3))
    office = browser("city.office")
    ran = office.post(reverse("allocation:dispatch-run"), {"quarter": "2026Q3"})
    made = DispatchRound.objects.get()
    assert ran["Location"] == reverse("allocation:dispatch", args=["2026Q3", 1])

    seen = round_page(office, made)
    for words in ("无量审批", "没有总量凭证", "关闭未申报", "逾期 0", approval().number, "1.982"):
        assert words in seen, words
    twice = office.post(reverse("allocation:dispatch-run"), {"quarter": "2026Q3"}, follow=True)
    assert "没有变化，仍为第1版" in twice.content.decode()
    assert DispatchRound.objects.count() == 1


def test_one_sees_what_was_found_at_home_alone() -> None:
    listed(approval(), approval(2, code="320581"))
    made = run()
    officer = browser("kunshan.officer")
    seen = round_page(officer, made)
    assert approval().number in seen
    assert approval(2, code="320581").number not in seen
    assert 'data-label="发现">1<' in page(officer, "dispatches")
    abroad = round_page(officer, made, query="?place=320581")
    assert approval(2, code="320581").number not in abroad


def test_lists_are_kept_to_a_kind_and_a_place() -> None:
    listed(approval(), approval(2, code="320581"))
    listed(cancellation(3))
    made = run()
    office = browser("city.office")
    closed = round_page(office, made, query="?kind=closed_unclaimed&place=320583")
    assert cancellation(3).number in closed
    assert approval().number not in closed
    assert "没有符合条件的事项" in round_page(office, made, query="?state=done")
    assert "没有符合条件的事项" in round_page(office, made, query="?state=new")


def test_lists_are_kept_to_what_is_open_settled_overdue_or_new() -> None:
    listed(cancellation(3), cancellation(4))
    first = run()
    settled = first.findings.get(number=cancellation(4).number).task
    dispatch_tasks.settle(
        task=settled, note="已申报", by=factories.person("kunshan.officer"), on=DAY
    )
    listed(approval())
    second = run()

    def shown(state: str) -> list[str]:
        address = reverse("allocation:dispatch", args=["2026Q3", second.version])
        rows = browser("city.office").get(f"{address}?state={state}").context["rows"]
        return sorted(row.number for row in rows)

    assert shown("done") == [cancellation(4).number]
    assert shown("open") == sorted([cancellation(3).number, approval().number])
    assert shown("new") == [approval().number]
    assert shown("overdue") == []
    with time_machine.travel(datetime(2026, 11, 1, 4, tzinfo=UTC), tick=False):
        assert shown("overdue") == shown("open")


def test_a_task_waits_for_its_officers_and_is_settled_with_a_word() -> None:
    listed(cancellation(3))
    made = run()
    person = factories.person("kunshan.officer")
    lines = [line for line in waiting.waiting_for(person, on=DAY) if line.verb == "settle_dispatch"]
    assert [(line.number, line.due) for line in lines] == [
        (cancellation(3).number, made.findings.get().task.due_on)
    ]
    assert not [
        line
        for line in waiting.waiting_for(factories.person("changshu.officer"), on=DAY)
        if line.verb == "settle_dispatch"
    ]

    officer = browser("kunshan.officer")
    task = made.findings.get().task
    settle = reverse("allocation:dispatch-settle", args=[task.pk])
    officer.post(settle, {"note": "已申报"})
    assert "已申报" in round_page(officer, made)
    assert "撤销办结" in round_page(officer, made)
    assert not [
        line for line in waiting.waiting_for(person, on=DAY) if line.verb == "settle_dispatch"
    ]
    officer.post(reverse("allocation:dispatch-reopen", args=[task.pk]))
    task.refresh_from_db()
    assert not task.done


def test_a_probable_match_is_said_on_the_page() -> None:
    desk.judged()
    desk.stocked("320583", 10 * T)
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    listed(approval())
    made = run()
    officer = browser("kunshan.officer")
    assert "是该凭证" in round_page(officer, made)
    finding = made.findings.get(kind=FindingKind.EIA_PROBABLE)
    officer.post(reverse("allocation:dispatch-match", args=[finding.pk]), {"agrees": "1"})
    assert MatchOpinion.objects.get().voucher == voucher
    assert not run().findings.exists()


def test_the_director_confirms_and_the_quarter_closes() -> None:
    listed(approval())
    made = run()
    person = factories.person("city.director")
    (line,) = [one for one in waiting.waiting_for(person, on=DAY) if one.verb == "confirm"]
    assert line.url_args == ("2026Q3", 1)
    director = browser("city.director")
    assert "确认调度" in round_page(director, made)
    where = reverse("allocation:dispatch-confirm", args=["2026Q3", 1])
    assert "关账" in director.get(where).content.decode()
    director.post(where, {"document": "苏环办〔2026〕9号"})
    made.refresh_from_db()
    assert (made.status, made.document) == (RoundStatus.CONFIRMED, "苏环办〔2026〕9号")
    assert ClosedQuarter.objects.exists()
    assert "季度已关账" in round_page(director, made)
    assert "重新汇总" not in round_page(browser("city.office"), made)


def test_versions_and_quarters_are_held_beside_one_another() -> None:
    listed(approval(), approval(2))
    run()
    listed(approval(2, exempt_kind="WASTE_PLANT"), approval(3))
    second = run()
    seen = round_page(browser("city.office"), second)
    assert "新增 1，内容有变 0，消除 1" in seen
    assert "这是旧版本" in page(browser("city.office"), "dispatch", "2026Q3", 1)


def test_a_task_names_its_owners_and_an_old_version_takes_no_word_of_it() -> None:
    officer = factories.person("kunshan.officer")
    listed(cancellation(3), cancellation(4, code="320581"))
    first = run()
    seen = round_page(browser_of(officer), first)
    assert "办理人 kunshan.officer" in seen
    assert "/settle/" in seen
    assert "办理人 kunshan.officer" not in round_page(
        browser("city.office"), first, query="?place=320581"
    )

    listed(approval())
    run()
    old = round_page(browser_of(officer), first)
    assert "/settle/" not in old
    assert cancellation(3).number in old


def test_the_report_comes_as_pdf_and_as_workbook() -> None:
    factories.person("kunshan.officer")
    listed(approval(), approval(2, code="320581"))
    listed(cancellation(3))
    run()
    office = browser("city.office")
    pages = {}
    for language in ("zh-hans", "en"):
        office.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        pdf = office.get(reverse("allocation:dispatch-pdf", args=["2026Q3", 1]))
        assert pdf.content.startswith(b"%PDF-")
        pages[language] = papers.text(pdf.content)
    for words in (
        "2026年第3季度调度报告",
        "2026Q3-V1所辖各地",
        "无量审批",
        approval().number,
        approval().project,
        "2026-08-08批复，没有总量凭证",
        "NOx1.000000",
        cancellation(3).number,
        "COD1.982000",
        "未办结",
        "kunshan.officer",
    ):
        assert words in pages["zh-hans"], words
    assert "approvedon2026-08-08" in pages["en"].lower()
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    answer = office.get(reverse("allocation:dispatch-workbook", args=["2026Q3", 1]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["汇总", "无量审批", "关闭未申报"]
    counts = {row[0]: row[1:] for row in book["汇总"].iter_rows(min_row=3, values_only=True)}
    kinds = counts["地区"]
    assert (kinds[0], kinds[-1]) == (FindingKind.EIA_UNVOUCHERED.label, "合计")
    assert (counts["昆山市"][0], counts["昆山市"][-1], counts["常熟市"][-1]) == (1, 2, 1)
    assert counts["合计"][-1] == 3
    assert [row[1] for row in book["无量审批"].iter_rows(min_row=4, values_only=True)] == [
        approval(2, code="320581").number,
        approval().number,
    ]
    assert (book["关闭未申报"]["J4"].value, book["关闭未申报"]["L4"].value) == (
        "kunshan.officer",
        1.982,
    )
    here = office.get(reverse("allocation:dispatch-workbook", args=["2026Q3", 1]) + "?place=320581")
    assert openpyxl.load_workbook(io.BytesIO(here.content)).sheetnames == ["汇总", "无量审批"]
    only = office.get(reverse("allocation:dispatch-pdf", args=["2026Q3", 1]) + "?place=320581")
    assert approval(2, code="320581").number in papers.text(only.content)
    assert approval().number not in papers.text(only.content)


def test_a_round_costs_as_many_questions_for_many_findings() -> None:
    listed(*(approval(number) for number in range(1, 4)))
    run()
    office = browser("city.office")
    address = reverse("allocation:dispatch", args=["2026Q3", 1])
    few = len(queries(office, address))
    listed(*(approval(number) for number in range(4, 20)))
    run()
    many = len(queries(office, reverse("allocation:dispatch", args=["2026Q3", 2])))
    # The second version also looks at the one before it.
    assert many - few <= 4


def test_the_command_dispatches_as_the_button_does(capsys: pytest.CaptureFixture[str]) -> None:
    listed(approval())
    call_command("dispatch", "2026Q3")
    assert "2026Q3 · 第 1 版 · version 1, 1 findings" in capsys.readouterr().out


@pytest.mark.parametrize("quarter", ["0Q1", "10000Q1", "9999Q4", "1Q1", "2026Q5", "2026q3"])
def test_what_names_no_quarter_is_not_there(quarter: str) -> None:
    office = browser("city.office")
    for name in ("dispatch", "dispatch-confirm", "dispatch-pdf", "dispatch-workbook"):
        who = browser("city.director") if name == "dispatch-confirm" else office
        assert who.get(reverse(f"allocation:{name}", args=[quarter, 1])).status_code == 404
    ran = office.post(reverse("allocation:dispatch-run"), {"quarter": quarter})
    assert ran.status_code == 404
    assert not DispatchRound.objects.exists()


def test_a_park_s_administrator_sees_its_counts() -> None:
    listed(approval(), approval(2, place="320583P01"))
    made = run()
    of = browser_of(factories.appointed("a.park", Role.PARK_ADMINISTRATOR, "320583P01"))
    answer = of.get(reverse("allocation:dispatch", args=["2026Q3", made.version]))
    matrix = answer.context["matrix"]
    assert [(place.pk, total) for place, _cells, total in matrix.rows] == [("320583P01", 1)]
    assert matrix.total == 1


def test_the_list_that_is_taken_home_names_whose_each_task_is() -> None:
    factories.all_places()
    officer = factories.person("kunshan.officer")
    listed(approval(1), approval(2))
    made = run()
    done = made.findings.order_by("pk")[0]
    dispatch_tasks.settle(task=done.task, note="已补办", by=officer, on=DAY)

    where = reverse("allocation:dispatch", args=["2026Q3", made.version])
    answer = browser("city.office").get(where, {"export": "csv"})
    head, *rows = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert [row[head.index("办理人")] for row in rows] == ["", officer.name]
