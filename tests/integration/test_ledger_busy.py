"""What happens when two wait for each other, and when the guards come off and go on again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings

from quota_registry.kernel.models import Person
from reserve.refusals import Busy, named
from reserve.rules import postings
from reserve.selectors import promises
from tests import factories
from tests.databases import Addresses
from tests.stock import ON, admitted

pytestmark = pytest.mark.django_db(transaction=True)

Connect = Callable[..., psycopg.Connection]
PLACES = ("320500", "320583")


@pytest.fixture
def office() -> Person:
    factories.all_places()
    return factories.person("city.office")


def hold(connection: psycopg.Connection, office: Person, place: str, key: str) -> None:
    """Hold one gram of a place's reserve, in an open transaction."""
    leg = {
        "from": {"kind": "RESERVE", "place": place},
        "to": {"kind": "HELD", "place": place, "case": key},
        "pollutant": "NOX",
        "grams": 1,
    }
    request = {"kind": "HOLD", "key": key, "effective_on": ON.isoformat(), "legs": [leg]}
    connection.execute("SELECT set_config('quota.person', %s, true)", [str(office.pk)])
    connection.execute("SELECT ledger.post(%s::jsonb)", [json.dumps(request)])


def test_two_that_wait_for_each_other_are_told_to_try_again(
    connect: Connect, office: Person
) -> None:
    for place in PLACES:
        admitted(place, [(postings.reserve(place), 10)], place=place)
    first, second = connect("app"), connect("app")
    hold(first, office, PLACES[0], "1")
    hold(second, office, PLACES[1], "2")
    refused: list[psycopg.Error] = []

    def cross(connection: psycopg.Connection, place: str, key: str) -> None:
        try:
            hold(connection, office, place, key)
            connection.commit()
        except psycopg.Error as error:
            connection.rollback()
            refused.append(error)

    other = threading.Thread(target=cross, args=(first, PLACES[1], "3"))
    other.start()
    cross(second, PLACES[0], "4")
    other.join()
    assert [type(named(error)) for error in refused] == [Busy]


def test_the_guards_come_off_and_go_on_again(addresses: Addresses) -> None:
    """Every migration of the stock has its way back."""
    for target in (["reserve", "zero"], []):
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0", *target],
            cwd=settings.BASE_DIR,
            env=addresses.environ() | {"QUOTA_DB_ROLE": "owner"},
            check=True,
        )
    assert promises.unkept() == []
