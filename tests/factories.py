"""
Claims to test with, carried as far as one likes, in the small city of `tests.city`.

Everything goes through the services where there is one, so that what tests stand on is lawful.
Each maker of the city finds what it made before, so call them as often as you like. ``ON`` is
the day on which things happen unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from quota_registry.kernel.models import Person
from reserve.models import Claim, Evidence, Inspection
from reserve.services import (
    admissions,
    claims,
    inspections,
    joint_reviews,
    letters,
    reviews,
    screening,
)
from reserve.services.contents import Content, LineContent
from reserve.services.letters import Confirmed
from reserve.vocabulary import AccountingMethod, ClaimStatus, EvidenceKind, SourceKind
from tests.city import (
    PASSWORD,
    PEOPLE,
    PLACES,
    all_places,
    appointed,
    permit,
    person,
    place,
    polluter,
    rule_book,
    rule_book_table,
    stored_file,
    system,
)

__all__ = [
    "ON",
    "PASSWORD",
    "PEOPLE",
    "PLACES",
    "Office",
    "T",
    "all_places",
    "appointed",
    "carry",
    "claim_at",
    "content",
    "draft",
    "found_sound",
    "line",
    "permit",
    "person",
    "place",
    "polluter",
    "rule_book",
    "rule_book_table",
    "stored_file",
    "system",
]

ON: Final = date(2026, 9, 15)
T: Final = 1_000_000


def line(pollutant: str, tonnes: str, *, binding: int = 0, prior_use: int = 0) -> LineContent:
    """Make a line that an approval document states, in tonnes."""
    return LineContent(
        pollutant=pollutant,
        method=AccountingMethod.APPROVAL_DOCUMENT,
        inputs={"amount": tonnes},
        document="苏环审〔2026〕1号",
        binding=binding,
        prior_use=prior_use,
    )


def content(*lines: LineContent, number: int = 1, code: str = "320583", **more: Any) -> Content:
    """Make a content that can be filed on ``ON``: 10 t of NOx unless *lines* say otherwise."""
    of = more.pop("polluter", None) or polluter(number, code)
    return replace(
        Content(
            polluter=of,
            permit=permit(of),
            project=f"{of.name}脱硝深度治理工程",
            source_kind=SourceKind.DEEP_TREATMENT,
            finished_on=date(2026, 8, 1),
            permit_changed_on=date(2026, 8, 31),
            monitorable=True,
            reportable=True,
            verifiable=True,
            lines=lines or (line("NOX", "10"),),
        ),
        **more,
    )


def draft(of: Content | None = None, *, by: str = "kunshan.officer", on: date = ON) -> Claim:
    """Make a draft with evidence, so that it can be filed."""
    rule_book()
    officer = person(by)
    home = place(PEOPLE[by][1])
    claim = claims.draft(place=home, content=of or content(), by=officer, on=on)
    with system():
        Evidence.objects.bulk_create(
            Evidence(
                claim=claim,
                kind=kind,
                file=stored_file(f"{claim.number}-{kind}.pdf", by=officer),
                added_by=officer,
            )
            for kind in (
                EvidenceKind.MONITORABLE,
                EvidenceKind.REPORTABLE,
                EvidenceKind.VERIFIABLE,
                EvidenceKind.COMPLIANCE,
            )
        )
    return claim


@dataclass(frozen=True)
class Office:
    """Who takes the steps of a claim; a test may put somebody else in a seat."""

    officer: str = "kunshan.officer"
    screener: str = "kunshan.screener"
    water: str = "city.water"
    air: str = "city.air"
    office: str = "city.office"
    inspector: str = "city.inspector"


def claim_at(
    status: str,
    of: Content | None = None,
    *,
    office: Office = Office(),
    on: date = ON,
    province: Mapping[str, int] | None = None,
) -> Claim:
    """
    Make a claim and carry it to *status* by its ordinary way.

    ``province`` gives the grams of the province's letter; without it the rule book fills them in.
    """
    return carry(
        draft(of, by=office.officer, on=on), status, office=office, on=on, province=province
    )


def carry(
    claim: Claim,
    status: str,
    *,
    office: Office = Office(),
    on: date = ON,
    province: Mapping[str, int] | None = None,
) -> Claim:
    """Carry a claim that was not filed yet, or was returned, to *status* by its ordinary way."""
    for reached, step in _way(office, on, province or {}):
        if claim.status == status:
            return claim
        step(claim)
        claim = Claim.objects.get(pk=claim.pk)
        assert claim.status == reached, f"{claim.status} instead of {reached}"
    assert claim.status == status, f"no way leads to {status}"
    return claim


def _way(office: Office, on: date, province: Mapping[str, int]) -> list[tuple[str, Any]]:
    S = ClaimStatus  # noqa: N806 - as the workflow's table calls it
    people = {seat: person(username) for seat, username in vars(office).items()}

    def review(claim: Claim) -> None:
        media = {line.medium for line in claim.lines.all()}
        for medium in sorted(media):
            reviews.accept_all(
                claim=claim, version=claim.version, medium=medium, by=people[medium], on=on
            )

    def conclude(claim: Claim) -> None:
        for visit in claim.inspections.filter(finding=""):
            found_sound(visit, by=people["inspector"], on=on)
        for seat in ("water", "air", "office"):
            joint_reviews.sign(
                claim=claim,
                version=claim.version,
                seat=seat,
                agrees=True,
                text="同意",
                by=people[seat],
                on=on,
            )
        joint_reviews.conclude(claim=claim, version=claim.version, by=people["office"], on=on)

    def confirm(claim: Claim) -> None:
        reply = letters.confirm(
            number=f"苏环函〔2026〕{claim.pk}号",
            dated=on,
            claims=[Confirmed(claim, claim.version, province)],
            by=people["office"],
            on=on,
        )
        for outcome in reply.outcomes:
            if outcome.refusal:
                raise outcome.refusal

    return [
        (S.FILED, lambda c: claims.file(claim=c, by=people["officer"], on=on)),
        (
            S.RECEIVED,
            lambda c: screening.receive(claim=c, version=c.version, by=people["screener"], on=on),
        ),
        (
            S.SCREENED,
            lambda c: screening.screen(claim=c, version=c.version, by=people["screener"], on=on),
        ),
        (S.REVIEWED, review),
        (S.JOINT_REVIEWED, conclude),
        (S.PROVINCE_CONFIRMED, confirm),
        (
            S.ADMITTED,
            lambda c: admissions.admit(claim=c, version=c.version, by=people["office"], on=on),
        ),
    ]


def found_sound(visit: Inspection, *, by: Person, on: date = ON) -> Inspection:
    """Record that a visit found what was claimed."""
    return inspections.record(
        inspection=visit,
        version=visit.claim.version,
        visited_on=on,
        second_inspector="第二核查员",
        finding=Inspection.Finding.SOUND,
        remarks="现场与申报一致",
        photos=[stored_file("现场.jpg")],
        by=by,
        on=on,
    )
