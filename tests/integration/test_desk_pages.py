"""The pages of projects and applications, as people use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.application_deeds import DEEDS, SIGNS, may_act
from allocation.models import Application, Project
from allocation.services import applications
from allocation.vocabulary import ApplicationStatus as S
from quota_registry.web import waiting
from tests import desk, factories, trading, watch
from tests.browsers import browser_of, queries, words
from tests.desk import T, asks

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def city() -> None:
    """昆山 has 10 t of NOx and met everything last year."""
    factories.all_places()
    factories.rule_book()
    desk.judged()
    desk.stocked("320583", 10 * T)


def of(name: str) -> Browser:
    return browser_of(factories.person(name))


def page(browser: Browser, name: str, *args: Any, query: str = "", to: int = 200) -> str:
    answer = browser.get(reverse(f"allocation:{name}", args=args) + query)
    assert answer.status_code == to
    return str(answer.content.decode())


def send(
    browser: Browser, view: str, /, *args: Any, to: int = 303, part: str = "", **said: Any
) -> str:
    address = reverse(f"allocation:{view}", args=args) + (f"?part={part}" if part else "")
    answer = browser.post(address, said)
    assert answer.status_code == to, answer.content.decode()[-3000:]
    return str(answer.content.decode())


def typed(**more: Any) -> dict[str, Any]:
    """Write what the form of a project asks for, NOx 4.2 t."""
    return {
        "polluter": factories.polluter(1, "320583").pk,
        "name": "年产1万吨示范材料项目",
        "kind": "NEW",
        "lake_tai_zone": "third",
        "priority": "none",
        "generation_NOX": "10",
        "reduction_NOX": "5.8",
        "emission_NOX": "4.2",
    } | more


def carried(status: str, *, number: int = 1, increment: str = "4.2") -> Application:
    """Carry an application for NOx to a status, today."""
    grams = int(float(increment) * 2 * T)
    draft = desk.drafted(
        desk.project({"NOX": increment}, number=number), asks(("NOX", "320583", grams)), on=TODAY()
    )
    return draft if status == S.DRAFT else desk.carry(draft, status, on=TODAY())


def act(
    browser: Browser, application: Application, verb: str, *, to: int = 303, **said: Any
) -> str:
    application.refresh_from_db()
    return send(
        browser,
        "application-act",
        application.number,
        verb,
        to=to,
        version=application.version,
        **said,
    )


# ── Projects ──
def test_a_project_is_put_on_record_with_its_three_books() -> None:
    officer = of("kunshan.officer")
    send(officer, "project-new", **typed())
    [project] = Project.objects.all()
    shown = page(officer, "project", project.number)
    assert "年产1万吨示范材料项目" in shown
    assert "8.400000" in words(shown)
    [books] = project.amounts.all()
    assert (books.generation, books.reduction, books.increment) == (10 * T, 5_800_000, 4_200_000)


def test_what_was_typed_stays_after_a_refusal_and_the_error_stands_beside_its_field() -> None:
    proof = SimpleUploadedFile("认定.pdf", b"%PDF-1.7 proof")
    officer = of("kunshan.officer")
    wrong = typed(generation_NOX="9", strategic_class="3", strategic_file=proof)
    shown = send(officer, "project-new", to=422, **wrong)
    assert "应等于4.200000" in words(shown)
    assert 'value="年产1万吨示范材料项目"' in shown
    assert 'value="5.8"' in shown
    # The basis is asked for beside its field; the file that came is not asked for twice.
    assert "填写认定文件的名称和文号" in shown
    assert "已上传：认定.pdf" in shown
    kept = re.search(r'name="kept" value="([^"]+)"', shown)
    assert kept
    right = typed(strategic_class="3", strategic_basis="苏发改〔2026〕3号", kept=kept[1])
    send(officer, "project-new", **right)
    [project] = Project.objects.all()
    assert project.strategic_file is not None
    assert project.strategic_file.name == "认定.pdf"


def test_an_industry_is_a_class_of_the_standard() -> None:
    officer = of("kunshan.officer")
    told = send(officer, "project-new", to=422, **typed(industry="2761"))
    assert "“2761”不是行业代码" in told
    send(officer, "project-new", **typed(industry="C2761"))
    assert Project.objects.get().industry == "C2761"


def test_a_kept_file_is_taken_from_whoever_handed_it_in_alone() -> None:
    shown = send(
        of("kunshan.officer"),
        "project-new",
        to=422,
        **typed(strategic_class="3", strategic_file=SimpleUploadedFile("认定.pdf", b"%PDF-1.7")),
    )
    kept = re.search(r'name="kept" value="([^"]+)"', shown)
    assert kept
    said = typed(strategic_class="3", strategic_basis="苏发改〔2026〕3号")
    send(of("kunshan.park"), "project-new", to=422, **said, kept=kept[1])
    send(of("kunshan.officer"), "project-new", **said, kept=kept[1] + "x")
    assert Project.objects.get().strategic_file is None


def test_the_duties_follow_while_one_types() -> None:
    shown = send(of("kunshan.officer"), "project-new", to=200, part="duties", **typed())
    assert "8.400000" in words(shown)
    assert "<html" not in shown
    offset = typed(existing_NOX="9", offset_NOX="4.2")
    shown = send(of("kunshan.officer"), "project-new", to=200, part="duties", **offset)
    assert "8.4" not in words(shown)


def test_a_second_person_approves_the_strategic_class_and_sees_what_it_lowers() -> None:
    found = desk.project(
        {"NH3N": "0.326"},
        strategic_class="3",
        strategic_basis="苏发改〔2026〕3号",
        strategic_file=factories.stored_file("认定.pdf"),
    )
    office = of("city.office")
    assert reverse("allocation:project-approve", args=[found.number]) in page(
        office, "project", found.number
    )
    asked = waiting.waiting_for(factories.person("city.office"), on=TODAY())
    assert [line.number for line in asked if line.verb == "approve_strategic"] == [found.number]
    before = words(page(office, "project-approve", found.number))
    assert "0.652000 → 0.358600" in before
    assert (
        of("kunshan.officer")
        .post(reverse("allocation:project-approve", args=[found.number]))
        .status_code
        == 403
    )
    send(office, "project-approve", found.number)
    found.refresh_from_db()
    assert found.is_strategic


def test_a_project_is_corrected_until_something_was_filed_on_it() -> None:
    found = desk.project({"NOX": "1"})
    officer = of("kunshan.officer")
    said = typed(generation_NOX="2", reduction_NOX="", emission_NOX="2")
    send(officer, "project-edit", found.number, **said)
    assert found.amounts.get().increment == 2 * T
    desk.carry(desk.drafted(found, asks(("NOX", "320583", 4 * T)), on=TODAY()), S.FILED, on=TODAY())
    assert "正在办理" in send(officer, "project-edit", found.number, to=422, **said)


# ── Drafts and the live sheet ──
def test_a_draft_is_proposed_judged_live_saved_and_filed() -> None:
    project = desk.project({"NOX": "4.2"})
    officer = of("kunshan.officer")
    send(officer, "application-new", project.number)
    draft = Application.objects.get()
    empty = words(page(officer, "application-edit", draft.number))
    assert "少于须替代量8.400000" in empty
    proposed = send(officer, "application-edit", draft.number, to=200, part="sources", propose="1")
    assert 'value="8.400000"' in proposed
    live = send(
        officer, "application-edit", draft.number, to=200, part="sheet", p320583_NOX="8.399999"
    )
    assert "再落实0.000001吨/年即可" in words(live)
    verdicts = [words(cell) for cell in re.findall(r'data-label="结论">(.*?)</td>', live)]
    rank = {"不符合": 0, "提示": 1, "符合": 2}
    assert verdicts == sorted(verdicts, key=lambda one: rank[one])
    assert {verdicts[0], verdicts[-1]} == {"不符合", "符合"}
    assert not draft.sources.exists()
    wrong = send(officer, "application-edit", draft.number, to=422, p320583_NOX="8", file="1")
    assert "少于须替代量8.400000" in words(wrong)
    assert 'value="8"' in wrong
    send(officer, "application-edit", draft.number, p320583_NOX="8.4", file="1")
    draft.refresh_from_db()
    assert (draft.status, draft.version) == (S.FILED, 1)


def test_a_draft_that_another_saved_is_not_overwritten() -> None:
    draft = desk.drafted(desk.project({"NOX": "1"}), [])
    officer = of("kunshan.officer")
    base = re.search(
        r'name="base" value="([^"]+)"', page(officer, "application-edit", draft.number)
    )
    assert base
    saved = send(
        officer,
        "application-edit",
        draft.number,
        to=200,
        part="autosave",
        base=base[1],
        p320583_NOX="2",
    )
    assert "saved_at" in saved
    late = send(officer, "application-edit", draft.number, to=412, base=base[1], p320583_NOX="1.5")
    assert "已被他人修改" in late
    assert 'value="1.5"' in late
    assert draft.sources.get().grams == 2 * T


def test_what_is_filed_is_what_was_saved_in_the_same_press(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = desk.drafted(desk.project({"NOX": "1"}), [])
    real = applications.file

    def late(**known: Any) -> Application:
        applications.name_sources(
            application=draft,
            asked=asks(("NOX", "320583", 3 * T)),
            by=factories.person("kunshan.officer"),
            on=TODAY(),
        )
        return real(**known)

    monkeypatch.setattr(applications, "file", late)
    said = {"p320583_NOX": "2", "file": "1"}
    told = send(of("kunshan.officer"), "application-edit", draft.number, to=412, **said)
    assert "已被他人修改" in told
    draft.refresh_from_db()
    assert (draft.status, draft.sources.get().grams) == (S.DRAFT, 3 * T)


def test_what_others_have_is_bought_by_a_trade_first_and_their_stock_is_not_shown() -> None:
    desk.stocked("320581", 5 * T)
    draft = desk.drafted(desk.project({"NOX": "1"}), [])
    officer = of("kunshan.officer")
    shown = page(officer, "application-edit", draft.number)
    offer = reverse("allocation:trade-new")
    uscc = draft.project.polluter.uscc
    assert f'href="{offer}?project={draft.project.number}&amp;buyer={uscc}"' in shown
    assert "先以交易购入" in shown
    prefilled = officer.get(offer, {"project": draft.project.number, "buyer": uscc})
    assert f'value="{uscc}"' in prefilled.content.decode()
    assert f'value="{draft.project.number}"' in prefilled.content.decode()
    asked = {"add": "1", "add_place": "320581", "more": "320581", "p320581_NOX": "2"}
    for part in ("sources", "sheet"):
        grid = send(officer, "application-edit", draft.number, to=200, part=part, **asked)
        assert "p320581_NOX" not in grid
        assert "5.000000" not in words(grid)
    send(officer, "application-edit", draft.number, **asked)
    assert not draft.sources.exists()


def test_what_a_trade_brought_is_a_source_of_its_own_and_names_its_trade() -> None:
    seller, buyer = factories.polluter(1), factories.polluter(2)
    trading.holding(seller, 10 * T)
    trade = trading.sold(seller, buyer, certificate="苏排交7号")
    draft = desk.drafted(desk.project({"NOX": "1"}, number=2, polluter=buyer), [])
    column = f"h{buyer.pk}t{trade.pk}_NOX"
    officer = of("kunshan.officer")
    shown = page(officer, "application-edit", draft.number)
    assert f'name="{column}"' in shown
    assert f"{buyer.name} · {trade.number}" in words(shown)
    for _again in range(2):
        send(officer, "application-edit", draft.number, **{column: "2"})
        source = draft.sources.get()
        assert (source.polluter_id, source.trade_id, source.grams) == (buyer.pk, trade.pk, 2 * T)
        # What the draft itself names is not taken from what the trade has left for it.
        again = page(officer, "application-edit", draft.number)
        assert 'value="2.000000"' in again
        assert "苏排交7号" in words(again)


# ── Acts ──
def test_an_application_goes_its_way_through_the_pages() -> None:
    application = carried(S.FILED)
    act(of("kunshan.screener"), application, "screen", note="齐全")
    act(of("city.air"), application, "assess_air", text="同意")
    holder = of("city.office2")
    before = words(page(holder, "application-act", application.number, "hold"))
    assert "预留后：昆山市储备 NOx −8.400000，可用 1.600000 吨/年" in before
    act(holder, application, "hold")
    head = of("kunshan.head")
    shown = page(head, "application", application.number)
    assert (
        'btn-primary" href="'
        + reverse("allocation:application-act", args=[application.number, "release"])
        in shown
    )
    assert "NOx +8.400000 吨/年（昆山市储备）" in words(
        page(head, "application-act", application.number, "release")
    )
    act(head, application, "release")
    application.refresh_from_db()
    story = page(of("kunshan.officer"), "application", application.number)
    assert application.voucher.number in story
    project = page(of("kunshan.officer"), "project", application.project.number)
    assert '<td data-label="来源地区">昆山市</td>' in project


HANDS = (
    "kunshan.officer",
    "kunshan.screener",
    "city.water",
    "city.air",
    "city.office2",
    "city.director",
    "kunshan.head",
)


@pytest.mark.parametrize("status", [S.DRAFT, S.FILED])
def test_no_act_breaks_where_it_does_not_begin(status: str) -> None:
    application = carried(status, increment="1")
    said = {
        "version": application.version,
        "reason": "理由",
        "document": "昆环〔2026〕1号",
        "number": "苏环建〔2026〕07第1001号",
        "approved_on": TODAY(),
        "approved_NOX": "1",
        "back_NOX": "1",
        "used_on": TODAY(),
    }
    found: dict[str, tuple[int, int]] = {}
    for verb, deed in DEEDS.items():
        hands = [
            name for name in HANDS if may_act(deed, application, factories.person(name), on=TODAY())
        ]
        if not hands:
            # One signs where one's reserve is drawn on, and this application draws on one alone.
            assert verb in SIGNS
            continue
        browser = of(hands[0])
        address = reverse("allocation:application-act", args=[application.number, verb])
        with transaction.atomic():
            found[verb] = (
                browser.get(address).status_code,
                browser.post(address, said).status_code,
            )
            transaction.set_rollback(True)
    missing = {verb for verb, statuses in found.items() if statuses == (404, 404)}
    assert missing == {"approve", "use", "give_back", "annul"}
    begins = {"withdraw"} | (
        {"take_back", "screen", "send_back", "refuse"} if status == S.FILED else set()
    )
    assert {verb for verb, statuses in found.items() if statuses == (200, 303)} == begins
    rest = found.keys() - missing - begins
    assert {found[verb] for verb in rest} == {(200, 422)}


def test_a_suspension_is_named_on_screen_and_nothing_is_held() -> None:
    application = carried(S.ASSESSED)
    watch.ordered("320583", starts=TODAY())
    told = act(of("city.office2"), application, "hold", to=422)
    assert watch.ORDER in words(told)
    assert "暂停令解除后即可" in words(told)
    assert desk.balance("320583") == (10 * T, 0)


def test_a_stale_page_is_refused_and_turns_to_what_stands() -> None:
    application = carried(S.FILED)
    officer = factories.person("kunshan.officer")
    applications.take_back(application=application, version=1, by=officer, on=TODAY())
    applications.file(
        application=Application.objects.get(pk=application.pk), by=officer, on=TODAY()
    )
    told = send(
        of("kunshan.screener"),
        "application-act",
        application.number,
        "screen",
        to=412,
        version=1,
        note="",
    )
    assert 'name="version" value="2"' in told
    assert "您看到的是第1版" in words(told)


def test_an_approval_says_beforehand_what_goes_back_or_is_missing() -> None:
    application = carried(S.VOUCHERED)
    officer = of("kunshan.officer")
    smaller = send(
        officer,
        "application-act",
        application.number,
        "approve",
        to=200,
        part="will",
        approved_NOX="3.2",
    )
    assert "昆山市储备 NOx +2.000000" in smaller
    larger = send(
        officer,
        "application-act",
        application.number,
        "approve",
        to=200,
        part="will",
        approved_NOX="5.2",
    )
    assert "NOx 尚缺 2.000000" in larger
    said = {"number": "苏环建〔2026〕07第1001号", "approved_on": TODAY(), "approved_NOX": "5.2"}
    act(officer, application, "approve", **said)
    shown = page(officer, "application", application.number)
    assert "批复增量超出凭证 1.000000" in words(shown)
    told = act(officer, application, "use", to=422, used_on=TODAY())
    assert "补充申请" in told
    send(officer, "application-supplement", application.number)
    more = Application.objects.get(supplements=application)
    assert "2.000000" in page(officer, "application-edit", more.number)


def test_a_voucher_is_given_back_in_part_and_then_whole() -> None:
    application = carried(S.VOUCHERED)
    head = of("kunshan.head")
    said = {"document": "昆环函〔2026〕1号", "reason": "规模缩减"}
    act(head, application, "give_back", back_NOX="0.4", **said)
    assert desk.balance("320583") == (2 * T, 0)
    too_much = act(head, application, "give_back", to=422, back_NOX="9", **said)
    assert "可退回8.000000" in too_much
    act(head, application, "give_back", back_NOX="8", **said)
    application.refresh_from_db()
    assert application.status == S.GIVEN_BACK


def test_the_director_annuls_and_the_city_signs_for_its_own() -> None:
    desk.stocked("320500", 5 * T)
    draft = desk.drafted(
        desk.project({"NOX": "1"}, priority="scitech"), asks(("NOX", "320500", 2 * T)), on=TODAY()
    )
    application = desk.carry(draft, S.HELD, on=TODAY())
    head, director = of("kunshan.head"), of("city.director")
    assert "尚缺苏州市的投放签署" in act(head, application, "release", to=422)
    assert "苏州市" in page(director, "application-act", application.number, "sign_city")
    assert (
        head.get(
            reverse("allocation:application-act", args=[application.number, "sign_city"])
        ).status_code
        == 403
    )
    act(director, application, "sign_city", place="320500")
    act(head, application, "release")
    act(director, application, "annul", document="苏环函〔2026〕2号", reason="出具有误")
    assert desk.balance("320500") == (5 * T, 0)


def test_a_county_whose_reserve_is_named_sees_the_application_and_no_other() -> None:
    desk.stocked("320581", 5 * T)
    drawn = desk.drafted(desk.project({"NOX": "1"}), asks(("NOX", "320581", 2 * T)))
    other = desk.drafted(desk.project({"NOX": "1"}, number=2), [])
    elsewhere = of("changshu.screener")
    assert drawn.number in page(elsewhere, "applications")
    assert other.number not in page(elsewhere, "applications")
    page(elsewhere, "application", drawn.number)
    page(elsewhere, "application", other.number, to=404)


# ── Lists and the desk of each ──
def test_the_lists_filter_and_export_what_they_show() -> None:
    one, two = carried(S.FILED, increment="1"), carried(S.DRAFT, number=2, increment="1")
    browser = of("city.office")
    filed = page(browser, "applications", query="?status=filed")
    assert one.number in filed
    assert two.number not in filed
    found = page(browser, "projects", query=f"?q={two.project.number}&strategic=none")
    assert two.project.name in found
    assert one.project.name not in found
    answer = browser.get(reverse("allocation:projects") + "?export=csv")
    assert one.project.number in b"".join(answer).decode()
    assert "没有符合条件的建设项目" in page(browser, "projects", query="?place=320581")


@pytest.mark.parametrize("name", ["projects", "applications"])
def test_a_list_asks_the_same_however_long_it_is(name: str) -> None:
    desk.drafted(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    browser = of("city.office")
    page(browser, name)
    short = queries(browser, reverse(f"allocation:{name}"))
    for number in range(2, 6):
        desk.drafted(desk.project({"NOX": "1"}, number=number), asks(("NOX", "320583", 2 * T)))
    assert len(queries(browser, reverse(f"allocation:{name}"))) == len(short)


def test_the_page_of_an_application_asks_the_same_however_many_sources_it_has() -> None:
    desk.stocked("320500", 5 * T)
    trading.holding(factories.polluter(2), 5 * T)
    counts = []
    for number, sources in (
        (1, [("320583", 2 * T)]),
        (2, [("320583", T // 2), ("320500", T // 2), (f"#{factories.polluter(2).pk}", T)]),
    ):
        project = desk.project({"NOX": "1"}, number=number, priority="scitech")
        draft = desk.drafted(project, asks(*(("NOX", *one) for one in sources)), on=TODAY())
        held = desk.carry(draft, S.HELD, on=TODAY())
        address = reverse("allocation:application", args=[held.number])
        browser = of("kunshan.head")
        browser.get(address)
        counts.append(len(queries(browser, address)))
    assert counts == [16, 16]


def test_what_waits_stands_on_the_desk_of_whoever_may_do_it() -> None:
    application = carried(S.FILED)

    def verbs(name: str) -> list[str]:
        lines = waiting.waiting_for(factories.person(name), on=TODAY())
        return [line.verb for line in lines if line.number == application.number]

    assert verbs("kunshan.screener") == ["screen"]
    assert verbs("changshu.screener") == verbs("kunshan.officer") == []
    act(of("kunshan.screener"), application, "send_back", reason="来源不足")
    assert verbs("kunshan.officer") == ["file"]
    assert verbs("kunshan.screener") == []


def test_search_finds_projects_and_applications() -> None:
    application = carried(S.FILED)
    found = of("kunshan.officer").get(reverse("search"), {"q": "示范材料"}).content.decode()
    assert application.number in found
    assert reverse("allocation:project", args=[application.project.number]) in found
    assert (
        application.number
        not in of("changshu.officer").get(reverse("search"), {"q": "示范材料"}).content.decode()
    )
