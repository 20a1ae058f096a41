"""People at their browsers, signed in as the middleware expects it."""

from __future__ import annotations

import re

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quota_registry.kernel.models import Person
from quota_registry.web import sessions

BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


def sign_in(browser: Client, person: Person) -> Client:
    """Sign *person* in without a password, in the one session of the account."""
    browser.force_login(person, BACKEND)
    session = browser.session
    sessions.begin(session, person, at=sessions.now())
    return browser


def browser_of(person: Person) -> Client:
    """Return a new browser in which *person* is signed in."""
    return sign_in(Client(), person)


def queries(who: Client, address: str) -> list[str]:
    """Return what a page that opens asks the database, but for its session and savepoints."""
    with CaptureQueriesContext(connection) as seen:
        answer = who.get(address)
    assert answer.status_code == 200
    # The session lies in the cache, and is read anew whenever the cache let go of it.
    return [
        one["sql"]
        for one in seen.captured_queries
        if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        and '"django_session"' not in one["sql"]
    ]


def words(page: str) -> str:
    """Return what *page* shows, one space between words.

    Its marks part a figure's digits; their tokens may hold any two letters by chance.
    """
    return " ".join(re.sub(r"<[^>]+>", "", page).split())
