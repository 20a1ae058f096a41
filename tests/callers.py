"""Programs and people that call the API in tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from quota_registry.kernel.models import Appointment, Client, Person, Place
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import audit
from quota_registry.web import sessions
from tests.browsers import browser_of

HOUSE = (
    ("320000", "江苏省", "province", None),
    ("320500", "苏州市", "city", "320000"),
    ("320583", "昆山市", "county", "320500"),
    ("320583P01", "昆山经济技术开发区", "park", "320583"),
    ("320585", "太仓市", "county", "320500"),
    ("320500P01", "苏州工业园区", "park", "320500"),
)


def sign() -> None:
    """Sign the transaction as the system, as a command that loads reference data does."""
    audit.sign(by=Person.objects.get_system())


def places() -> dict[str, Place]:
    """Make the tree of places that the API's tests ask for, where it is not there yet."""
    sign()
    made: dict[str, Place] = {}
    for code, name, tier, parent in HOUSE:
        path = f"{made[parent].path}{code}/" if parent else f"{code}/"
        made[code], _new = Place.objects.get_or_create(
            code=code,
            defaults={"name": name, "tier": tier, "parent": made.get(parent or ""), "path": path},
        )
    return made


def person(username: str, role: str | None = None, place: str = "320583") -> Person:
    """Make somebody, appointed from last year on where a role is given."""
    sign()
    someone = Person.objects.create(username=username, name=username, password="!")
    if role:
        Appointment.objects.create(
            person=someone,
            role=role,
            place_id=place,
            during=(timezone.localdate() - timedelta(days=365), None),
        )
    return someone


def client(place: str = "320583", scopes: Any = tuple(Scope), **fields: Any) -> tuple[Client, str]:
    """Give a program a token."""
    sign()
    responsible = fields.pop("responsible", None) or person(f"for.{timezone.now().timestamp()}")
    return Client.objects.create_key(
        name="test", place_id=place, responsible=responsible, scopes=list(scopes), **fields
    )


class Caller:
    """Sends requests as one program or one person; every answer is returned as it came."""

    def __init__(self, *, token: str = "", person: Person | None = None) -> None:
        self.browser = browser_of(person) if person else Browser()
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        sent = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.browser.get(f"/api/v1/{path}", query or {}, headers=sent)


def program(place: str = "320583", scopes: Any = tuple(Scope), **fields: Any) -> Caller:
    """Make a caller with a token of its own."""
    return Caller(token=client(place, scopes, **fields)[1])
