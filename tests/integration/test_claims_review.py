"""Screening, inspection, review and joint review: who, on what, and apart from whom (§21–23)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.vocabulary import Role
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Claim, Inspection
from reserve.rules.inspections import AdverseFinding, TooFewInspectors
from reserve.selectors import claims as selectors
from reserve.services import admissions, claims, inspections, joint_reviews, reviews, screening
from reserve.services.joint_reviews import OpinionsMissing, SignedBefore, VisitOutstanding
from reserve.services.reviews import NoReason, Verdict
from reserve.services.seen import ChangedSince
from reserve.views.claim_deeds import acts_of
from reserve.vocabulary import ClaimStatus, LineStatus
from tests import factories
from tests.attacks.claim_attacks import APART, struck
from tests.browsers import browser_of
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db

TWO_MEDIA = (line("COD", "10"), line("NOX", "20"))


def review(claim: Claim, who: str, **verdicts: Verdict) -> Claim:
    return reviews.review(
        claim=claim, version=claim.version, verdicts=verdicts, by=factories.person(who), on=ON
    )


def sign(claim: Claim, seat: str, *, agrees: bool = True, text: str = "同意") -> None:
    joint_reviews.sign(
        claim=claim,
        version=claim.version,
        seat=seat,
        agrees=agrees,
        text=text,
        by=factories.person(f"city.{seat}"),
        on=ON,
    )


def test_the_last_line_moves_the_claim_on() -> None:
    claim = factories.claim_at(ClaimStatus.SCREENED, content(*TWO_MEDIA))
    assert review(claim, "city.water", COD=Verdict(True)).status == ClaimStatus.SCREENED
    assert review(claim, "city.air", NOX=Verdict(True)).status == ClaimStatus.REVIEWED


def test_a_refused_line_leaves_with_its_reason_and_the_others_go_on() -> None:
    claim = factories.claim_at(ClaimStatus.SCREENED, content(*TWO_MEDIA))
    review(claim, "city.water", COD=Verdict(False, "进水浓度无监测数据"))
    claim = review(claim, "city.air", NOX=Verdict(True))
    assert claim.status == ClaimStatus.REVIEWED
    refused = claim.lines.get(pollutant="COD")
    assert (refused.status, refused.reason) == (LineStatus.REFUSED, "进水浓度无监测数据")

    # What was refused may be claimed again; what goes on may not.
    again = factories.draft(content(*TWO_MEDIA))
    assert [p.facts["pollutants"] for p in _refusals(again)] == ["氮氧化物"]
    only = factories.draft(content(TWO_MEDIA[0]))
    assert _refusals(only) == []


def _refusals(claim: Claim) -> list[Refusal]:
    return [p.refusal for p in claims.check(claim, on=ON) if not p.only_warns]


def test_a_claim_whose_every_line_is_refused_is_refused() -> None:
    claim = factories.claim_at(ClaimStatus.SCREENED)
    claim = review(claim, "city.air", NOX=Verdict(False, "重复"))
    assert claim.status == ClaimStatus.REFUSED


def test_a_refusal_gives_its_reason_and_a_division_keeps_to_its_medium() -> None:
    claim = factories.claim_at(ClaimStatus.SCREENED, content(*TWO_MEDIA))
    with pytest.raises(NoReason):
        review(claim, "city.water", COD=Verdict(False, " "))
    with pytest.raises(NotPermitted):
        review(claim, "city.water", NOX=Verdict(True))
    assert set(claim.lines.values_list("status", flat=True)) == {LineStatus.PENDING}


def test_a_return_begins_the_judgement_anew() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED, content(*TWO_MEDIA))
    office = factories.person("city.office")
    claim = screening.return_(
        claim=claim, version=claim.version, reason="缺少监测报告", by=office, on=ON
    )
    assert claim.status == ClaimStatus.RETURNED

    officer = factories.person("kunshan.officer")
    claims.save(claim=claim, content=content(line("COD", "9"), TWO_MEDIA[1]), by=officer, on=ON)
    # Long after the due date: due dates never move, and what was filed in time stays so.
    claim = claims.file(claim=claim, by=officer, on=date(2026, 11, 20))
    assert (claim.version, claim.filed_on, claim.due_on) == (2, ON, date(2026, 9, 30))
    assert set(claim.lines.values_list("status", flat=True)) == {LineStatus.PENDING}


def test_even_a_confirmed_claim_may_be_returned_and_goes_the_whole_way_again() -> None:
    claim = factories.claim_at(ClaimStatus.PROVINCE_CONFIRMED, province={"NOX": 1 * T})
    first = claim.letter
    office = factories.person("city.office")
    claim = screening.return_(claim=claim, version=1, reason="省厅要求补正", by=office, on=ON)

    claim = factories.carry(claim, ClaimStatus.FILED)
    assert (claim.version, claim.letter) == (2, None)
    assert claim.lines.get().province_grams is None
    assert first is not None

    steps = (
        (screening.receive, "kunshan.screener", {}),
        (screening.screen, "kunshan.screener", {}),
        (reviews.accept_all, "city.air", {"medium": "air"}),
    )
    for act, who, more in steps:
        claim = act(claim=claim, version=2, by=factories.person(who), on=ON, **more)
    # An opinion on the version before counts for nothing.
    with pytest.raises(OpinionsMissing):
        joint_reviews.conclude(claim=claim, version=2, by=office, on=ON)


def test_a_decision_on_another_version_is_refused_with_the_difference() -> None:
    claim = factories.claim_at(ClaimStatus.FILED)
    officer, screener = factories.person("kunshan.officer"), factories.person("kunshan.screener")
    claims.take_back(claim=claim, by=officer, on=ON)
    claims.save(claim=claim, content=content(line("NOX", "12")), by=officer, on=ON)
    claims.file(claim=claim, by=officer, on=ON)

    with pytest.raises(ChangedSince) as stale:
        screening.receive(claim=claim, version=1, by=screener, on=ON)
    assert [(c.field, c.before, c.after) for c in stale.value.changes] == [
        ("lines.NOX.inputs", "amount 10", "amount 12"),
        ("lines.NOX.verified", "10.000000", "12.000000"),
    ]
    assert stale.value.status == 412
    assert screening.receive(claim=claim, version=2, by=screener, on=ON).status == "received"


def test_what_was_opened_is_not_taken_back() -> None:
    claim = factories.claim_at(ClaimStatus.RECEIVED)
    with pytest.raises(NotNow):
        claims.take_back(claim=claim, by=factories.person("kunshan.officer"), on=ON)


def test_who_declares_neither_screens_nor_reviews_nor_admits() -> None:
    for role, code in (("county_screener", "320583"), ("division_reviewer_air", "320500")):
        factories.appointed("kunshan.officer", role, code)
    factories.appointed("kunshan.officer", "general_office", "320500")
    officer = factories.person("kunshan.officer")
    claim = factories.claim_at(ClaimStatus.FILED)
    with pytest.raises(SamePerson):
        screening.receive(claim=claim, version=1, by=officer, on=ON)

    claim = factories.claim_at(ClaimStatus.SCREENED, content(number=2))
    with pytest.raises(SamePerson):
        review(claim, "kunshan.officer", NOX=Verdict(True))

    claim = factories.claim_at(ClaimStatus.PROVINCE_CONFIRMED, content(number=3))
    with pytest.raises(SamePerson):
        admissions.admit(claim=claim, version=1, by=officer, on=ON)


def test_joint_review_needs_three_agreeing_opinions() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    office = factories.person("city.office")
    sign(claim, "water")
    sign(claim, "air")
    with pytest.raises(SignedBefore):
        sign(claim, "air")
    offered = {
        who: [deed.verb for deed in acts_of(claim, factories.person(who), on=ON)]
        for who in ("city.air", "city.office")
    }
    assert "sign_air" not in offered["city.air"]
    assert "sign_office" in offered["city.office"]
    with pytest.raises(OpinionsMissing) as missing:
        joint_reviews.conclude(claim=claim, version=1, by=office, on=ON)
    assert missing.value.facts["missing"] == "综合业务处"
    sign(claim, "office", agrees=False, text="材料不足")
    with pytest.raises(OpinionsMissing):
        joint_reviews.conclude(claim=claim, version=1, by=office, on=ON)


def visit(claim: Claim, finding: str, second: str = "李四") -> Inspection:
    return inspections.record(
        inspection=claim.inspections.get(finding=""),
        version=claim.version,
        visited_on=ON,
        second_inspector=second,
        finding=finding,
        remarks="",
        photos=[factories.stored_file("现场.jpg")],
        by=factories.person("city.inspector"),
        on=ON,
    )


def test_an_ordered_visit_is_made_by_two_and_an_adverse_finding_blocks() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    office = factories.person("city.office")
    inspections.order(claim=claim, version=1, reason="数据存疑", by=office, on=ON)
    for seat in ("water", "air", "office"):
        sign(claim, seat)
    with pytest.raises(VisitOutstanding):
        joint_reviews.conclude(claim=claim, version=1, by=office, on=ON)

    for second in ("", "city.inspector"):
        with pytest.raises(TooFewInspectors):
            visit(claim, Inspection.Finding.SOUND, second)
    visit(claim, Inspection.Finding.ADVERSE)
    with pytest.raises(AdverseFinding):
        joint_reviews.conclude(claim=claim, version=1, by=office, on=ON)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.REVIEWED

    # A second visit may find it mended; the last one says what holds.
    inspections.order(claim=claim, version=1, reason="复查", by=office, on=ON)
    visit(claim, Inspection.Finding.SOUND)
    joint_reviews.conclude(claim=claim, version=1, by=office, on=ON)


def test_who_has_something_to_do_is_told_what_else_the_claim_waits_for() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    office = factories.person("city.office")
    inspections.order(claim=claim, version=1, reason="数据存疑", by=office, on=ON)
    for seat in ("water", "air", "office"):
        sign(claim, seat)

    page = browser_of(office).get(f"/reserve/claims/{claim.number}/").content.decode()
    assert "不予入库" in page
    assert "会审通过" not in page
    assert "正在等待：登记现场核查" in page


def test_some_are_drawn_for_a_visit_by_the_rule_books_share() -> None:
    factories.rule_book(inspection_share=Decimal(1))
    claim = factories.claim_at(ClaimStatus.SCREENED)
    [drawn] = claim.inspections.all()
    assert (drawn.ordered_by.username, drawn.ordered_on) == ("system", ON)


def refiled(claim: Claim, tonnes: str) -> Claim:
    office, officer = factories.person("city.office"), factories.person("kunshan.officer")
    screening.return_(claim=claim, version=1, reason="补充材料", by=office, on=ON)
    claims.save(claim=claim, content=content(line("NOX", tonnes)), by=officer, on=ON)
    return factories.carry(Claim.objects.get(pk=claim.pk), ClaimStatus.REVIEWED)


def test_what_was_drawn_is_visited_again_when_it_is_filed_anew() -> None:
    """A visit that found 10 t proves nothing of the 80 t that are claimed next."""
    factories.rule_book(inspection_share=Decimal(1))
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    visit(claim, Inspection.Finding.SOUND)

    claim = refiled(claim, "80")

    assert [(v.version, v.finding) for v in claim.inspections.all()] == [(1, "sound"), (2, "")]
    for seat in ("water", "air", "office"):
        sign(claim, seat)
    office = factories.person("city.office")
    with pytest.raises(VisitOutstanding):
        joint_reviews.conclude(claim=claim, version=2, by=office, on=ON)
    visit(claim, Inspection.Finding.SOUND)
    joint_reviews.conclude(claim=claim, version=2, by=office, on=ON)


def test_a_visit_that_was_not_made_yet_is_made_of_what_stands() -> None:
    factories.rule_book(inspection_share=Decimal(1))
    claim = refiled(factories.claim_at(ClaimStatus.REVIEWED), "80")

    [waiting] = claim.inspections.all()
    assert (waiting.version, waiting.finding) == (1, "")
    assert visit(claim, Inspection.Finding.SOUND).version == 2


def test_an_adverse_finding_outlives_the_version_it_was_found_on() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    office = factories.person("city.office")
    inspections.order(claim=claim, version=1, reason="数据存疑", by=office, on=ON)
    visit(claim, Inspection.Finding.ADVERSE)

    claim = refiled(claim, "8")

    for seat in ("water", "air", "office"):
        sign(claim, seat)
    with pytest.raises(AdverseFinding):
        joint_reviews.conclude(claim=claim, version=2, by=office, on=ON)
    inspections.order(claim=claim, version=2, reason="复查", by=office, on=ON)
    visit(claim, Inspection.Finding.SOUND)
    joint_reviews.conclude(claim=claim, version=2, by=office, on=ON)


def test_the_story_is_told_in_time_with_persons_and_differences() -> None:
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    office, officer = factories.person("city.office"), factories.person("kunshan.officer")
    screening.return_(claim=claim, version=1, reason="补充材料", by=office, on=ON)
    claims.save(claim=claim, content=content(line("NOX", "8")), by=officer, on=ON)
    claim = claims.file(claim=claim, by=officer, on=ON)
    story = selectors.timeline(claim)
    assert [(moment.verb, moment.person.username) for moment in story] == [
        ("draft", "kunshan.officer"),
        ("file", "kunshan.officer"),
        ("receive", "kunshan.screener"),
        ("screen", "kunshan.screener"),
        ("review_air", "city.air"),
        ("return", "city.office"),
        ("file", "kunshan.officer"),
    ]
    assert story[5].note == "补充材料"
    assert [change.field for change in story[6].changes] == [
        "lines.NOX.inputs",
        "lines.NOX.verified",
    ]
    assert T == 1_000_000


def test_one_person_signs_in_one_seat_alone() -> None:
    """Three opinions are three people's, whatever else somebody is appointed to."""
    claim = factories.claim_at(ClaimStatus.REVIEWED)
    factories.person("city.water")
    factories.appointed("city.water", Role.DIVISION_REVIEWER_AIR, "320500")
    water = factories.appointed("city.water", Role.GENERAL_OFFICE, "320500")

    sign(claim, "water")
    for seat in ("air", "office"):
        with pytest.raises(SamePerson):
            joint_reviews.sign(
                claim=claim, version=1, seat=seat, agrees=True, text="", by=water, on=ON
            )
    sign(claim, "air")
    sign(claim, "office")
    with pytest.raises(SamePerson):
        joint_reviews.conclude(claim=claim, version=1, by=water, on=ON)


def test_who_drafted_a_claim_judges_it_no_more_than_who_filed_it() -> None:
    factories.person("kunshan.officer")
    drafter = factories.appointed("kunshan.officer", Role.COUNTY_SCREENER, "320583")
    colleague = factories.appointed("kunshan.officer2", Role.COUNTY_OFFICER, "320583")
    claim = claims.file(claim=factories.draft(), by=colleague, on=ON)
    assert [step.verb for step in selectors.acts_open_to(claim, drafter, on=ON)] == [
        "take_back",
        "withdraw",
    ]
    with pytest.raises(SamePerson):
        screening.receive(claim=claim, version=1, by=drafter, on=ON)
    moved = "UPDATE reserve_claim SET status = 'received' WHERE id = %(claim)s"
    assert struck(moved, by="kunshan.officer", verb="receive", claim=claim.pk) == APART
