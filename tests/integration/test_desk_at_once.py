"""The last grams granted twice at once, double clicks, resent and stale pages: one result each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from unittest import mock

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.models import Application, Project, Voucher
from allocation.refusals import NotAssessable
from allocation.services import applications, holds, releases
from allocation.vocabulary import ApplicationStatus as S
from quota_registry.kernel.models import AuditEvent, Person, Step
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Role
from quota_registry.kernel.workflow import NotNow
from reserve.models import Transfer
from reserve.vocabulary import TransferKind
from tests import desk, factories, stock, trading
from tests.browsers import browser_of
from tests.desk import T, asks
from tests.integration.test_claims_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)

TODAY: Final = timezone.localdate
STOCK: Final = 10 * T
ASKED: Final = 6 * T


@pytest.fixture(autouse=True)
def city() -> None:
    """昆山 has 10 t of NOx, and every application asks for 6 t of it."""
    factories.all_places()
    desk.judged()
    desk.stocked("320583", STOCK)


def carried(status: str, *, number: int = 1) -> Application:
    project = desk.project({"NOX": "3"}, number=number)
    draft = desk.drafted(project, asks(("NOX", "320583", ASKED)), on=TODAY())
    return draft if status == S.DRAFT else desk.carry(draft, status, on=TODAY())


def masses() -> dict[str, int]:
    """Count what lies where; not a gram of it comes or goes."""
    where = {kind: sum(stock.balances(kind).values()) for kind in ("RESERVE", "HELD", "USED")}
    assert sum(where.values()) == STOCK
    return where


def transfers(kind: TransferKind) -> int:
    return Transfer.objects.filter(kind=kind).count()


def refusals(found: list[Refusal | None]) -> list[Refusal]:
    return [refusal for refusal in found if refusal is not None]


def hold(application: Application, by: str) -> object:
    return holds.hold(application=application, version=1, by=factories.person(by), on=TODAY())


# ── The last grams ──
def test_the_last_grams_are_held_for_one_of_two_and_the_sheet_tells_the_other() -> None:
    both = [carried(S.ASSESSED, number=number) for number in (1, 2)]
    for name in ("city.office", "city.office2"):
        factories.person(name)
    gate = threading.Barrier(2)
    post = holds.ledger.post

    def meet(**said: Any) -> Any:
        # Either officer's sheet was clear when both come to the ledger.
        gate.wait(timeout=30)
        return post(**said)

    with mock.patch.object(holds.ledger, "post", meet):
        found = together(
            lambda: hold(both[0], "city.office"), lambda: hold(both[1], "city.office2")
        )

    [refused] = refusals(found)
    assert isinstance(refused, NotAssessable)
    [row] = refused.rows
    assert (row.source, row.clause.key) == ("昆山市", "8.2")
    assert "4.000000" in row.sentence
    assert sorted(Application.objects.values_list("status", flat=True)) == [S.ASSESSED, S.HELD]
    assert masses() == {"RESERVE": STOCK - ASKED, "HELD": ASKED, "USED": 0}
    assert transfers(TransferKind.HOLD) == 1


def test_two_projects_at_once_leave_what_a_holding_has_for_a_third() -> None:
    """16 t lie there, 6 t of them bought for another project: the second of two 6 t is short."""
    seller, owner = factories.polluter(5), factories.polluter(1)
    trading.holding(seller, ASKED)
    trading.holding(owner, STOCK)
    third = desk.project({"NOX": "3"}, number=9, polluter=owner)
    trading.sold(seller, owner, amounts={"NOX": "6"}, project=third, contract="合同9")
    both = []
    for number in (1, 2):
        project = desk.project({"NOX": "3"}, number=number, polluter=owner)
        draft = desk.drafted(project, asks(("NOX", f"#{owner.pk}", ASKED)), on=TODAY())
        both.append(desk.carry(draft, S.ASSESSED, on=TODAY()))
    for name in ("city.office", "city.office2"):
        factories.person(name)
    gate, refuse_on = threading.Barrier(2), holds.openers.refuse_on

    def meet(*said: Any, **more: Any) -> Any:
        # Neither has looked at the holding yet.
        gate.wait(timeout=30)
        return refuse_on(*said, **more)

    with mock.patch.object(holds.openers, "refuse_on", meet):
        found = together(
            lambda: hold(both[0], "city.office"), lambda: hold(both[1], "city.office2")
        )

    [refused] = refusals(found)
    assert isinstance(refused, NotAssessable)
    assert "4.000000" in refused.rows[0].sentence
    assert stock.balances("HOLDING") == {f"HOLDING/NOX/#{owner.pk}/": 10 * T}


def heads() -> list[Person]:
    """昆山 has two heads today."""
    return [
        factories.person("kunshan.head"),
        factories.appointed("kunshan.head2", Role.COUNTY_HEAD, "320583"),
    ]


def test_two_heads_who_release_at_once_issue_one_voucher() -> None:
    application = carried(S.HELD)
    found = together(
        *(
            lambda by=by: releases.release(application=application, version=1, by=by, on=TODAY())
            for by in heads()
        )
    )
    [refused] = refusals(found)
    assert isinstance(refused, NotNow)
    assert masses() == {"RESERVE": STOCK - ASKED, "HELD": 0, "USED": ASKED}
    assert (Voucher.objects.count(), transfers(TransferKind.RELEASE)) == (1, 1)


@pytest.mark.parametrize("_turn", range(3))
def test_released_and_withdrawn_at_once_it_is_one_of_the_two(_turn: int) -> None:
    application = carried(S.HELD)
    [head, _second], officer = heads(), factories.person("kunshan.officer")
    found = together(
        lambda: releases.release(application=application, version=1, by=head, on=TODAY()),
        lambda: applications.withdraw(
            application=application, version=1, reason="不建了", by=officer, on=TODAY()
        ),
    )
    [refused] = refusals(found)
    assert isinstance(refused, NotNow)
    application.refresh_from_db()
    released = found[0] is None
    assert application.status == (S.VOUCHERED if released else S.WITHDRAWN)
    assert masses() == {
        "RESERVE": STOCK - ASKED if released else STOCK,
        "HELD": 0,
        "USED": ASKED if released else 0,
    }
    assert (
        Voucher.objects.count(),
        transfers(TransferKind.RELEASE),
        transfers(TransferKind.UNHOLD),
    ) == ((1, 1, 0) if released else (0, 0, 1))


# ── The same page sent twice ──
def posted(browser: Browser, address: str, said: dict[str, Any]) -> Any:
    """Send a form in."""
    return browser.post(address, said)


def act_of(application: Application, verb: str, **said: Any) -> tuple[str, dict[str, Any]]:
    address = reverse("allocation:application-act", args=[application.number, verb])
    return address, {"version": "1", **said}


def form_of_project() -> tuple[str, dict[str, Any]]:
    return reverse("allocation:project-new"), {
        "polluter": factories.polluter(1).pk,
        "name": "年产1万吨示范材料项目",
        "kind": "NEW",
        "lake_tai_zone": "third",
        "priority": "none",
        "generation_NOX": "3",
        "emission_NOX": "3",
    }


def form_of_application() -> tuple[str, dict[str, Any]]:
    return reverse("allocation:application-new", args=[desk.project({"NOX": "3"}).number]), {}


def form_of_filing() -> tuple[str, dict[str, Any]]:
    draft = carried(S.DRAFT)
    return reverse("allocation:application-edit", args=[draft.number]), {
        "p320583_NOX": "6",
        "file": "1",
    }


PAGES: Final[dict[str, tuple[str, Callable[[], tuple[str, dict[str, Any]]]]]] = {
    "project": ("kunshan.officer", form_of_project),
    "application": ("kunshan.officer", form_of_application),
    "file": ("kunshan.officer", form_of_filing),
    "screen": ("kunshan.screener", lambda: act_of(carried(S.FILED), "screen")),
    "assess": ("city.air", lambda: act_of(carried(S.SCREENED), "assess-air")),
    "hold": ("city.office2", lambda: act_of(carried(S.ASSESSED), "hold")),
    "release": ("kunshan.head", lambda: act_of(carried(S.HELD), "release")),
    "withdraw": ("kunshan.officer", lambda: act_of(carried(S.HELD), "withdraw", reason="不建了")),
    "give back": (
        "kunshan.head",
        lambda: act_of(
            carried(S.VOUCHERED),
            "give-back",
            base="0",
            back_NOX="1",
            document="昆环〔2026〕1号",
            reason="缩减",
        ),
    ),
}
"""Every form of the way: whose it is, where it goes and what it says."""


def counts() -> Counter[str]:
    """Count everything that an act leaves behind, refusals aside."""
    return Counter(
        {
            "projects": Project.objects.count(),
            "applications": Application.objects.count(),
            "vouchers": Voucher.objects.count(),
            "transfers": Transfer.objects.count(),
            "steps": Step.objects.count(),
        }
    )


ONE_RESULT: Final = {
    "project": {"projects": 1},
    "application": {"applications": 1, "steps": 1},
    "file": {"steps": 1},
    "screen": {"steps": 1},
    "assess": {"steps": 1},
    "hold": {"steps": 1, "transfers": 1},
    "release": {"steps": 1, "transfers": 1, "vouchers": 1},
    "withdraw": {"steps": 1, "transfers": 1},
    "give back": {"steps": 1, "transfers": 1},
}


@pytest.mark.parametrize("name", PAGES)
def test_a_double_click_has_one_result(name: str) -> None:
    who, form = PAGES[name]
    address, said = form()
    browsers = [browser_of(factories.person(who))]
    # The second click comes from the same window, with the same session.
    browsers.append(Browser())
    browsers[1].cookies = browsers[0].cookies
    before, told = counts(), Counter[int]()

    def click(browser: Browser) -> None:
        answer = browser.post(address, said)
        told[answer.status_code] += 1

    assert together(*(lambda browser=browser: click(browser) for browser in browsers)) == [None] * 2
    assert told[500] == 0
    assert dict(counts() - before) == ONE_RESULT[name], told


@pytest.mark.parametrize("name", PAGES)
def test_a_form_sent_again_because_its_answer_was_lost_has_one_result(name: str) -> None:
    who, form = PAGES[name]
    address, said = form()
    browser = browser_of(factories.person(who))
    before = counts()
    assert browser.post(address, said).status_code == 303
    assert dict(counts() - before) == ONE_RESULT[name]
    again = browser.post(address, said, follow=True)
    assert again.status_code in {200, 412, 422}
    assert AuditEvent.objects.filter(verb="refusal").count() == 1
    assert dict(counts() - before) == ONE_RESULT[name]


# ── A page that shows what stood before ──
STALE: Final = {
    S.FILED: ("kunshan.screener", "screen", {}),
    S.SCREENED: ("city.air", "assess-air", {}),
    S.ASSESSED: ("city.office2", "hold", {}),
    S.HELD: ("kunshan.head", "release", {}),
}


@pytest.mark.parametrize("status", STALE)
def test_a_stale_page_is_told_so_and_nothing_moves(status: S) -> None:
    application = carried(S.FILED)
    officer = factories.person("kunshan.officer")
    applications.take_back(application=application, version=1, by=officer, on=TODAY())
    application.refresh_from_db()
    desk.carry(application, status, on=TODAY())
    who, verb, more = STALE[status]
    pages = [(who, verb, more), ("kunshan.officer", "withdraw", {"reason": "不建了"})]
    before, lying = counts(), masses()
    for name, act, said in pages:
        answer = posted(browser_of(factories.person(name)), *act_of(application, act, **said))
        assert answer.status_code == 412
        assert "您看到的是第1版" in answer.content.decode()
        assert 'name="version" value="2"' in answer.content.decode()
    assert (counts(), masses()) == (before, lying)
    application.refresh_from_db()
    assert application.status == status
    connection.close()
