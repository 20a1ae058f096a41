"""Attacks on the kernel's promises in plain SQL, as the application, outside Django."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

pytestmark = pytest.mark.django_db(transaction=True)

Connect = Callable[..., psycopg.Connection]


@pytest.fixture
def app(connect: Connect) -> psycopg.Connection:
    """A connection of the application, signed by nobody."""
    return connect("app")


@pytest.fixture
def person(connect: Connect) -> int:
    """Somebody who can sign."""
    with connect("owner") as owner:
        row = owner.execute(
            "INSERT INTO kernel_person (username, name, password, email, phone, language,"
            " is_active, must_change_password, session_key, created_at)"
            " VALUES ('someone', '某人', '!', '', '', '', true, false, '', now()) RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


def sign(connection: psycopg.Connection, person: int) -> None:
    """Sign the open transaction as *person*."""
    connection.execute("SELECT set_config('quota.person', %s, true)", [str(person)])


PLACE = (
    "INSERT INTO kernel_place (code, name, name_en, short_names, tier, path, gb_code, sort_key)"
    " VALUES ('999999', '某市', '', '[]', 'city', '999999/', '', '')"
)


def test_a_change_without_a_person_is_refused(app: psycopg.Connection) -> None:
    with pytest.raises(psycopg.Error) as refused:
        app.execute(PLACE)
    assert refused.value.diag.constraint_name == "no_event_is_without_a_person"


NOBODY = 987_654_321


@pytest.mark.parametrize(
    "statement", [PLACE, "UPDATE kernel_person SET name = '另名' WHERE username = 'someone'"]
)
def test_a_change_signed_by_nobody_there_is_refused(
    app: psycopg.Connection, person: int, statement: str
) -> None:
    sign(app, NOBODY)
    with pytest.raises(psycopg.Error) as refused:
        app.execute(statement)
    assert refused.value.diag.constraint_name == "no_event_is_without_a_person"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kernel_person WHERE username = 'someone'",
        "UPDATE kernel_person SET id = 987654321 WHERE username = 'someone'",
        "TRUNCATE kernel_person CASCADE",
    ],
)
def test_not_even_the_owner_removes_a_person(person: int, connect: Connect, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        connect("owner").execute(statement)
    assert refused.value.diag.constraint_name == "a_record_is_never_changed_or_removed"


def test_a_signed_change_leaves_its_row_event(
    app: psycopg.Connection, person: int, connect: Connect
) -> None:
    sign(app, person)
    app.execute(PLACE)
    app.commit()
    sign(app, person)
    app.execute("UPDATE kernel_place SET name = '改名市' WHERE code = '999999'")
    app.commit()

    events = (
        connect("app")
        .execute(
            "SELECT verb, before ->> 'name', after ->> 'name', person_id, db_role"
            " FROM kernel_rowevent WHERE \"table\" = 'kernel_place' AND key = '999999' ORDER BY id"
        )
        .fetchall()
    )
    assert events == [
        ("insert", None, "某市", person, "quota_app"),
        ("update", "某市", "改名市", person, "quota_app"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO kernel_rowevent ("table", key, verb, db_role, request, at)'
        " VALUES ('x', '1', 'insert', 'quota_owner', '', now())",
        "UPDATE kernel_rowevent SET person_id = NULL",
        "DELETE FROM kernel_rowevent",
        "TRUNCATE kernel_rowevent",
        "INSERT INTO kernel_step (workflow, subject, source, verb, target, person_id, at, version,"
        " note) VALUES ('claim', 1, 'draft', 'file', 'filed', 1, now(), 1, '')",
        "UPDATE kernel_step SET person_id = 1",
        "DELETE FROM kernel_step",
        "UPDATE kernel_auditevent SET outcome = 'done'",
        "DELETE FROM kernel_auditevent",
        "INSERT INTO kernel_transition (workflow, source, verb, target, apart)"
        " VALUES ('claim', 'draft', 'leap', 'admitted', '[]')",
        "UPDATE kernel_transition SET apart = '[]'",
        "DELETE FROM kernel_transition",
        "ALTER TABLE kernel_place DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TRIGGER note_row ON kernel_place",
        "CREATE OR REPLACE FUNCTION guard.person() RETURNS bigint LANGUAGE sql"
        " AS 'SELECT 1::bigint'",
        "SELECT guard.keep('kernel_place')",
        "SELECT guard.watch('kernel_place')",
        "SET ROLE quota_owner",
        "SET SESSION AUTHORIZATION quota_owner",
        "CREATE TABLE public.mine (id int)",
        "COPY kernel_person TO PROGRAM 'cat'",
    ],
)
def test_the_application_has_no_right_to(
    app: psycopg.Connection, person: int, statement: str
) -> None:
    sign(app, person)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_step SET note = 'x'", "DELETE FROM kernel_rowevent"]
)
def test_even_the_owner_meets_the_guard(connect: Connect, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        connect("owner").execute(statement)
    assert refused.value.diag.constraint_name == "a_record_is_never_changed_or_removed"


def test_a_shadowing_function_of_ones_own_does_not_reach_the_guards(
    app: psycopg.Connection, person: int
) -> None:
    sign(app, person)
    app.execute("CREATE TEMP TABLE kernel_rowevent (LIKE public.kernel_rowevent)")
    app.execute("SET LOCAL search_path = pg_temp, public")
    app.execute(PLACE)
    shadow = app.execute("SELECT count(*) FROM pg_temp.kernel_rowevent").fetchone()
    real = app.execute(
        "SELECT count(*) FROM public.kernel_rowevent WHERE key = '999999'"
    ).fetchone()
    assert (shadow, real) == ((0,), (1,))


def test_an_approved_rule_book_is_never_edited(
    app: psycopg.Connection, person: int, connect: Connect
) -> None:
    with connect("owner") as owner:
        owner.execute(
            "INSERT INTO kernel_rulebookversion"
            " (number, in_force, content, document, drafted_by_id,"
            " approved_at) VALUES ('1901-1', '[1901-01-01,1902-01-01)', '{}', '', %s, now())",
            [person],
        )
    sign(app, person)
    with pytest.raises(psycopg.Error) as refused:
        app.execute(
            "UPDATE kernel_rulebookversion SET content = '{\"a\": 1}' WHERE number = '1901-1'"
        )
    assert refused.value.diag.constraint_name == "an_approved_rule_book_is_never_edited"


def test_a_rule_book_is_approved_by_a_second_person(app: psycopg.Connection, person: int) -> None:
    sign(app, person)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        app.execute(
            "INSERT INTO kernel_rulebookversion"
            " (number, in_force, content, document, drafted_by_id,"
            " approved_by_id, approved_at)"
            " VALUES ('1901-1', '[1901-01-01,1902-01-01)', '{}', '', %s, %s, now())",
            [person, person],
        )
    assert refused.value.diag.constraint_name == "a_rule_book_is_approved_by_a_second_person"


def test_a_former_code_is_nobody_elses(
    app: psycopg.Connection, person: int, connect: Connect
) -> None:
    polluter = (
        "INSERT INTO kernel_polluter"
        " (uscc, name, place_id, industry, management_class, address, confirmed, sort_key)"
        " VALUES ('%s', '某厂', '999999', '', '', '', true, '') RETURNING id"
    )
    sign(app, person)
    app.execute(PLACE)
    first = app.execute(polluter % "91320583MA1000017X").fetchone()
    second = app.execute(polluter % "91320583MA10000333").fetchone()
    assert first is not None
    assert second is not None
    former = (
        "INSERT INTO kernel_pollutername (polluter_id, name, uscc, until)"
        " VALUES (%s, '某厂', '%s', '2026-01-01')"
    )
    app.execute(former % (first[0], "91320583MA1000025Q"))
    app.commit()

    for statement in (
        polluter % "91320583MA1000025Q",
        f"UPDATE kernel_polluter SET uscc = '91320583MA1000025Q' WHERE id = {second[0]}",
        # Nor is a code that somebody bears now said to be another's former one.
        former % (second[0], "91320583MA1000017X"),
    ):
        sign(app, person)
        with pytest.raises(psycopg.Error) as refused:
            app.execute(statement)
        assert refused.value.diag.constraint_name == "a_former_code_is_nobody_elses"
        app.rollback()
