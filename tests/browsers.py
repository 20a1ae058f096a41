"""People at their browsers, signed in as the middleware expects it."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.test import Client

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
