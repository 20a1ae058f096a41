"""Filing: what stands in the way, all at once, each with its field and article (§2–4, §21)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.workflow import NotNow
from reserve.models import Claim, ImportBatch
from reserve.services import batches, claims, evidence
from reserve.services.batches import SupportStands
from reserve.services.claims import NotFileable
from reserve.services.contents import LineContent, read
from reserve.services.seen import WrittenMeanwhile
from reserve.vocabulary import AccountingMethod, ClaimStatus, Destination, SourceKind
from tests import factories
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db


def problems(claim: Claim, *, on: date = ON) -> list[tuple[str, str, str]]:
    """List (field, code, clause) of what stands in the way."""
    return [
        (problem.field, problem.code, problem.clause.key if problem.clause else "")
        for problem in claims.check(claim, on=on)
        if not problem.only_warns
    ]


def warnings(claim: Claim) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in claims.check(claim, on=ON) if p.only_warns]


def test_a_sound_draft_has_no_problem() -> None:
    claim = factories.draft()
    assert claims.check(claim, on=ON) == []
    assert claim.due_on == date(2026, 9, 30)
    assert claim.number == "320583-SB-2026-00001"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"finished_on": date(2020, 12, 31)}, [("finished_on", "finished_too_early", "3.1")]),
        ({"finished_on": date(2021, 1, 1)}, []),
        ({"finished_on": date(2026, 9, 16)}, [("finished_on", "in_the_future", "3.1")]),
        ({"finished_on": None}, [("finished_on", "missing", "3.1")]),
        ({"permit_changed_on": date(2026, 7, 31)}, [("late_reason", "filed_late", "4.1")]),
        ({"permit_changed_on": date(2026, 7, 31), "late_reason": "等待核定"}, []),
        ({"permit_changed_on": None}, [("permit_changed_on", "no_due_date", "4.1")]),
        ({"permit_changed_on": None, "accepted_on": date(2026, 9, 1)}, []),
        # A date to come would put off the due date.
        (
            {"permit_changed_on": date(2026, 9, 16)},
            [("permit_changed_on", "in_the_future", "4.1")],
        ),
        (
            {"permit_changed_on": None, "accepted_on": date(2026, 9, 16)},
            [("accepted_on", "in_the_future", "4.1")],
        ),
        ({"monitorable": False}, [("monitorable", "evidence_flags_missing", "2.2")]),
        (
            {"source_kind": SourceKind.RURAL_SEWAGE, "verifiable": False},
            [("monitorable", "evidence_flags_missing", "12.2")],
        ),
        (
            {"source_kind": SourceKind.CLOSURE, "destination": Destination.HOLDING},
            [("destination", "no_holding", "13.1")],
        ),
        ({"destination": Destination.HOLDING}, []),
    ],
)
def test_a_filing_is_judged_by_the_notice(
    changes: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    claim = factories.draft(content(**changes))
    assert problems(claim) == expected
    if expected:
        with pytest.raises(NotFileable) as refused:
            claims.file(claim=claim, by=factories.person("kunshan.officer"), on=ON)
        assert [problem.field for problem in refused.value.problems] == [f for f, *_ in expected]
        claim.refresh_from_db()
        assert (claim.status, claim.version) == (ClaimStatus.DRAFT, 1)
        assert not claim.revisions.exists()
    else:
        claims.file(claim=claim, by=factories.person("kunshan.officer"), on=ON)


def test_every_problem_is_told_at_once() -> None:
    claim = factories.draft(
        content(
            finished_on=date(2020, 1, 1),
            permit_changed_on=date(2020, 2, 1),
            monitorable=False,
        )
    )
    with pytest.raises(NotFileable) as refused:
        claims.file(claim=claim, by=factories.person("kunshan.officer"), on=ON)
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("finished_on", "finished_too_early"),
        ("late_reason", "filed_late"),
        ("monitorable", "evidence_flags_missing"),
    ]
    assert refused.value.facts["count"] == 3


def test_filing_on_the_first_working_day_after_a_holiday_is_not_late() -> None:
    # Due on 3 October 2026, inside the National Day holiday that ends on the 7th.
    claim = factories.draft(content(permit_changed_on=date(2026, 9, 3)))
    assert claim.due_on == date(2026, 10, 3)
    assert problems(claim, on=date(2026, 10, 8)) == []
    assert problems(claim, on=date(2026, 10, 9)) == [("late_reason", "filed_late", "4.1")]


def test_a_claim_without_proof_is_not_filed() -> None:
    claim = factories.draft()
    officer = factories.person("kunshan.officer")
    for item in claim.evidence.all():
        evidence.remove(evidence=item, by=officer, on=ON)
    assert problems(claim) == [
        ("evidence", "evidence_files_missing", "2.2"),
        ("evidence", "missing", "2.2"),
    ]


def test_the_sealed_scan_and_reason_of_a_batch_serve_each_of_its_claims() -> None:
    factories.rule_book()
    officer = factories.person("kunshan.officer")
    scan = factories.stored_file("汇总表.pdf")
    batch = ImportBatch.objects.create(
        kind="claims",
        file=scan,
        scan=scan,
        late_reason="等待核定",
        place=factories.place("320583"),
        by=officer,
    )
    claim = claims.draft(
        place=factories.place("320583"),
        content=content(
            permit_changed_on=date(2026, 3, 1),
            destination=Destination.HOLDING,
            source_kind=SourceKind.OWN_TREATMENT,
        ),
        by=officer,
        on=ON,
        batch=batch,
    )
    assert problems(claim) == []

    # What a filed claim stands on stands with it; what is missing may still be given.
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.ACCEPTED)
    claims.file(claim=claim, by=officer, on=ON)
    other = SimpleUploadedFile("另一份.pdf", b"%PDF-1.7 another", "application/pdf")
    for change in ({"scan": other}, {"late_reason": "另一理由"}):
        with pytest.raises(SupportStands):
            batches.support(batch=batch, by=officer, on=ON, **change)
    batch = batches.support(batch=batch, by=officer, on=ON, late_reason="等待核定")
    assert (batch.scan_id, batch.late_reason) == (scan.pk, "等待核定")


def test_a_stated_amount_that_the_method_does_not_give_is_refused() -> None:
    upgrade = LineContent(
        pollutant="COD",
        method=AccountingMethod.STANDARD_UPGRADE,
        inputs={"flow": "1460", "outlet_before": "50", "outlet_after": "30"},
    )
    claim = factories.draft(content(upgrade))
    assert claim.lines.get().verified == 292 * T
    assert problems(claim) == []

    officer = factories.person("kunshan.officer")
    forged = LineContent(
        pollutant="COD", method=upgrade.method, inputs=upgrade.inputs, verified=293 * T
    )
    claim = claims.save(claim=claim, content=content(forged), by=officer, on=ON)
    assert problems(claim) == [("lines.COD.verified", "not_the_computed_amount", "2.1")]


def test_an_approval_document_needs_its_number() -> None:
    bare = LineContent(
        pollutant="NOX", method=AccountingMethod.APPROVAL_DOCUMENT, inputs={"amount": "1"}
    )
    assert problems(factories.draft(content(bare))) == [("lines.NOX.document", "missing", "2.1")]


def test_a_missing_input_is_told_beside_its_field() -> None:
    half = LineContent(
        pollutant="COD",
        method=AccountingMethod.STANDARD_UPGRADE,
        inputs={"flow": "1460", "outlet_before": "50"},
        verified=292 * T,
    )
    assert [(f, c) for f, c, _k in problems(factories.draft(content(half)))] == [
        ("lines.COD.inputs.outlet_after", "input_missing")
    ]


def test_a_half_typed_line_stays_with_the_draft_as_typed() -> None:
    half = LineContent(pollutant="COD", method=AccountingMethod.STANDARD_UPGRADE, inputs={})
    factories.rule_book()
    officer = factories.person("kunshan.officer")
    claim = claims.draft(
        place=factories.place("320583"),
        content=content(half),
        by=officer,
        on=ON,
        typed={"lines-0-flow": "14"},
    )
    claim.refresh_from_db()
    assert not claim.lines.exists()
    assert claim.typed == {"lines-0-flow": "14"}
    assert [(f, c) for f, c, _k in problems(claim)] == [
        ("evidence", "evidence_files_missing"),
        ("evidence", "missing"),
        ("lines.COD.inputs.flow", "input_missing"),
    ]
    assert read(claim).lines == (half,)


@pytest.mark.parametrize(
    ("binding", "prior_use", "code"),
    [(6 * T, 4 * T + 1, "uses_exceed_verified"), (-1, 0, "negative")],
)
def test_amounts_that_do_not_add_up_stay_in_the_draft_and_are_not_filed(
    binding: int, prior_use: int, code: str
) -> None:
    odd = line("NOX", "10", binding=binding, prior_use=prior_use)
    claim = factories.draft(content(line("SO2", "1"), odd))
    assert problems(claim) == [("lines.NOX.verified", code, "3.2")]
    with pytest.raises(NotFileable):
        claims.file(claim=claim, by=factories.person("kunshan.officer"), on=ON)

    mended = content(line("SO2", "1"), line("NOX", "10", binding=6 * T, prior_use=4 * T))
    claim = claims.save(claim=claim, content=mended, by=factories.person("kunshan.officer"), on=ON)
    assert problems(claim) == []
    assert claim.unfinished == []


def test_the_same_project_is_filed_once_for_a_pollutant() -> None:
    first = factories.claim_at(ClaimStatus.FILED)
    again = factories.draft(content(project=f" {first.project} "))
    assert problems(again) == [("project", "claimed_before", "21.2")]
    other = factories.draft(content(line("SO2", "1"), project=first.project))
    assert problems(other) == []

    claims.withdraw(claim=first, reason="重新核算", by=factories.person("kunshan.officer"), on=ON)
    assert problems(again) == []


def test_two_drafts_of_a_project_do_not_bar_each_other() -> None:
    factories.draft()
    assert problems(factories.draft()) == []


def test_a_declarer_that_is_not_the_beneficiary_is_warned_of() -> None:
    claim = factories.draft(content(code="320583P01"))
    assert claim.beneficiary_id == "320583P01"
    assert warnings(claim) == [("place", "declared_elsewhere")]
    assert problems(claim) == []


def test_a_permit_of_somebody_else_is_refused() -> None:
    claim = factories.draft(content(permit=factories.permit(factories.polluter(2))))
    assert [(f, c) for f, c, _k in problems(claim)] == [("permit", "foreign_permit")]


def test_saving_rewrites_only_what_differs_and_reads_back_the_same() -> None:
    claim = factories.draft(content(line("NOX", "10"), line("SO2", "5")))
    kept = claim.lines.get(pollutant="NOX").pk
    wanted = content(line("NOX", "10"), line("PM", "2"), remarks="补充")
    claims.save(claim=claim, content=wanted, by=factories.person("kunshan.officer"), on=ON)
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.lines.get(pollutant="NOX").pk == kept
    assert set(claim.lines.values_list("pollutant", flat=True)) == {"NOX", "PM"}
    found = read(claim)
    assert [(x.pollutant, x.verified) for x in found.lines] == [("NOX", 10 * T), ("PM", 2 * T)]
    assert found.remarks == "补充"


def test_a_filed_claim_is_not_saved() -> None:
    claim = factories.claim_at(ClaimStatus.FILED)
    with pytest.raises(NotNow):
        claims.save(claim=claim, content=content(), by=factories.person("kunshan.officer"), on=ON)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("changshu.officer", OutOfReach),
        ("kunshan.screener", NotPermitted),
        ("kunshan.park", OutOfReach),
        ("city.auditor", NotPermitted),
        ("sys.admin", NotPermitted),
    ],
)
def test_only_the_declarers_of_a_place_file_there(who: str, refusal: type[Exception]) -> None:
    claim = factories.draft()
    with pytest.raises(refusal):
        claims.file(claim=claim, by=factories.person(who), on=ON)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.DRAFT


def test_a_county_officer_files_what_its_park_drafted() -> None:
    claim = factories.draft(content(code="320583P01"), by="kunshan.park")
    assert claim.place_id == "320583P01"
    assert warnings(claim) == []
    claims.file(claim=claim, by=factories.person("kunshan.officer"), on=ON)


def test_a_draft_that_became_another_polluters_is_not_filed_on_the_lock_of_the_first() -> None:
    """Else the same project could be filed twice at the same moment (§21)."""
    claim = factories.draft()
    officer = factories.person("kunshan.officer")
    others = content(number=2)
    claims.save(claim=Claim.objects.get(pk=claim.pk), content=others, by=officer, on=ON)

    with pytest.raises(WrittenMeanwhile):
        claims.file(claim=claim, by=officer, on=ON)
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.status == ClaimStatus.DRAFT
    assert claims.file(claim=claim, by=officer, on=ON).polluter == others.polluter
