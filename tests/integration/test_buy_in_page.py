"""A polluter's holding is bought in on a page, by the head of its county (§13)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from quota_registry.kernel.models import PermitVersion
from reserve.models import Balance
from reserve.selectors.holdings import held_by
from reserve.vocabulary import AccountKind, ClaimStatus, Destination
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db


def test_a_head_buys_part_of_a_holding_in() -> None:
    claim = factories.claim_at(
        ClaimStatus.ADMITTED, factories.content(destination=Destination.HOLDING)
    )
    polluter = claim.polluter
    assert held_by(polluter) == [("NOX", 10_000_000)]
    version = PermitVersion.objects.filter(permit__polluter=polluter).first()
    assert version is not None
    head = browser_of(factories.person("kunshan.head"))

    answer = head.post(
        reverse("reserve:buy-in", args=[polluter.uscc]),
        {"version": version.pk, "document": "昆环储〔2026〕1号", "amount_NOX": "4.000001"},
    )

    assert answer.status_code == 303, answer.content.decode()
    assert held_by(polluter) == [("NOX", 5_999_999)]
    local = Balance.objects.get(account__kind=AccountKind.RESERVE, account__place="320583")
    assert local.grams == 4_000_001


def test_an_officer_may_not_buy_in() -> None:
    claim = factories.claim_at(
        ClaimStatus.ADMITTED, factories.content(destination=Destination.HOLDING)
    )
    officer = browser_of(factories.person("kunshan.officer"))
    address = reverse("reserve:buy-in", args=[claim.polluter.uscc])
    assert officer.get(address).status_code == 403
    assert held_by(claim.polluter) == [("NOX", 10_000_000)]
