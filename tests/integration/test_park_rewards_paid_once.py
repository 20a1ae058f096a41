"""No cut is paid twice (§18, §21): what a reward counted of a claim is all that it may say."""

from __future__ import annotations

from datetime import date

import pytest

from parks.services import register, rewards
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, Correction, Source
from reserve.rules.duplicates import PaidByReward
from reserve.services import claims, corrections, screening
from reserve.services.claims import NotFileable
from tests import factories, parks
from tests.integration.test_park_years import T, in_reserve, late_claim, office, ready
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db


def corrected(claim: Claim, verified: int) -> Correction:
    return corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=verified,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=factories.ON,
    )


def test_a_reward_says_whom_and_what_it_counted() -> None:
    ready()
    claim = factories.claim_at("filed", late_claim())
    parks.carried(parks.opened(), "close")
    evidence = Source.objects.get(kind="REWARD").evidence
    assert evidence["members"] == [factories.polluter(1, PARK).pk]
    assert evidence["claims"] == {claim.number: 3 * T}


def test_a_claim_that_was_counted_says_no_more_when_it_is_filed_anew() -> None:
    ready()
    claim = factories.claim_at("received", late_claim())
    parks.carried(parks.opened(), "close")
    assert in_reserve() == 5 * T
    claim = screening.return_(
        claim=claim,
        version=claim.version,
        reason="核算有误",
        by=factories.person("kunshan.screener"),
        on=ON,
    )
    officer = factories.person("kunshan.officer")
    more = late_claim(tonnes="3.000001")
    claim = claims.save(claim=claim, content=more, by=officer, on=ON)
    with pytest.raises(NotFileable) as refused:
        claims.file(claim=claim, by=officer, on=ON)
    assert [problem.code for problem in refused.value.problems] == ["paid_by_reward"]

    claim = claims.save(claim=claim, content=late_claim(), by=officer, on=ON)
    assert claims.file(claim=claim, by=officer, on=ON).status == "filed"


def test_a_claim_that_was_counted_is_corrected_down_and_not_beyond() -> None:
    ready()
    claim = factories.claim_at("admitted", late_claim())
    before = corrected(claim, 8 * T)
    parks.carried(parks.opened(), "close")
    director = factories.person("city.director")
    # Proposed before the reward, approved after it.
    with pytest.raises(PaidByReward) as refused:
        corrections.approve(correction=before, by=director, on=factories.ON)
    assert "320583P01-2026-1" in str(refused.value)
    corrections.reject(correction=before, reason="已奖励", by=director, on=factories.ON)
    with pytest.raises(PaidByReward):
        corrected(claim, 3 * T + 1)

    corrections.approve(correction=corrected(claim, 2 * T), by=director, on=factories.ON)
    # Back to what was counted, it may be corrected again.
    assert corrections.booked(corrected(claim, 3 * T)) == 2 * T


def test_a_member_that_is_registered_at_the_county_claims_no_second_time_either() -> None:
    ready()
    member = factories.polluter(5, "320583")
    register.admit(
        place=factories.place(PARK),
        polluter=member,
        joined=date(2021, 1, 1),
        by=factories.person("city.office"),
        on=ON,
    )
    parks.carried(parks.opened(), "close")
    with pytest.raises(NotFileable) as refused:
        factories.claim_at("filed", late_claim(polluter=member))
    [problem] = refused.value.problems
    assert problem.code == "paid_by_reward"
    assert factories.place(PARK).name in str(problem.refusal)
    # Who lay outside the park that year was not counted, and what the reward is not of neither.
    factories.claim_at("filed", late_claim(polluter=factories.polluter(6, "320583")))
    factories.claim_at("filed", late_claim(polluter=member, pollutant=Pollutant.SO2))


def test_who_left_the_park_since_was_counted_all_the_same() -> None:
    ready()
    member = factories.polluter(1, PARK)
    [membership] = member.memberships.all()
    register.leave(
        member=membership, left=date(YEAR, 1, 1), by=factories.person("city.office"), on=ON
    )
    parks.carried(parks.opened(), "close")
    with pytest.raises(NotFileable) as refused:
        factories.claim_at("filed", late_claim())
    assert [problem.code for problem in refused.value.problems] == ["paid_by_reward"]


def test_whom_the_totals_counted_is_counted_though_it_is_struck_from_the_register() -> None:
    ready()
    factories.claim_at("filed", late_claim())
    year = parks.carried(parks.opened(), "fix_totals")
    # Its 60 t are what the park is measured by; a day later it is said never to have been there.
    [membership] = factories.polluter(1, PARK).memberships.all()
    register.leave(
        member=membership, left=date(YEAR - 1, 1, 1), by=factories.person("city.office"), on=ON
    )
    year = rewards.send(year=year, document=DOCUMENT, day=ON, **office())
    assert year.lines.get(pollutant=Pollutant.NOX).reward == 5 * T
