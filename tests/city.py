"""The small city that tests stand in: places, people, a rule book, polluters, papers."""

from __future__ import annotations

import hashlib
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
    "kunshan.park2": (Role.PARK_ADMINISTRATOR, "320583P01"),
    "kunshan.park": (Role.PARK_ADMINISTRATOR, "320583P01"),
    "changshu.officer": (Role.COUNTY_OFFICER, "320581"),
    "changshu.screener": (Role.COUNTY_SCREENER, "320581"),
    "changshu.head": (Role.COUNTY_HEAD, "320581"),
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
    with system():
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
    with system():
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
    first = Person.objects.get_system()
    second = person("city.director")
    with system():
        found, _made = RuleBookVersion.objects.get_or_create(
            number="默认",
            defaults={
                "in_force": (date(2020, 1, 1), None),
                "content": book.to_document(),
                "drafted_by": first,
                "approved_by": second,
                "approved_at": "2020-01-01T00:00:00+08:00",
            },
        )
    return found


def rule_book_table() -> RuleBook:
    """Give the rule book in force as the rules take it."""
    return RuleBook.from_document(rule_book().content)


def polluter(number: int = 1, code: str = "320583") -> Polluter:
    """Make an invented polluter that lies in the place *code*."""
    uscc = f"9132058300000{number:04d}X"
    if standing := Polluter.objects.filter(uscc=uscc).first():
        return standing
    at = place(code)
    with system():
        found, _made = Polluter.objects.get_or_create(
            uscc=uscc, defaults={"name": f"昆山示范远博材料{number:04d}有限公司", "place": at}
        )
    return found


def permit(of: Polluter) -> Permit:
    """Make the polluter's permit, with one version that states no amounts."""
    if standing := of.permits.first():
        return standing
    with system():
        found, made = Permit.objects.get_or_create(number=f"{of.uscc}001P", polluter=of)
        if made:
            PermitVersion.objects.create(permit=found, number=1, changed_on=date(2020, 1, 1))
    return found


def stored_file(name: str = "证明.pdf", *, by: Person | None = None) -> StoredFile:
    """Make a stored file's row; no bytes lie behind it."""
    by = by or person("kunshan.officer")
    with system():
        return StoredFile.objects.create(
            name=name,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            size=1,
            media_type="application/pdf",
            place=place("320583"),
            uploaded_by=by,
        )


class system(transaction.Atomic):  # noqa: N801 - reads as a verb: with system()
    """A transaction that the registry itself signs."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        audit.sign(by=Person.objects.get_system())
