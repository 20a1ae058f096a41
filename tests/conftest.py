"""
What every test stands on: real servers, and a database in which the guards are never weakened.

A plain test (``db``) runs as the application in a transaction that is rolled back, after every
deferred promise has been checked; one alone stands aside where a test needs mass of no history
(see ``tests/unearned.py``). A committing test (``transactional_db``, ``live_server``,
``django_db(transaction=True)``) runs as the application in a clone of its own.
``@pytest.mark.as_role("owner")`` signs in as somebody else.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import pytest

from quota_registry import embedded
from quota_registry.embedded.folders import Folders

if os.environ.get("DATABASE_URL"):
    Folders.here().lend_secrets(os.environ)
else:
    embedded.ensure_or_exit().apply(os.environ)

WORKER: Final = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_redis = urlsplit(os.environ["REDIS_URL"])
# Its own shelf of the broker, away from a demo that may be running.
os.environ["REDIS_URL"] = urlunsplit(_redis._replace(path=f"/{1 + int(WORKER[2:])}"))
os.environ["QUOTA_PLAIN_STATIC"] = "1"
os.environ["QUOTA_DEMO"] = "1"
os.environ.setdefault("QUOTA_LOG_LEVEL", "WARNING")
os.environ["DJANGO_SETTINGS_MODULE"] = "quota_registry.settings"

import django

django.setup()

import hypothesis
import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from quota_registry import translations
from quota_registry.celery import app as celery_app
from tests import databases, unearned
from tests.databases import Addresses

# A hash that is cheap on purpose: the suite signs in thousands of times.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
translations.compile_catalogue()
# Whitenoise complains of a folder that collectstatic has not made yet.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
# How busy a machine is decides no test.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


# Seals wait for every transaction that is open anywhere on the server, and another worker's
# tests keep some open: these modules run by themselves, after the others (see the Makefile).
SEALING: Final = frozenset(
    {
        "test_api_balances.py",
        "test_api_stock.py",
        "test_ledger.py",
        "test_ledger_concurrency.py",
        "test_ledger_seals.py",
        "test_ledger_tricks.py",
    }
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """
    Let each worker come to the settings through this file, as this process did.

    A worker that inherits the settings' name reads them before it has named its shelf; all would
    share the first one, and clear each other's cache.
    """
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that must have the server for themselves."""
    for item in items:
        if item.path.name in SEALING:
            item.add_marker("alone")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """A page that was asked for in English leaves its language to the thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def template_database() -> Addresses:
    """The database that the owner migrated; nobody signs in to it."""
    return databases.template(Addresses.given().to("postgres"))


@pytest.fixture(scope="session")
def django_db_setup(
    template_database: Addresses, django_db_blocker: DjangoDbBlocker
) -> Iterator[Addresses]:
    """The clone in which all plain tests of this worker run, one rolled-back test at a time."""
    with databases.clone(template_database, f"test_plain_{WORKER}_{os.getpid()}") as addresses:
        _point_at(addresses.app)
        yield addresses
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest,
    template_database: Addresses,
    django_db_setup: Addresses,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Addresses]:
    """Stand in for the plugin's fixture of this name, which would truncate between tests."""
    role_mark = request.node.get_closest_marker("as_role")
    role = role_mark.args[0] if role_mark else "app"
    with django_db_blocker.unblock():
        if _commits(request):
            name = f"test_clone_{WORKER}_{os.getpid()}"
            with databases.clone(template_database, name) as addresses:
                _point_at(getattr(addresses, role))
                cache.clear()
                yield addresses
                connections.close_all()
                unearned.forbid(addresses)
            _point_at(django_db_setup.app)
        else:
            if role_mark:
                _point_at(getattr(django_db_setup, role))
            yield from _rolled_back(django_db_setup)
            unearned.forbid(django_db_setup)
            if role_mark:
                _point_at(django_db_setup.app)


@pytest.fixture
def addresses(_django_db_helper: Addresses) -> Addresses:
    """How each role reaches the database of this test, for plain SQL and other processes."""
    return _django_db_helper


@pytest.fixture
def unearned_rewards(_django_db_helper: Addresses) -> None:
    """Let rewards that no park earned in before a claim's admission locks the table."""
    unearned.allow()


@pytest.fixture
def connect(addresses: Addresses) -> Iterator[Callable[..., psycopg.Connection]]:
    """Open connections outside Django, as ``app``, ``owner``, ``ledger`` or ``admin``."""
    opened: list[psycopg.Connection] = []

    def connect(role: str = "app") -> psycopg.Connection:
        opened.append(addresses.connect(role))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def _commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )


def _rolled_back(addresses: Addresses) -> Iterator[Addresses]:
    from django.db import transaction

    atomic: Any = transaction.atomic()
    # Django's own test case does the same, so that a durable block may stand in a test.
    atomic._from_testcase = True
    atomic.__enter__()
    connection = connections["default"]
    try:
        cache.clear()
        yield addresses
        if not connection.needs_rollback and connection.is_usable():
            # What would have been checked at commit is checked now.
            connection.check_constraints()
    finally:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def _point_at(url: str) -> None:
    """Let every connection that is opened from now on, in any thread, lead there."""
    parts = urlsplit(url)
    connections.close_all()
    connections.settings["default"].update(
        NAME=parts.path.strip("/"),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
    )
