"""Acts on many claims from the list: under one document, by who may, each with its outcome."""

from __future__ import annotations

import pytest
from django.urls import reverse

from quota_registry.kernel.models import Step
from reserve.models import Claim
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.browsers import browser_of
from tests.factories import content

pytestmark = pytest.mark.django_db


def act(who: str, verb: str, claims: list[Claim], **said: str) -> int:
    chosen = [f"{claim.number}:{claim.version}" for claim in claims]
    answer = browser_of(factories.person(who)).post(
        reverse("reserve:claims-act", args=[verb]), {"claim": chosen, "sure": "1", **said}
    )
    return int(answer.status_code)


def statuses() -> list[str]:
    return list(Claim.objects.order_by("pk").values_list("status", flat=True))


def test_many_are_reviewed_under_one_document() -> None:
    made = [factories.claim_at(ClaimStatus.SCREENED, content(number=n)) for n in (1, 2)]
    assert act("city.air", "review-air", made, note="苏环气审〔2026〕7号") == 200
    assert statuses() == [ClaimStatus.REVIEWED, ClaimStatus.REVIEWED]
    notes = Step.objects.filter(verb="review_air").values_list("note", flat=True)
    assert [note.split("；")[0] for note in notes] == ["苏环气审〔2026〕7号"] * 2


def test_the_general_office_returns_many_with_one_reason() -> None:
    made = [factories.claim_at(ClaimStatus.REVIEWED, content(number=n)) for n in (1, 2)]
    assert act("city.office", "return-reviewed", made, reason="补充监测报告") == 200
    assert statuses() == [ClaimStatus.RETURNED, ClaimStatus.RETURNED]


def test_who_may_not_review_changes_nothing() -> None:
    made = [factories.claim_at(ClaimStatus.SCREENED)]
    assert act("city.water", "review-air", made) == 403
    assert statuses() == [ClaimStatus.SCREENED]


def test_what_only_looks_like_a_number_is_no_number() -> None:
    """A raised two is a digit and no decimal: it asks for nothing, and breaks nothing."""
    claim = factories.claim_at(ClaimStatus.FILED)
    screener = browser_of(factories.person("kunshan.screener"))
    chosen = {"claim": [f"{claim.number}:²"], "sure": "1"}
    answer = screener.post(reverse("reserve:claims-act", args=["receive"]), chosen)
    assert answer.status_code == 303
    assert statuses() == [ClaimStatus.FILED]

    stock = reverse("reserve:stock", args=["320583", "NOX"])
    permits = reverse("look-up-permits")
    for address in (f"{stock}?year=²", f"{permits}?q=1&polluter=²"):
        assert screener.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search/?q=%00", 400),
        ("/look-up/polluters/?q=%00", 400),
        ("/polluters/?sort=name&after=WyJcdTAwMDAiLCAxXQ", 200),
        ("/api/v1/claims/%00/", 400),
        ("/reserve/claims/?year=99999999999999999999", 200),
    ],
)
def test_no_address_breaks_a_page(address: str, status: int) -> None:
    answer = browser_of(factories.person("kunshan.officer")).get(address)
    assert answer.status_code == status
