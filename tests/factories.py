"""
A small city to test in: places, people, polluters, and claims carried as far as one likes.

Everything goes through the services where there is one, so that what tests stand on is lawful.
Each maker finds what it made before, so call them as often as you like. ``ON`` is the day on
which things happen unless a test says otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from quota_registry.kernel.models import (
    Appointment,
    Permit,
    PermitVersion,
    Person,
    Place,
    Polluter,
    RuleBookVersion,
    StoredFile,
)
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import audit
from quota_registry.kernel.vocabulary import Role, Tier
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

ON: Final = date(2026, 9, 15)
T: Final = 1_000_000
PASSWORD: Final = "correct horse battery"

PLACES: Final = (
    # code, name, tier, parent
    ("320000", "江苏省", Tier.PROVINCE, None),
    ("320500", "苏州市", Tier.CITY, "320000"),
    ("320583", "昆山市", Tier.COUNTY, "320500"),
    ("320583P01", "昆山经济技术开发区", Tier.PARK, "320583"),
    ("320581", "常熟市", Tier.COUNTY, "320500"),
    ("320500P01", "苏州工业园区", Tier.PARK, "320500"),
)

PEOPLE: Final = {
    "kunshan.officer": (Role.COUNTY_OFFICER, "320583"),
    "kunshan.screener": (Role.COUNTY_SCREENER, "320583"),
    "kunshan.head": (Role.COUNTY_HEAD, "320583"),
    "kunshan.park": (Role.PARK_ADMINISTRATOR, "320583P01"),
    "changshu.officer": (Role.COUNTY_OFFICER, "320581"),
    "changshu.screener": (Role.COUNTY_SCREENER, "320581"),
    "sip.park": (Role.PARK_ADMINISTRATOR, "320500P01"),
    "city.water": (Role.DIVISION_REVIEWER_WATER, "320500"),
    "city.air": (Role.DIVISION_REVIEWER_AIR, "320500"),
    "city.office": (Role.GENERAL_OFFICE, "320500"),
    "city.office2": (Role.GENERAL_OFFICE, "320500"),
    "city.director": (Role.DIRECTOR, "320500"),
    "city.inspector": (Role.INSPECTOR, "320500"),
    "city.auditor": (Role.AUDITOR, "320500"),
    "sys.admin": (Role.SYSTEM_ADMINISTRATOR, "320500"),
    "sec.admin": (Role.SECURITY_ADMINISTRATOR, "320500"),
}


def place(code: str) -> Place:
    """Make a place of the table above, and those above it."""
    if standing := Place.objects.filter(code=code).first():
        return standing
    _code, name, tier, parent_code = next(row for row in PLACES if row[0] == code)
    parent = place(parent_code) if parent_code else None
    with _system():
        found, _made = Place.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "tier": tier,
                "parent": parent,
                "path": f"{parent.path if parent else ''}{code}/",
            },
        )
    return found


def all_places() -> dict[str, Place]:
    """Make every place of the table above, by code."""
    return {code: place(code) for code, *_rest in PLACES}


def person(username: str) -> Person:
    """Make somebody of the table above, appointed from 2020 on."""
    role, code = PEOPLE[username]
    return appointed(username, role, code)


def appointed(username: str, role: str, code: str) -> Person:
    """Make a person with one appointment, beside those of the table."""
    found = Person.objects.filter(username=username).first()
    if found and found.appointments.filter(role=role, place=code).exists():
        return found
    at = place(code)
    with _system():
        if found is None:
            found = Person.objects.create_user(username, PASSWORD, name=username)
        Appointment.objects.get_or_create(
            person=found, role=role, place=at, defaults={"during": (date(2020, 1, 1), None)}
        )
    return found


def rule_book(**changes: Any) -> RuleBookVersion:
    """
    Put the shipped rule book in force from 2020 on, with *changes* if it is not there yet.

    Nothing is drawn for an inspection unless a test asks for it.
    """
    if standing := RuleBookVersion.objects.filter(number="默认").first():
        return standing
    book = RuleBook.default().with_changes(**{"inspection_share": Decimal(0)} | changes)
    system = Person.objects.get_system()
    second = person("city.director")
    with _system():
        found, _made = RuleBookVersion.objects.get_or_create(
            number="默认",
            defaults={
                "in_force": (date(2020, 1, 1), None),
                "content": book.to_document(),
                "drafted_by": system,
                "approved_by": second,
                "approved_at": "2020-01-01T00:00:00+08:00",
            },
        )
    return found


def polluter(number: int = 1, code: str = "320583") -> Polluter:
    """Make an invented polluter that lies in the place *code*."""
    uscc = f"9132058300000{number:04d}X"
    if standing := Polluter.objects.filter(uscc=uscc).first():
        return standing
    at = place(code)
    with _system():
        found, _made = Polluter.objects.get_or_create(
            uscc=uscc, defaults={"name": f"昆山示范远博材料{number:04d}有限公司", "place": at}
        )
    return found


def permit(of: Polluter) -> Permit:
    """Make the polluter's permit, with one version that states no amounts."""
    if standing := of.permits.first():
        return standing
    with _system():
        found, made = Permit.objects.get_or_create(number=f"{of.uscc}001P", polluter=of)
        if made:
            PermitVersion.objects.create(permit=found, number=1, changed_on=date(2020, 1, 1))
    return found


def stored_file(name: str = "证明.pdf", *, by: Person | None = None) -> StoredFile:
    """Make a stored file's row; no bytes lie behind it."""
    by = by or person("kunshan.officer")
    with _system():
        return StoredFile.objects.create(
            name=name,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            size=1,
            media_type="application/pdf",
            place=place("320583"),
            uploaded_by=by,
        )


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
    with _system():
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
    claim = draft(of, by=office.officer, on=on)
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


class _system(transaction.Atomic):  # noqa: N801 - reads as a verb: with _system()
    """A transaction that the registry itself signs."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        audit.sign(by=Person.objects.get_system())
