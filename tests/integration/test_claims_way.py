"""The way of a claim into the reserve, step by step (§4, §22, §23)."""

from __future__ import annotations

import pytest

from reserve.vocabulary import ClaimStatus
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "status",
    [
        ClaimStatus.DRAFT,
        ClaimStatus.FILED,
        ClaimStatus.RECEIVED,
        ClaimStatus.SCREENED,
        ClaimStatus.REVIEWED,
        ClaimStatus.JOINT_REVIEWED,
        ClaimStatus.PROVINCE_CONFIRMED,
        ClaimStatus.ADMITTED,
    ],
)
def test_a_claim_goes_its_way(status: str) -> None:
    claim = factories.claim_at(status)
    assert claim.status == status


def test_what_waits_is_shown_to_who_may_do_it() -> None:
    from reserve.selectors import waiting

    claim = factories.claim_at(ClaimStatus.FILED)
    asked = {
        name: [line.verb for line in waiting.waiting_for(factories.person(name), on=factories.ON)]
        for name in factories.PEOPLE
    }
    assert {name for name, verbs in asked.items() if verbs} == {"kunshan.screener"}
    assert asked["kunshan.screener"] == ["receive"]
    assert [step.verb for step in waiting.asked_of(claim)] == ["receive"]
