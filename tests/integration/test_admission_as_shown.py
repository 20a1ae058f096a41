"""What the approver was shown is what an admission posts, to the gram (§4, §21)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from reserve.models import Balance, Claim, Entry
from reserve.rules import postings
from reserve.selectors import fates
from reserve.services import voids
from reserve.vocabulary import ClaimStatus, TransferKind
from tests import factories
from tests.browsers import browser_of
from tests.factories import ON, T, content, line
from tests.stock import moved

pytestmark = pytest.mark.django_db


def confirmed(number: int) -> Claim:
    return factories.claim_at(
        ClaimStatus.PROVINCE_CONFIRMED, content(line("NOX", "5"), number=number)
    )


def owe_seven() -> None:
    """Void an admission of ten tonnes of which the county has spent its seven."""
    false = factories.claim_at(ClaimStatus.ADMITTED, content(number=9))
    case = "320583-ZY-2026-00001"
    held = postings.held(case, place="320583")
    used = postings.used(factories.polluter(77).pk, case)
    moved(TransferKind.HOLD, "hold", postings.reserve("320583"), held, 7 * T)
    officer = factories.person("kunshan.officer").pk
    moved(TransferKind.RELEASE, "release", held, used, 7 * T, prepared_by=officer)
    office = factories.person("city.office")
    voids.propose(claim=false, reason="造假", document="苏环罚〔2026〕1号", by=office, on=ON)
    voids.void(claim=false, by=factories.person("city.director"), on=ON)


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def lies_in(kind: str) -> int:
    return sum(Balance.objects.filter(account__kind=kind).values_list("grams", flat=True))


def test_a_debt_since_the_page_was_opened_is_shown_before_anything_is_posted() -> None:
    claim = confirmed(1)
    office = browser_of(factories.person("city.office"))
    address = reverse("reserve:claim-act", args=[claim.number, "admit"])
    shown = hidden(office.get(address).text, "fates")
    assert shown == f"NOX.city={3 * T // 2} NOX.local={7 * T // 2}"

    owe_seven()
    before = Entry.objects.count()
    answer = office.post(address, {"version": "1", "fates": shown})
    assert answer.status_code == 412
    assert Entry.objects.count() == before
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.PROVINCE_CONFIRMED
    for word in ("抵扣此前亏欠", "1.500000", "3.500000", "5.000000"):
        assert word in answer.text

    again = office.post(address, {"version": "1", "fates": hidden(answer.text, "fates")})
    assert again.status_code == 303
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.ADMITTED
    assert lies_in("COVER") == 5 * T


@pytest.mark.parametrize("said", [{}, {"fates": ""}, {"fates": "NOX.city=1"}])
def test_an_admission_says_what_it_was_shown(said: dict[str, str]) -> None:
    claim = confirmed(1)
    office = browser_of(factories.person("city.office"))
    address = reverse("reserve:claim-act", args=[claim.number, "admit"])
    assert office.post(address, {"version": "1", **said}).status_code in (412, 422)
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.PROVINCE_CONFIRMED
    assert not Entry.objects.exists()


def test_of_many_only_those_are_admitted_that_stand_as_shown() -> None:
    first, second = confirmed(1), confirmed(2)
    office = browser_of(factories.person("city.office"))
    address = reverse("reserve:claims-act", args=["admit"])
    chosen: dict[str, Any] = {"claim": [f"{one.number}:1" for one in (first, second)]}
    page = office.post(address, chosen).text
    shown = {f"fates:{one.number}": hidden(page, f"fates:{one.number}") for one in (first, second)}

    assert "未办理" not in office.post(address, {**chosen, "sure": "1"}).text
    assert not Entry.objects.exists()

    owe_seven()
    found = fates.of_claim(Claim.objects.get(pk=second.pk), on=ON)
    shown[f"fates:{second.number}"] = fates.written(found)
    answer = office.post(address, {**chosen, **shown, "sure": "1"})
    assert "去向与您所见不同" in answer.text
    assert list(Claim.objects.filter(pk__in=[first.pk, second.pk]).values_list("status")) == [
        (ClaimStatus.ADMITTED,),
        (ClaimStatus.PROVINCE_CONFIRMED,),
    ]
    assert lies_in("COVER") == 5 * T
