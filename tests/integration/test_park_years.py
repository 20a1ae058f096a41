"""A park's year (§15–18): step by step, each on its ground, to a reward in its reserve."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitoring.models import Target
from parks.models import ParkYear
from parks.refusals import (
    AlreadyUnderWay,
    ClaimedSince,
    NotAPark,
    NoTargets,
    NotJudged,
    ReasonMissing,
    StepInTheFuture,
    TotalsNotAccepted,
)
from parks.rules.deadlines import deadlines
from parks.selectors import calendar, year_figures
from parks.services import rewards, years
from parks.services.years import Stated
from parks.vocabulary import Punctuality, RewardReason, YearStatus, YearStep
from quota_registry.kernel.models import Notice, Polluter
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Lot, Source
from reserve.rules import postings
from reserve.selectors import balances
from reserve.services import ledger
from reserve.services.claims import NotFileable
from reserve.services.contents import Content
from reserve.vocabulary import TransferKind
from tests import desk, factories, parks, stock
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db

NOX, COD = Pollutant.NOX, Pollutant.COD
T = 1_000_000


def office(name: str = "city.office") -> dict[str, Any]:
    return {"by": factories.person(name), "on": ON}


def ready(*, met: bool = True, done: bool = True, emitted: int = 60 * T) -> None:
    """A park that may emit 100 t of NOx by its permits and emitted 60."""
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged(met=met, done=done)
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": emitted}))


def in_reserve() -> int:
    return desk.balance(PARK)[0]


def test_from_the_judgement_to_a_reward_in_the_reserve() -> None:
    ready()
    year = parks.carried(parks.opened(), "propose_totals")
    line = year.lines.get(pollutant=NOX)
    # First year: the permits' sum; met: carried on unchanged; emitted: what was accepted.
    assert (line.before, line.allowed, line.actual) == (100 * T, 100 * T, 60 * T)
    assert (line.before_method, line.allowed_method, line.actual_method) == (
        "permits",
        "carried",
        "reported",
    )
    year = years.fix_totals(year=year, document=DOCUMENT, day=ON, **office("city.director"))
    year = rewards.send(year=year, document=DOCUMENT, day=ON, **office())
    line.refresh_from_db()
    # 0.2 × (100 − 60)
    assert (line.reward, line.reward_reasons) == (8 * T, [])
    assert in_reserve() == 0
    with pytest.raises(SamePerson):
        rewards.confirm(year=year, document=DOCUMENT, day=ON, **office())
    factories.appointed("city.office2", "general_office", "320500")
    year = rewards.confirm(
        year=year, document="苏环函〔2026〕8号", day=ON, **office("city.office2")
    )
    assert in_reserve() == 8 * T
    source = Source.objects.get(kind="REWARD")
    assert (source.number, source.place_id, source.lot.provincial_number) == (
        "320583P01-2026-1",
        PARK,
        "苏环函〔2026〕8号",
    )
    assert source.evidence["allowed"] == 100 * T
    assert years.close(year=year, **office()).status == YearStatus.CLOSED
    assert Notice.objects.filter(
        person__username="kunshan.park", text__contains="奖励额度已入库"
    ).exists()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"met": False}, RewardReason.TARGET_MISSED),
        ({"done": False}, RewardReason.TASK_NOT_DONE),
        ({"emitted": 100 * T + 1}, RewardReason.TOTAL_EXCEEDED),
    ],
)
def test_a_park_without_a_reward_closes_its_year_with_the_reason(
    facts: dict[str, Any], reason: RewardReason
) -> None:
    ready(**facts)
    year = parks.carried(parks.opened(), "close")
    line = year.lines.get(pollutant=NOX)
    assert (line.reward, line.reward_reasons) == (0, [reason.value])
    assert line.allowed == (95 * T if reason is RewardReason.TARGET_MISSED else 100 * T)
    assert in_reserve() == 0
    assert not Source.objects.filter(kind="REWARD").exists()


def test_a_cut_that_a_claim_was_verified_for_is_not_paid_twice() -> None:
    ready()
    factories.claim_at("filed", late_claim())
    year = parks.carried(parks.opened(), "send_reward")
    line = year.lines.get(pollutant=NOX)
    assert (line.verified, line.reward) == (3 * T, 5 * T)
    assert line.why == ["同一减排量已由项目申报入账，不重复奖励"]


def late_claim(
    tonnes: str = "3", *, polluter: Polluter | None = None, pollutant: str = "NOX"
) -> Content:
    """Write a claim of the park's member: 3 t of NOx by works finished in the result year."""
    year_end = ON.replace(year=YEAR - 1)
    return factories.content(
        factories.line(pollutant, tonnes),
        polluter=polluter or factories.polluter(1, PARK),
        finished_on=year_end,
        permit_changed_on=year_end,
        late_reason="资料补正",
    )


def test_a_claim_filed_since_the_reward_was_sent_has_it_computed_again() -> None:
    ready()
    year = parks.carried(parks.opened(), "send_reward")
    factories.claim_at("filed", late_claim())
    paper = {"document": DOCUMENT, "day": ON}
    with pytest.raises(ClaimedSince) as refused:
        rewards.confirm(year=year, **paper, **office("city.office2"))
    assert "氮氧化物" in str(refused.value)
    assert in_reserve() == 0

    year = rewards.compute_again(year=year, note="成员单位补报", **office())
    year = rewards.send(year=year, **paper, **office())
    rewards.confirm(year=year, **paper, **office("city.office2"))
    assert in_reserve() == 5 * T


def test_what_a_reward_paid_for_is_not_claimed_until_it_is_voided() -> None:
    ready()
    year = parks.carried(parks.opened(), "close")
    with pytest.raises(NotFileable) as refused:
        factories.claim_at("filed", late_claim())
    [problem] = refused.value.problems
    assert problem.code == "paid_by_reward"
    assert "320583P01-2026-1" in str(problem.refusal)

    parks.voided(year, reason="年度重新核算")
    factories.claim_at("filed", late_claim())
    again = parks.carried(parks.opened(reason="减排已由项目申报"), "confirm_reward")
    assert again.lines.get(pollutant=NOX).reward == 5 * T
    assert in_reserve() == 5 * T


def test_each_step_waits_for_its_ground() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    year = parks.opened()
    paper = {"document": DOCUMENT, "day": ON}
    with pytest.raises(NotJudged):
        years.judge(year=year, **office())
    with pytest.raises(NotNow):
        years.send_targets(year=year, **paper, **office())
    parks.judged()
    year = years.judge(year=year, **office())
    with pytest.raises(NoTargets) as refused:
        years.send_targets(year=year, **paper, **office())
    assert "大气" in str(refused.value)
    parks.targeted()
    with pytest.raises(DocumentMissing):
        years.send_targets(year=year, document=" ", day=ON, **office())
    with pytest.raises(StepInTheFuture):
        years.send_targets(year=year, document=DOCUMENT, day=ON + timedelta(days=1), **office())
    year = years.send_targets(year=year, **paper, **office())
    year = years.set_targets_again(year=year, note="省厅要求从严", **office())
    assert (year.sent_document, year.sent_on) == ("", None)
    year = years.send_targets(year=year, **paper, **office())
    year = years.agree_targets(year=year, **paper, **office())
    year = years.issue_targets(year=year, **paper, **office())
    assert set(Target.objects.values_list("status", flat=True)) == {"in_force"}
    with pytest.raises(TotalsNotAccepted):
        years.take_totals(year=year, **office())
    parks.accepted(parks.row(1, of))
    year = years.take_totals(year=year, **office())
    with pytest.raises(NotPermitted):
        years.fix_totals(year=year, **paper, **office("kunshan.park"))


def test_another_figure_than_the_computed_one_has_its_reason_and_is_fixed_by_another() -> None:
    ready()
    year = parks.carried(parks.opened(), "take_totals")
    computed = year_figures.proposed(year, book=factories.rule_book_table())[NOX]
    assert computed.allowed == 100 * T
    mine = Stated(
        pollutant=NOX, before=computed.before, allowed=parks.grams("80"), actual=computed.actual
    )
    with pytest.raises(ReasonMissing):
        years.propose_totals(year=year, stated=[mine], **office())
    year = years.propose_totals(
        year=year, stated=[replace(mine, reason="周边环境质量压力大")], **office()
    )
    line = year.lines.get()
    assert (line.allowed, line.inputs["allowed"], line.reason) == (
        80 * T,
        100 * T,
        "周边环境质量压力大",
    )
    year = years.return_totals(year=year, note="理由不足", **office("city.director"))
    year = years.propose_totals(year=year, stated=[replace(mine, reason="见附件")], **office())
    assert year.lines.get().reason == "见附件"
    with pytest.raises(NotPermitted):
        years.fix_totals(year=year, document=DOCUMENT, day=ON, **office())


def test_last_years_fixed_total_is_carried_on() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    before = ON.replace(year=YEAR - 1)
    parks.judged(met=False, year=YEAR - 2, on=before)
    parks.targeted(year=YEAR - 1, on=before)
    parks.accepted(parks.row(1, of), year=YEAR - 2, on=before)
    first = parks.carried(parks.opened(year=YEAR - 1, on=before), "fix_totals", on=before)
    # Missed: the permits' 100 t less 5 %.
    assert first.lines.get(pollutant=NOX).allowed == 95 * T

    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": 50 * T}))
    second = parks.carried(parks.opened(), "send_reward")
    line = second.lines.get(pollutant=NOX)
    assert (line.before, line.before_method, line.allowed) == (95 * T, "carried", 95 * T)
    # 0.2 × (95 − 50)
    assert line.reward == 9 * T


def test_a_year_is_taken_up_again_by_a_new_version_that_pays_only_what_is_more() -> None:
    ready()
    first = parks.carried(parks.opened(), "close")
    with pytest.raises(ReasonMissing):
        parks.opened()
    second = parks.opened(reason="实际排放量更正")
    with pytest.raises(AlreadyUnderWay):
        parks.opened(reason="再次")
    first.refresh_from_db()
    assert (first.status, second.version) == (YearStatus.REPLACED, 2)
    year = parks.carried(second, "take_totals")
    computed = year_figures.proposed(year, book=factories.rule_book_table())[NOX]
    mine = Stated(
        pollutant=NOX,
        before=computed.before,
        allowed=computed.allowed,
        actual=parks.grams("50"),
        reason="复核更正",
    )
    year = years.propose_totals(year=year, stated=[mine], **office())
    paper = {"document": DOCUMENT, "day": ON}
    year = years.fix_totals(year=year, **paper, **office("city.director"))
    year = rewards.send(year=year, **paper, **office())
    line = year.lines.get()
    assert (line.paid_before, line.reward) == (8 * T, 2 * T)
    rewards.confirm(year=year, **paper, **office("city.office2"))
    assert in_reserve() == 10 * T


def test_a_parks_debt_is_repaid_first() -> None:
    ready()
    case, polluter = "320583-ZY-2026-00001", factories.polluter(9).pk
    park, held = postings.reserve(PARK), postings.held(case, place=PARK)
    stock.admitted("false", [(park, 3 * T)], place=PARK)
    stock.moved(TransferKind.HOLD, "hold", park, held, 3 * T)
    stock.moved(
        TransferKind.RELEASE,
        "release",
        held,
        postings.used(polluter, case),
        3 * T,
        prepared_by=factories.person("kunshan.officer").pk,
    )
    ledger.void(
        lots=list(Lot.objects.all()),
        key="void/1",
        on=stock.ON,
        by=factories.person("city.director"),
        prepared_by=factories.person("city.office"),
        document="苏环罚〔2026〕1号",
    )
    parks.carried(parks.opened(), "confirm_reward")
    assert in_reserve() == 8 * T - 3 * T
    assert not balances.open_debts(place=PARK)


def test_only_parks_have_a_year_and_a_park_is_seen_late_in_time_and_ahead() -> None:
    ready()
    with pytest.raises(NotAPark):
        years.open_year(place=factories.place("320583"), year=YEAR, **office())
    year = parks.carried(parks.opened(), "issue_targets")
    book = factories.rule_book_table()
    (row,) = calendar.calendar([factories.place(PARK)], YEAR, on=ON, book=book)
    stands = {cell.step: cell.stands for cell in row.cells}
    # All on 2 March; Saturday 28 February 2026 was a working day, for the Spring Festival.
    assert stands == {
        YearStep.JUDGEMENT: Punctuality.LATE,
        YearStep.TARGETS: Punctuality.LATE,
        YearStep.TOTALS: Punctuality.LATE,
        YearStep.ALLOWED_TOTAL: Punctuality.AHEAD,
        YearStep.REWARD: Punctuality.AHEAD,
    }
    due = deadlines(YEAR, book=book)[YearStep.REWARD].due
    (late,) = calendar.calendar(
        [factories.place(PARK)], YEAR, on=due + timedelta(days=1), book=book
    )
    assert late.overdue == 2
    assert ParkYear.objects.get() == year
