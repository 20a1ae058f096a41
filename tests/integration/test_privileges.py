"""What the database grants is what ``privileges.py`` lists, to the letter."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg import errors

from quota_registry.kernel import database
from quota_registry.kernel.database import Grants


def _standing() -> set[str]:
    with connection.cursor() as cursor:
        return set(database._tables(cursor))


@pytest.mark.django_db
def test_every_listed_table_stands_and_every_standing_table_is_listed() -> None:
    assert _standing() == set(database.privileges())


@pytest.mark.django_db
def test_the_application_owns_nothing_and_is_nobody_special() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("quota_app", False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'quota_app'::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_each_role_may_do_what_is_listed_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        for table, grants in database.privileges().items():
            for role, words in (("quota_app", grants.app), ("quota_ledger", grants.ledger)):
                whole = {word for word in database._words(words) if "(" not in word}
                for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
                    cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, verb])
                    assert cursor.fetchone() == (verb in whole,), f"{role} {verb} {table}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.as_role("owner")
def test_a_table_that_nobody_listed_stops_the_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id int)")
    with pytest.raises(ImproperlyConfigured, match="forgotten"):
        database.apply_privileges()


@pytest.mark.django_db
def test_the_application_may_not_make_tables(connect) -> None:
    with connect("app") as own, pytest.raises(errors.InsufficientPrivilege):
        own.execute("CREATE TABLE mine (id int)")


def test_a_privilege_that_the_registry_never_grants_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="TRUNCATE"):
        Grants(app="SELECT, TRUNCATE")
