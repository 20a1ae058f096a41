"""Who is told of what a claim waits for: once of each matter, when it begins to wait (§21–23)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from quota_registry.kernel.models import Notice
from reserve.models import Claim
from reserve.services import inspections, joint_reviews, reviews, screening
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.factories import ON, content, line

pytestmark = pytest.mark.django_db


VISIT = ("city.inspector", "登记现场核查")


@pytest.fixture(autouse=True)
def _everybody_has_a_box() -> None:
    for name in factories.PEOPLE:
        factories.person(name)


def both_media(status: str, *, number: int = 1) -> Claim:
    lines = (line("COD", "10"), line("NOX", "10"))
    return factories.claim_at(status, content(*lines, number=number))


def told() -> Counter[tuple[str, str]]:
    """Count what each person was told, by the act that is asked for."""
    asked = Notice.objects.filter(text__contains="请办理").order_by()
    return Counter(
        (who, text.split("“")[1].rstrip("”"))
        for who, text in asked.values_list("person__username", "text")
    )


def review(claim: Claim, medium: str) -> None:
    by = factories.person(f"city.{medium}")
    reviews.accept_all(claim=claim, version=1, medium=medium, by=by, on=ON)


def sign(claim: Claim, seat: str) -> None:
    by = factories.person(f"city.{seat}")
    joint_reviews.sign(claim=claim, version=1, seat=seat, agrees=True, text="同意", by=by, on=ON)


def order(claim: Claim) -> None:
    by = factories.person("city.office")
    inspections.order(claim=claim, version=1, reason="数据存疑", by=by, on=ON)


def visit(claim: Claim) -> None:
    factories.found_sound(
        claim.inspections.filter(finding="")[0], by=factories.person("city.inspector")
    )


def test_a_drawn_visit_is_told_once_however_far_the_claim_goes_without_it() -> None:
    factories.rule_book(inspection_share=Decimal(1))
    claim = both_media(ClaimStatus.SCREENED)
    before = {
        ("kunshan.screener", "签收"): 1,
        ("city.water", "水处审核"): 1,
        ("city.air", "大气处审核"): 1,
        VISIT: 1,
    }
    assert told() == before

    review(claim, "water")
    review(claim, "air")
    signing = {
        ("city.water", "水处会签"): 1,
        # Whoever judged the last line is not told what it did itself.
        ("city.office", "综合业务处会签"): 1,
        ("city.office2", "综合业务处会签"): 1,
    }
    assert told() == before | signing

    for seat in ("water", "air", "office"):
        sign(claim, seat)
    assert told() == before | signing

    visit(claim)
    concluding = {("city.office", "会审通过"): 1, ("city.office2", "会审通过"): 1}
    assert told() == before | signing | concluding


def test_an_order_is_told_to_the_inspector_and_asks_nobody_else_again() -> None:
    claim = both_media(ClaimStatus.SCREENED)
    asked = told()
    order(claim)
    assert told() - asked == Counter({VISIT: 1})

    visit(claim)
    assert told() - asked == Counter({VISIT: 1})


def test_a_second_order_is_a_visit_of_its_own() -> None:
    claim = both_media(ClaimStatus.SCREENED)
    order(claim)
    order(claim)
    assert told()[VISIT] == 2
    visit(claim)
    assert told()[VISIT] == 2


def test_many_claims_are_one_line_and_their_visits_are_not_told_again() -> None:
    factories.rule_book(inspection_share=Decimal(1))
    claims = [both_media(ClaimStatus.RECEIVED, number=number) for number in (1, 2)]
    by = factories.person("kunshan.screener")
    screening.screen_many(items=[(claim, 1) for claim in claims], by=by, on=ON)
    assert told()[VISIT] == 1
    # One of the two is visited at once, the other one is reviewed first.
    visit(claims[0])

    for medium in ("water", "air"):
        reviews.accept_many(
            items=[(claim, 1) for claim in claims],
            medium=medium,
            by=factories.person(f"city.{medium}"),
            on=ON,
        )
    found = told()
    assert found[VISIT] == 1
    # The two have different things told before, and are one line all the same.
    assert found["city.water", "水处会签"] == 1
    assert Notice.objects.get(text__contains="水处会签").text == "2件申报：请办理“水处会签”"
