"""Papers over the web: whoever may see a claim may print it, and that it was printed is kept."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.urls import reverse

from quota_registry.kernel.models import AuditEvent
from reserve.models import Claim, Inspection
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.browsers import browser_of
from tests.papers import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    return factories.claim_at(ClaimStatus.JOINT_REVIEWED)


def get(who: str, name: str, *args: object, query: str = "") -> Any:
    return browser_of(factories.person(who)).get(reverse(f"reserve:{name}", args=args) + query)


def test_a_form_opens_in_the_browser_and_is_written_down(claim: Claim) -> None:
    answer = get("kunshan.officer", "claim-form-pdf", claim.number)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert unquote(answer["Content-Disposition"]).startswith("inline;")
    assert f"申报表-{claim.number}.pdf" in unquote(answer["Content-Disposition"])
    assert claim.number in text(answer.content)
    event = AuditEvent.objects.get(verb="print")
    assert (event.person.username, event.subject) == ("kunshan.officer", claim.number)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("kunshan.officer", 200),
        ("city.auditor", 200),
        # Another county's officer does not learn that the claim exists.
        ("changshu.officer", 404),
        ("sys.admin", 403),
    ],
)
def test_papers_open_to_whom_the_claim_is_open(
    claim: Claim, tmp_path: Path, settings: LazySettings, who: str, status: int
) -> None:
    settings.MEDIA_ROOT = tmp_path

    for name, *more in (("claim-form-pdf",), ("claim-review-pdf", "air"), ("claim-bundle-zip",)):
        assert get(who, name, claim.number, *more).status_code == status, name

    kept = AuditEvent.objects.filter(verb__in=("print", "export")).count()
    assert kept == (3 if status == 200 else 0)


def test_a_division_without_a_line_is_told_so_by_name(claim: Claim) -> None:
    answer = get("city.water", "claim-review-pdf", claim.number, "water")

    assert answer.status_code == 409
    assert "没有由水处审核的污染物" in answer.content.decode()
    assert get("city.water", "claim-review-pdf", claim.number, "soil").status_code == 404


def test_an_ordered_visit_has_its_sheet(claim: Claim) -> None:
    with factories.system():
        visit = Inspection.objects.create(
            claim=claim,
            ordered_by=factories.person("city.air"),
            ordered_on=date(2026, 9, 16),
            reason="随机抽取",
        )

    assert "随机抽取" in text(get("city.inspector", "inspection-pdf", visit.pk).content)
    assert get("changshu.officer", "inspection-pdf", visit.pk).status_code == 404


def test_many_claims_stand_on_one_paper(claim: Claim) -> None:
    other = factories.claim_at(ClaimStatus.FILED, factories.content(number=2))
    both = f"?claim={claim.number}&claim={other.number}&number=会审〔2026〕3号"

    minutes = text(get("city.office", "joint-minutes-pdf", query=both).content)
    summary = text(
        get("kunshan.officer", "claim-summary-pdf", query="?place=320583&quarter=2026Q3").content
    )

    assert "会审〔2026〕3号" in minutes
    assert "昆山市2026年第三季度排污总量指标储备申报汇总表" in summary
    for paper in (minutes, summary):
        assert claim.number in paper
        assert other.number in paper
    # 10 t each
    assert "20.000000" in summary


def test_a_paper_over_nothing_is_not_there(claim: Claim) -> None:
    browser = browser_of(factories.person("city.office"))
    for query in (
        "",
        "?claim=none",
        f"?claim={claim.number}&claim=none",
        "?batch=77",
        "?place=320583&quarter=2025Q1",
        "?place=320583&quarter=2026Q7",
        "?place=320583&quarter=gestern",
        "?place=999999&quarter=2026Q3",
    ):
        assert browser.get(reverse("reserve:claim-summary-pdf") + query).status_code == 404, query


def test_a_selection_of_the_list_is_printed_as_it_is_posted(claim: Claim) -> None:
    browser = browser_of(factories.person("city.office"))
    chosen = {"claim": [f"{claim.number}:{claim.version}"]}

    answer = browser.post(reverse("reserve:claim-summary-pdf"), chosen)

    assert answer.status_code == 200
    assert claim.number in text(answer.content)


def test_the_page_of_a_claim_offers_its_papers(claim: Claim) -> None:
    page = get("city.office", "claim", claim.number).content.decode()

    for name, *args in (("claim-form-pdf",), ("claim-review-pdf", "air"), ("claim-bundle-zip",)):
        assert reverse(f"reserve:{name}", args=[claim.number, *args]) in page
    assert reverse("reserve:claim-review-pdf", args=[claim.number, "water"]) not in page
    assert reverse("reserve:joint-minutes-pdf") in page


def test_a_claim_out_of_reach_takes_the_whole_paper_away(claim: Claim) -> None:
    away = get("changshu.officer", "joint-minutes-pdf", query=f"?claim={claim.number}")

    assert away.status_code == 404


def test_the_bundle_is_streamed_as_a_zip(
    claim: Claim, tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path

    answer = get("city.auditor", "claim-bundle-zip", claim.number)

    assert answer.streaming
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert f"{claim.number}/manifest.csv" in archive.namelist()
    assert AuditEvent.objects.filter(verb="export", subject=claim.number).exists()


def test_the_ledger_is_shown_and_taken_home() -> None:
    factories.claim_at(ClaimStatus.ADMITTED)

    page = get("kunshan.officer", "ledgers", query="?place=320583&period=2026Q3").content.decode()
    pdf = get("kunshan.officer", "ledger-file", "320583", "reductions", "2026Q3", "pdf")
    xlsx = get("city.auditor", "ledger-file", "320583", "balances", "2026", "xlsx")

    assert "主要污染物削减台账" in page
    assert "320583-XJ-20260701-20260930" in page
    assert "7.000000" in text(pdf.content)
    assert xlsx.content[:2] == b"PK"
    assert AuditEvent.objects.filter(verb="print", subject="320583").count() == 1
    assert AuditEvent.objects.filter(verb="export", subject="320583").count() == 1


@pytest.mark.parametrize(
    ("who", "args", "status"),
    [
        ("changshu.officer", ("320583", "reductions", "2026Q3", "pdf"), 404),
        ("sys.admin", ("320583", "reductions", "2026Q3", "pdf"), 403),
        ("kunshan.officer", ("320583", "reductions", "2026Q9", "pdf"), 404),
        ("kunshan.officer", ("320583", "secrets", "2026Q3", "pdf"), 404),
        ("kunshan.officer", ("320583", "reductions", "2026Q3", "doc"), 404),
        ("kunshan.officer", ("320583", "reductions", "99999", "pdf"), 404),
    ],
)
def test_a_ledger_opens_only_where_it_may(who: str, args: tuple[str, ...], status: int) -> None:
    factories.all_places()

    assert get(who, "ledger-file", *args).status_code == status


def test_the_page_of_ledgers_is_there_for_a_place_with_nothing_in_it() -> None:
    factories.all_places()

    page = get("changshu.officer", "ledgers")

    assert page.status_code == 200
    assert "本期无结存，也无增减" in page.content.decode()
    assert get("changshu.officer", "ledgers", query="?place=320583").status_code == 404
    assert get("changshu.officer", "ledgers", query="?period=x").status_code == 404
