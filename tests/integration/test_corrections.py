"""Corrections and voids that are said no to, or taken back: they bar nothing any longer."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from quota_registry.kernel.models import Notice
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.workflow import NotNow
from quota_registry.web.templatetags.figures import signed
from reserve.models import Claim, Correction
from reserve.selectors import claims as selected
from reserve.selectors import waiting
from reserve.services import corrections, voids
from reserve.services.corrections import CorrectionIncomplete
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.browsers import browser_of
from tests.factories import ON, T
from tests.stock import balances

pytestmark = pytest.mark.django_db


def proposed(claim: Claim, verified: int = 8 * T) -> Correction:
    return corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=verified,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )


@pytest.mark.parametrize(
    ("who", "said"), [("city.office", "撤回更正"), ("city.director", "否决更正")]
)
def test_a_rejected_correction_posts_nothing_and_bars_nothing(who: str, said: str) -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    before = balances()
    correction = proposed(claim)
    director = factories.person("city.director")

    corrections.reject(correction=correction, reason="数据无误", by=factories.person(who), on=ON)

    assert balances() == before
    correction.refresh_from_db()
    assert (correction.rejected_by.username, correction.rejection_reason) == (who, "数据无误")
    with pytest.raises(NotNow):
        corrections.approve(correction=correction, by=director, on=ON)
    with pytest.raises(NotNow):
        corrections.reject(correction=correction, reason="再次", by=director, on=ON)
    assert waiting.waiting_for(director, on=ON) == []
    moment = selected.timeline(claim)[-1]
    assert (str(moment.label), moment.note) == (said, "NOX · 数据无误")
    told = Notice.objects.filter(person__username="city.office", text__contains="更正已否决")
    assert told.count() == (who == "city.director")
    corrections.approve(correction=proposed(claim, 7 * T), by=director, on=ON)


def test_a_void_is_rejected_as_a_whole() -> None:
    claim = factories.claim_at(
        ClaimStatus.ADMITTED,
        factories.content(factories.line("NOX", "10"), factories.line("SO2", "5")),
    )
    office, director = factories.person("city.office"), factories.person("city.director")
    asked = {"claim": claim, "reason": "造假", "document": "苏环罚〔2026〕1号", "on": ON}
    first, _second = voids.propose(**asked, by=office)

    rejected = corrections.reject(correction=first, reason="证据不足", by=director, on=ON)

    assert [one.pollutant for one in rejected] == ["NOX", "SO2"]
    with pytest.raises(voids.NothingProposed):
        voids.void(claim=claim, by=director, on=ON)
    assert len(voids.propose(**asked, by=office)) == 2


def test_only_who_proposed_or_may_approve_it_rejects_it_and_says_why() -> None:
    correction = proposed(factories.claim_at(ClaimStatus.ADMITTED))
    with pytest.raises(NotPermitted):
        corrections.reject(
            correction=correction, reason="无误", by=factories.person("city.office2"), on=ON
        )
    with pytest.raises(CorrectionIncomplete):
        corrections.reject(
            correction=correction, reason=" ", by=factories.person("city.director"), on=ON
        )


def test_the_page_of_a_correction_says_in_figures_what_approving_books() -> None:
    correction = proposed(factories.claim_at(ClaimStatus.ADMITTED))
    browser = browser_of(factories.person("city.director"))
    address = reverse("reserve:correction", args=[correction.pk])
    shown = browser.get(address).content.decode()
    said = corrections.differences(correction, on=timezone.localdate())
    assert sum(said.values()) == correction.verified - corrections.booked(correction)
    place = factories.place(correction.claim.beneficiary_id).name
    assert f"{place} · 储备库" in shown
    assert "批准后另立一笔更正划转入账" in shown
    for grams in said.values():
        assert f"{signed(grams)} 吨/年" in shown

    browser.post(address)

    assert corrections.booked(correction) == correction.verified
    assert "批准后的变动" not in browser.get(address).content.decode()


def test_a_correction_is_rejected_on_a_page_of_its_own() -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    correction = proposed(claim)
    browser = browser_of(factories.person("city.director"))
    page, away = (
        reverse("reserve:claim", args=[claim.number]),
        reverse("reserve:correction-reject", args=[correction.pk]),
    )
    assert away in browser.get(page).content.decode()
    assert away in browser.get(reverse("reserve:correction", args=[correction.pk])).content.decode()

    answer = browser.post(away, {"reason": "数据无误"})

    assert (answer.status_code, answer["Location"]) == (303, page)
    shown = browser.get(page).content.decode()
    assert "数据无误" in shown
    assert away not in shown
    other = browser_of(factories.person("city.office2"))
    assert other.get(away).status_code == 403
