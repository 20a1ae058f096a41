"""
Every address with every role: who gets in, who is told 403, for whom it is not there at all.

What is expected is not written down a second time: it is read from the view's own permission and
from the grant table. A denied request changes nothing, which a checksum over all tables shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from quota_registry.kernel import doors
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import GRANTS
from quota_registry.kernel.views import PermittedView
from quota_registry.kernel.vocabulary import Role
from tests import factories
from tests.browsers import browser_of
from tests.urls import ADDRESSES

PEOPLE: Final[dict[Role, str]] = {
    Role.PARK_ADMINISTRATOR: "kunshan.park",
    Role.COUNTY_OFFICER: "kunshan.officer",
    Role.COUNTY_SCREENER: "kunshan.screener",
    Role.COUNTY_HEAD: "kunshan.head",
    Role.DIVISION_REVIEWER_WATER: "city.water",
    Role.DIVISION_REVIEWER_AIR: "city.air",
    Role.GENERAL_OFFICE: "city.office",
    Role.DIRECTOR: "city.director",
    Role.INSPECTOR: "city.inspector",
    Role.AUDITOR: "city.auditor",
    Role.SYSTEM_ADMINISTRATOR: "sys.admin",
    Role.SECURITY_ADMINISTRATOR: "sec.admin",
}
# The city's people reach every place below; their objects lie in this county.
COUNTY: Final = "320583"
OUTSIDE: Final = "320581"
# What a request leaves behind lawfully even where it is denied: the session and the record of it.
RECORDS: Final = frozenset({"django_session", "kernel_auditevent", "axes_accesslog"})
# Requests that end the session or leave it unusable; nothing else would be told by them.
ENDS_SESSION: Final = frozenset({"sign-out"})


@dataclass(frozen=True)
class Entry:
    """One line of the URL table."""

    name: str
    pattern: URLPattern
    door: doors.Door


def walk(resolver: URLResolver, namespace: str = "", outer: tuple[str, ...] = ()) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


ENTRIES: Final = [
    Entry(name, pattern, doors.of(pattern.callback)) for name, pattern in walk(get_resolver())
]


def arguments_of(entry: Entry) -> list[str]:
    return list(entry.pattern.pattern.converters)


def address_of(entry: Entry, code: str) -> str:
    if not arguments_of(entry):
        return reverse(entry.name)
    return reverse(entry.name, kwargs=ADDRESSES[entry.name].make(code))


def is_placed(entry: Entry) -> bool:
    return bool(arguments_of(entry)) and ADDRESSES[entry.name].placed


def is_walked(entry: Entry) -> bool:
    """Pass by what is open to everybody; what has no entry fails in a test of its own."""
    return not entry.door.public and (not arguments_of(entry) or entry.name in ADDRESSES)


def holds(role: Role, entry: Entry) -> bool:
    besides = ADDRESSES[entry.name].besides if entry.name in ADDRESSES else None
    return {entry.door.permission, besides} - {None} <= GRANTS[role]


# ── The table that is walked over ──
def test_every_address_has_a_name_of_its_own() -> None:
    names = [entry.name for entry in ENTRIES]
    assert not [name for name in names if name.endswith("None")]
    assert sorted(names) == sorted(set(names))


def test_every_address_with_arguments_has_an_entry() -> None:
    missing = [
        entry.name
        for entry in ENTRIES
        if arguments_of(entry) and not entry.door.public and entry.name not in ADDRESSES
    ]
    assert not missing, "\n".join(missing)


def test_no_entry_is_without_its_address() -> None:
    assert ADDRESSES.keys() - {entry.name for entry in ENTRIES} == set()


def test_every_page_stands_on_the_view_that_asks_for_its_permission() -> None:
    strange = [
        entry.name
        for entry in ENTRIES
        if not entry.door.public
        and not entry.door.program
        and not issubclass(getattr(entry.pattern.callback, "view_class", object), PermittedView)
    ]
    assert strange == []


def test_only_these_are_open_to_everybody() -> None:
    assert {entry.name for entry in ENTRIES if entry.door.public} <= {
        "healthz",
        "readyz",
        "metrics",
        "sign-in",
        "set-language",
        "styleguide",
        "verify",
        "api-schema",
        "api-docs",
        "api-nothing",
        "public-levels",
        "public-voucher",
        "api-public-voucher",
    }


def test_every_role_has_somebody_who_walks() -> None:
    assert set(PEOPLE) == set(Role)


# ── The walk ──
def checksum() -> dict[str, tuple[int, int]]:
    """Count and sum up every row of every table but the records of what happened."""
    tables = [t for t in connection.introspection.table_names() if t not in RECORDS]
    parts = [
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) "
        f'FROM "{table}" AS t'
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (count, total) for name, count, total in cursor.fetchall()}


def enter(person: Person) -> Browser:
    """Open a browser that shows a fault as a 500 instead of stopping the walk."""
    browser = browser_of(person)
    browser.raise_request_exception = False
    return browser


def ask(browser: Browser, method: str, address: str, entry: Entry) -> int:
    query = ADDRESSES[entry.name].query if entry.name in ADDRESSES else {}
    answer = browser.get(address, query) if method == "get" else browser.post(address, {})
    if answer.streaming:
        # Read to its end, so that the file behind it is closed.
        list(answer)
    return answer.status_code


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    factories.all_places()
    factories.rule_book()
    for username in factories.PEOPLE:
        factories.person(username)


@pytest.mark.usefixtures("house")
def test_a_stranger_gets_in_nowhere() -> None:
    addresses = {entry: address_of(entry, COUNTY) for entry in ENTRIES if is_walked(entry)}
    before, wrong = checksum(), []
    for entry, address in addresses.items():
        for method in ("get", "post"):
            status = ask(Browser(), method, address, entry)
            lawful = {401, 404, 405} if entry.door.program else {302}
            if status not in lawful:
                wrong.append((entry.name, method, status))
    assert not wrong, "\n".join(map(str, wrong))
    assert checksum() == before


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("role", Role)
def test_a_role_gets_in_where_its_grants_say_and_nowhere_else(role: Role) -> None:
    person = Person.objects.get(username=PEOPLE[role])
    at = factories.PEOPLE[person.username][1]
    inside = at if at.startswith(COUNTY) else COUNTY
    addresses = {
        entry: (
            address_of(entry, inside),
            address_of(entry, OUTSIDE) if is_placed(entry) and at.startswith(COUNTY) else None,
        )
        for entry in ENTRIES
        if is_walked(entry)
    }
    browser = enter(person)
    before, wrong = checksum(), []

    for entry, (within, beyond) in addresses.items():
        for method in ("get", "post"):
            if not holds(role, entry):
                status = ask(browser, method, within, entry)
                # The API takes no writes at all, and says so before it asks who it is.
                if status != 403 and not (entry.door.program and status == 405):
                    wrong.append((entry.name, method, "inside, without the right", status))
            if beyond:
                status = ask(browser, method, beyond, entry)
                lawful = {404, 405} if holds(role, entry) else {403, 404, 405}
                if status not in lawful:
                    wrong.append((entry.name, method, "outside", status))
    assert not wrong, "\n".join(map(str, wrong))
    assert checksum() == before

    for entry, (within, _beyond) in addresses.items():
        if not holds(role, entry):
            continue
        extra = ADDRESSES[entry.name].answers if entry.name in ADDRESSES else frozenset()
        lawful = {200, 405, *extra}
        for method in ("get", "post"):
            point = transaction.savepoint()
            status = ask(browser, method, within, entry)
            transaction.savepoint_rollback(point)
            # What a body that says nothing comes to is each page's own affair, but no fault.
            if (method == "get" and status not in lawful) or status >= 500:
                wrong.append((entry.name, method, "inside, with the right", status))
            if entry.name in ENDS_SESSION:
                browser = enter(person)
    assert not wrong, "\n".join(map(str, wrong))
