"""Whoever wrote anything of a claim declared it, and is no second pair of eyes on it (§22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import audit
from quota_registry.kernel.vocabulary import Role
from quota_registry.kernel.workflow import SamePerson
from reserve.models import Claim
from reserve.selectors import waiting
from reserve.services import admissions, claims, evidence, joint_reviews, reviews, screening
from reserve.vocabulary import ClaimStatus, EvidenceKind
from tests import factories
from tests.attacks.claim_attacks import APART, LINE, MOVE, OPINION, struck
from tests.factories import ON

pytestmark = pytest.mark.django_db

S = ClaimStatus
PDF = b"%PDF-1.4\n%%EOF\n"


def rewrite(claim: Claim, by: Person) -> None:
    claims.save(claim=claim, content=factories.content(remarks="改动一处"), by=by, on=ON)


def drop_a_line(claim: Claim, by: Person) -> None:
    line = factories.line
    both = factories.content(line("NOX", "10"), line("SO2", "1"))
    claims.save(claim=claim, content=both, by=factories.person("kunshan.officer"), on=ON)
    audit.sign(by=by)
    claim.lines.get(pollutant="SO2").delete()


def change_a_line(claim: Claim, by: Person) -> None:
    audit.sign(by=by)
    claim.lines.update(document="苏环审〔2026〕2号")


def add_evidence(claim: Claim, by: Person) -> None:
    upload = SimpleUploadedFile("补充.pdf", PDF, "application/pdf")
    evidence.attach(claim=claim, kind=EvidenceKind.OTHER, upload=upload, by=by, on=ON)


def remove_evidence(claim: Claim, by: Person) -> None:
    add_evidence(claim, factories.person("kunshan.officer"))
    evidence.remove(evidence=claim.evidence.get(kind=EvidenceKind.OTHER), by=by, on=ON)


Act = Callable[[Claim, Person, date], object]

ACTS: list[tuple[str, str, Act, str, str]] = [
    (
        S.FILED,
        "kunshan.screener",
        lambda c, by, on: screening.receive(claim=c, version=c.version, by=by, on=on),
        MOVE.format("received"),
        "receive",
    ),
    (
        S.SCREENED,
        "city.air",
        lambda c, by, on: reviews.accept_all(
            claim=c, version=c.version, medium="air", by=by, on=on
        ),
        LINE.format("status = 'accepted', reviewed_by_id = %(city.air)s, reviewed_at = now()"),
        "",
    ),
    (
        S.REVIEWED,
        "city.office2",
        lambda c, by, on: joint_reviews.sign(
            claim=c, version=c.version, seat="office", agrees=True, text="同意", by=by, on=on
        ),
        OPINION.format(version=1, by="%(city.office2)s"),
        "",
    ),
    (
        S.PROVINCE_CONFIRMED,
        "city.office2",
        lambda c, by, on: admissions.admit(claim=c, version=c.version, by=by, on=on),
        MOVE.format("admitted"),
        "admit",
    ),
]


def written_by(name: str, write: Callable[[Claim, Person], None]) -> tuple[Claim, Person]:
    """Make a draft of the officer's to which a colleague, who is an officer too, set a hand."""
    claim = factories.draft()
    factories.person(name)
    hand = factories.appointed(name, Role.COUNTY_OFFICER, "320583")
    write(claim, hand)
    return Claim.objects.get(pk=claim.pk), hand


@pytest.mark.parametrize(("status", "name", "act", "sql", "verb"), ACTS, ids=lambda of: str(of)[:9])
def test_who_wrote_a_word_of_a_claim_does_not_judge_it(
    status: str, name: str, act: Act, sql: str, verb: str
) -> None:
    claim, hand = written_by(name, rewrite)
    claim = factories.carry(claim, status)
    with pytest.raises(SamePerson):
        act(claim, hand, ON)
    assert Claim.objects.get(pk=claim.pk).status == status
    assert struck(sql, by=name, verb=verb, claim=claim.pk) == APART


@pytest.mark.parametrize(
    "write", [rewrite, drop_a_line, change_a_line, add_evidence, remove_evidence]
)
def test_every_way_of_writing_counts(write: Callable[[Claim, Person], None]) -> None:
    claim, screener = written_by("kunshan.screener", write)
    claim = factories.carry(claim, S.FILED)
    with pytest.raises(SamePerson):
        screening.receive(claim=claim, version=1, by=screener, on=ON)
    found = struck(MOVE.format("received"), by="kunshan.screener", verb="receive", claim=claim.pk)
    assert found == APART
    assert [step.verb for step in waiting.asked_of(claim)] == ["receive"]
    assert waiting.waiting_for(screener, on=ON) == []


def test_what_the_office_adds_is_no_writing() -> None:
    claim = factories.claim_at(S.REVIEWED)
    office = factories.person("city.office")
    claim = screening.return_(claim=claim, version=1, reason="补充", by=office, on=ON)
    factories.carry(claim, S.ADMITTED)
    hands = {writer.person.username for writer in claim.writers.select_related("person")}
    assert hands - {"system"} == {"kunshan.officer"}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM reserve_claimwriter WHERE claim_id = %(claim)s",
        "INSERT INTO reserve_claimwriter (claim_id, person_id)"
        " VALUES (%(claim)s, %(kunshan.screener)s)",
        "UPDATE reserve_claimwriter SET person_id = %(kunshan.head)s WHERE claim_id = %(claim)s",
    ],
)
def test_nobody_writes_the_list_of_writers(sql: str) -> None:
    assert struck(sql, by="kunshan.officer", claim=factories.draft().pk) == "42501"
