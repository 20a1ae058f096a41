"""§21: what a park's reward paid wrongly is voided by two people, and its year taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from parks.models import ParkYear
from parks.refusals import AlreadyUnderWay, NothingToVoid, StepInTheFuture
from parks.selectors import waiting
from parks.services import reward_voids, rewards, years
from parks.vocabulary import YearStatus
from quota_registry.kernel.models import Notice, Person
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted, Refusal
from quota_registry.kernel.vocabulary import Pollutant, Role
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Lot, Transfer, Voiding
from reserve.rules import postings
from reserve.selectors import balances
from reserve.services import voids
from reserve.services.claims import NotFileable
from reserve.vocabulary import TransferKind
from tests import factories, parks, stock
from tests.browsers import browser_of, words
from tests.integration.test_park_years import T, in_reserve, late_claim, office, ready
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX
PAPER = {"document": "苏环罚〔2026〕3号", "day": ON}
USED, HELD = "320583-ZY-2026-00001", "320583-ZY-2026-00002"


def closed() -> ParkYear:
    """A park that may emit 100 t and emitted 60: 0.2 × 40 = 8 t lie in its reserve."""
    ready()
    year = parks.carried(parks.opened(), "close")
    assert in_reserve() == 8 * T
    return year


def used(grams: int, case: str = USED) -> None:
    """Let a project of the park use some of what lies in the reserve."""
    held = held_for(grams, case)
    stock.moved(
        TransferKind.RELEASE,
        f"release/{case}",
        held,
        postings.used(factories.polluter(9).pk, case),
        grams,
        on=ON,
        prepared_by=factories.person("kunshan.officer").pk,
    )


def held_for(grams: int, case: str = HELD) -> Any:
    held = postings.held(case, place=PARK)
    stock.moved(TransferKind.HOLD, f"hold/{case}", postings.reserve(PARK), held, grams, on=ON)
    return held


def test_a_reward_is_voided_and_the_year_pays_in_full_what_it_earns_then() -> None:
    year = closed()
    with pytest.raises(NotFileable):
        factories.claim_at("filed", late_claim())
    year = parks.void_proposed(year)
    assert (year.status, year.void_document, year.void_on) == (
        YearStatus.VOID_PROPOSED,
        "苏环罚〔2026〕3号",
        ON,
    )
    # Nothing is void yet, and nothing goes on meanwhile.
    assert in_reserve() == 8 * T
    with pytest.raises(AlreadyUnderWay):
        parks.opened(reason="更正")

    [gone] = reward_voids.void(year=year, **office("city.director"))

    assert (gone.voided, gone.owed, in_reserve()) == (8 * T, 0, 0)
    transfer = Transfer.objects.get(kind=TransferKind.VOID)
    assert (transfer.author.username, transfer.prepared_by.username) == (
        "city.director",
        "city.office",
    )
    assert (transfer.document, transfer.reason) == ("苏环罚〔2026〕3号", "实际排放量不实")
    assert Notice.objects.filter(
        person__username="kunshan.park", text__contains="奖励已作废"
    ).exists()
    year.refresh_from_db()
    assert (year.status, year.void_document) == (YearStatus.CLOSED, "苏环罚〔2026〕3号")

    # The claim that it had barred comes in; what is left of the cut is paid whole: 8 − 3.
    factories.claim_at("filed", late_claim())
    again = parks.carried(parks.opened(reason="减排已由项目申报"), "confirm_reward")
    line = again.lines.get(pollutant=NOX)
    assert (line.verified, line.paid_before, line.reward) == (3 * T, 0, 5 * T)
    assert in_reserve() == 5 * T


def test_what_was_spent_of_it_is_owed_and_the_next_reward_repays_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    year = closed()
    used(3 * T)
    held_for(T)
    told: list[Sequence[str]] = []

    def hear(*, cases: Sequence[str], by: Person, on: date) -> None:
        told.append(cases)

    monkeypatch.setattr(voids, "_handlers", [hear])

    [gone] = parks.voided(year)

    # Of 8 t, 4 lie free and 1 is held for somebody, whose hold is short now; 3 are used.
    assert (gone.voided, gone.owed) == (5 * T, 3 * T)
    assert told == [[HELD]]
    assert in_reserve() == 0
    assert balances.open_debts(place=PARK) == {(PARK, NOX): 3 * T}
    # The year earns 8 t once more: 3 repay what is owed, 5 come in.
    again = parks.carried(parks.opened(reason="重新核算"), "confirm_reward")
    assert again.lines.get(pollutant=NOX).reward == 8 * T
    assert (in_reserve(), balances.open_debts(place=PARK)) == (5 * T, {})


def test_all_versions_are_voided_in_one_transfer() -> None:
    closed()
    year = parks.carried(parks.opened(reason="实际排放量更正"), "take_totals")
    mine = years.Stated(
        pollutant=NOX,
        before=parks.grams("100"),
        allowed=parks.grams("100"),
        actual=parks.grams("50"),
        reason="复核更正",
    )
    year = years.propose_totals(year=year, stated=[mine], **office())
    year = years.fix_totals(year=year, document=DOCUMENT, day=ON, **office("city.director"))
    year = rewards.send(year=year, document=DOCUMENT, day=ON, **office())
    year = rewards.confirm(year=year, document=DOCUMENT, day=ON, **office("city.office2"))
    # The reward of the first version, and what this one adds to it: 8 + 2.
    assert in_reserve() == 10 * T
    gone = parks.voided(years.close(year=year, **office()))
    assert [one.voided for one in gone] == [8 * T, 2 * T]
    assert Voiding.objects.values("transfer").distinct().count() == 1
    assert in_reserve() == 0


def test_only_a_reward_that_stands_is_proposed_to_be_voided() -> None:
    ready(met=False)
    nothing = parks.carried(parks.opened(), "close")
    with pytest.raises(NothingToVoid):
        parks.void_proposed(nothing)


def test_a_reward_is_voided_once_and_not_before_its_year_is_closed() -> None:
    ready()
    year = parks.carried(parks.opened(), "confirm_reward")
    with pytest.raises(NotNow):
        parks.void_proposed(year)
    year = years.close(year=year, **office())
    # Nobody has proposed it.
    with pytest.raises(NotNow):
        reward_voids.void(year=year, **office("city.director"))
    parks.voided(year)
    with pytest.raises(NothingToVoid):
        parks.void_proposed(year)


def test_a_proposal_has_its_paper_its_day_and_its_reason() -> None:
    year = closed()
    known = {"year": year, "note": "实际排放量不实", **PAPER, **office()}
    with pytest.raises(DocumentMissing):
        reward_voids.propose(**known | {"document": " "})
    with pytest.raises(StepInTheFuture):
        reward_voids.propose(**known | {"day": ON + timedelta(days=1)})
    with pytest.raises(Refusal, match="须说明理由"):
        reward_voids.propose(**known | {"note": " "})
    with pytest.raises(NotPermitted):
        reward_voids.propose(**known | {"by": factories.person("kunshan.park")})


def test_who_proposed_it_does_not_decide_on_it() -> None:
    both = factories.appointed("city.office", Role.DIRECTOR, "320500")
    year = parks.void_proposed(closed())
    for decide in (
        lambda: reward_voids.void(year=year, by=both, on=ON),
        lambda: reward_voids.reject(year=year, note="无误", by=both, on=ON),
    ):
        with pytest.raises(SamePerson):
            decide()
    with pytest.raises(NotPermitted):
        reward_voids.void(year=year, **office("city.office2"))
    assert in_reserve() == 8 * T


@pytest.mark.parametrize(
    ("act", "who"), [("reject", "city.director"), ("take_back", "city.office")]
)
def test_a_proposal_that_is_rejected_or_taken_back_leaves_the_reward(act: str, who: str) -> None:
    year = parks.void_proposed(closed())
    year = getattr(reward_voids, act)(year=year, note="证据不足", **office(who))
    assert (year.status, year.void_document, year.void_on) == (YearStatus.CLOSED, "", None)
    assert not Lot.objects.exclude(voiding=None).exists()
    # It may be proposed again, and then decided.
    [gone] = parks.voided(year)
    assert gone.voided == 8 * T


def test_the_pages_lead_from_the_proposal_to_the_void_and_say_so() -> None:
    closed()
    page = reverse("parks:year", args=[PARK, YEAR])
    propose, void, reject, take_back = (
        reverse("parks:step", args=[PARK, YEAR, verb])
        for verb in ("propose-void", "void-reward", "reject-void", "take-back-void")
    )
    clerk, director = (browser_of(factories.person(n)) for n in ("city.office", "city.director"))
    assert propose in clerk.get(page).content.decode()
    assert propose not in director.get(page).content.decode()
    shown = words(clerk.get(propose).content.decode())
    assert "已入库的奖励" in shown
    assert "8.000000" in shown
    typed = {"document": "苏环罚〔2026〕3号", "day": "2026-03-02", "note": "实际排放量不实"}
    assert clerk.post(propose, typed | {"note": ""}).status_code == 422
    assert clerk.post(propose, typed).status_code == 303

    desk = waiting.waiting_for(factories.person("city.director"), on=ON)
    assert [(line.verb, line.due, line.overdue_days) for line in desk] == [("void_reward", None, 0)]
    shown = director.get(page).content.decode()
    assert "已提议作废奖励，待批准 苏环罚〔2026〕3号 · 2026-03-02" in words(shown)
    assert void in shown
    assert reject in shown
    assert take_back not in shown
    mine = clerk.get(page).content.decode()
    assert take_back in mine
    assert void not in mine
    asked = words(director.get(void).content.decode())
    for said in ("8.000000", "苏环罚〔2026〕3号", "实际排放量不实"):
        assert said in asked, said
    assert director.post(void).status_code == 303

    shown = clerk.get(page).content.decode()
    assert "已入库的奖励已全部作废" in words(shown)
    for name in ("city.office", "city.director"):
        assert factories.person(name).name in words(shown)
    assert "苏环罚〔2026〕3号" in words(shown).split("已入库的奖励")[-1]
    assert propose not in shown
    assert reverse("parks:open", args=[PARK, YEAR]) in shown
    assert waiting.waiting_for(factories.person("city.director"), on=ON) == []
