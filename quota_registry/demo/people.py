"""The people of the demo, and the program that reads for them."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from quota_registry.kernel.demo_accounts import ACCOUNTS, CITY, PASSWORD
from quota_registry.kernel.models import Appointment, Person, Place
from quota_registry.kernel.services import audit, clients

SINCE = date(2021, 1, 1)


class Cast:
    """The people of the demo, fetched once each, by the name they sign in with."""

    def __init__(self) -> None:
        self._found: dict[str, Person] = {}

    def __getitem__(self, username: str) -> Person:
        if username not in self._found:
            self._found[username] = Person.objects.get(username=username)
        return self._found[username]


@transaction.atomic
def appoint() -> None:
    """Make every account of the demo with its one appointment, as the system."""
    audit.sign(by=Person.objects.get_system())
    # One hash for all of them: argon2 is slow on purpose.
    pattern = Person(username="pattern")
    pattern.set_password(PASSWORD)
    for account in ACCOUNTS:
        person = Person.objects.create(
            username=account.username,
            name=account.name,
            password=pattern.password,
            email=f"{account.username}@demo.invalid",
            password_changed_at=timezone.now(),
        )
        Appointment.objects.create(
            person=person,
            role=account.role,
            place_id=account.place,
            during=(SINCE, None),
            document="演示任命〔2021〕1号",
        )


def issue_token(cast: Cast, *, path: Path, on: date) -> None:
    """Give the demo's program its token and leave it in *path*, readable by its owner alone."""
    _client, token = clients.issue(
        name="演示接口",
        place=Place.objects.get(code=CITY),
        responsible=cast["city.office"],
        by=cast["sys.admin"],
        on=on,
        scopes=(
            "balances:read",
            "claims:read",
            "polluters:read",
            "monitoring:read",
            "readings:write",
        ),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(token + "\n")
