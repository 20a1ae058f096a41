"""A reward confirmed at the moment when a claim of the same cut, or a correction, comes in."""

from __future__ import annotations

import pytest

from monitoring.services import judgements
from parks.refusals import ClaimedSince, GroundCorrected
from parks.services import rewards
from reserve.models import Claim, Source
from reserve.services import claims
from reserve.services.claims import NotFileable
from tests import factories, parks
from tests.integration.test_claims_at_once import together
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_turn", range(3))
def test_a_cut_is_paid_by_one_of_two_at_once(_turn: int) -> None:
    parks.park()
    member = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, member, amounts={"NOX": 60_000_000}))
    year = parks.carried(parks.opened(), "send_reward")
    finished = ON.replace(year=YEAR - 1)
    draft = factories.draft(
        factories.content(
            factories.line("NOX", "3"),
            polluter=member,
            finished_on=finished,
            permit_changed_on=finished,
            late_reason="资料补正",
        )
    )
    office, officer = factories.person("city.office2"), factories.person("kunshan.officer")

    paid, claimed = together(
        lambda: rewards.confirm(year=year, document=DOCUMENT, day=ON, by=office, on=ON),
        lambda: claims.file(claim=draft, by=officer, on=ON),
    )

    entered = Source.objects.filter(kind="REWARD", place=PARK).count()
    status = Claim.objects.get(pk=draft.pk).status
    if paid is None:
        assert isinstance(claimed, NotFileable)
        assert [problem.code for problem in claimed.problems] == ["paid_by_reward"]
        assert (entered, status) == (1, "draft")
    else:
        assert isinstance(paid, ClaimedSince)
        assert claimed is None
        assert (entered, status) == (0, "filed")


@pytest.mark.parametrize("_turn", range(3))
def test_a_reward_and_the_correction_of_its_judgement_take_turns(_turn: int) -> None:
    parks.park()
    member = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, member, amounts={"NOX": 60_000_000}))
    year = parks.carried(parks.opened(), "send_reward")
    missed = judgements.propose(
        place=year.place,
        medium="air",
        year=YEAR - 1,
        quality_met=False,
        task_done=True,
        reason="监测数据更正",
        by=factories.person("city.air"),
        on=ON,
    )
    office, other = factories.person("city.office2"), factories.person("city.office")

    paid, corrected = together(
        lambda: rewards.confirm(year=year, document=DOCUMENT, day=ON, by=office, on=ON),
        lambda: judgements.confirm(judgement=missed, document=DOCUMENT, by=other, on=ON),
    )

    assert corrected is None
    assert paid is None or isinstance(paid, GroundCorrected)
    entered = Source.objects.filter(kind="REWARD", place=PARK).count()
    assert entered == (1 if paid is None else 0)
