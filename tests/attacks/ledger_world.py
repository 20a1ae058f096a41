"""A committed little ledger to attack, and the words in which attacks are written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from tests import unearned

DAY = "2026-09-15"

_PEOPLE = ("officer", "screener", "reviewer", "office", "second")
_PLACES = (
    ("320500", "苏州市", "city", None, "320500/"),
    ("320583", "昆山市", "county", "320500", "320500/320583/"),
    ("320581", "常熟市", "county", "320500", "320500/320581/"),
)


def build(owner: psycopg.Connection, app: psycopg.Connection) -> Mapping[str, Any]:
    """Commit a small stock and return the numbers of what stands in it, by name."""
    world = people_and_places(owner)
    for number, pollutant, grams in (("R1", "NOX", 100), ("R2", "COD", 100), ("R3", "NOX", 50)):
        project = f"project of {number}"
        post(app, world, "post", reward(world, number, pollutant, grams, project=project))
    world["old"] = post(app, world, "post", hold("h1", 10))["transfer"]
    undone = post(app, world, "post", hold("h2", 10))["transfer"]
    world["reversal"] = post(
        app,
        world,
        "reverse",
        {"key": "u", "reverses": undone, "effective_on": DAY, "prepared_by": world["second"]},
    )["transfer"]
    world["undone"] = undone
    for name, key in (("lot", "R1/NOX"), ("cod_lot", "R2/COD"), ("void_lot", "R3/NOX")):
        world[name] = _one(app, "SELECT id FROM reserve_lot WHERE name = %s", [f"REWARD/{key}"])
    # A third of the voided lot was used before: a debt of 20 g stands open.
    project = {"kind": "USED", "polluter": world["polluter"], "case": "P"}
    set_aside = {"kind": "HELD", "place": "320583", "case": "h3"}
    post(app, world, "post", hold("h3", 20, lot=world["void_lot"]))
    post(
        app,
        world,
        "post",
        transfer("RELEASE", "r3", set_aside, project, 20, prepared_by=world["second"]),
    )
    post(
        app,
        world,
        "void",
        {
            "key": "v",
            "lots": [world["void_lot"]],
            "effective_on": DAY,
            "prepared_by": world["second"],
        },
    )
    # One of them is repaid.
    reserve, cover = ({"kind": kind, "place": "320583"} for kind in ("RESERVE", "COVER"))
    post(app, world, "post", transfer("REPAYMENT", "repay", reserve, cover, 1))
    for name, account in (
        ("reserve", "RESERVE/NOX/320583/"),
        ("cod", "RESERVE/COD/320583/"),
        ("held", "HELD/NOX/320583/h1"),
        ("used", f"USED/NOX/#{world['polluter']}/P"),
        ("origin", "ORIGIN/NOX//REWARD"),
        ("void", "VOID/NOX/320583/"),
        ("cover", "COVER/NOX/320583/"),
    ):
        world[name] = _one(app, "SELECT id FROM reserve_account WHERE name = %s", [account])
    sign(app, world["office"])
    app.execute("SELECT ledger.close_quarter('2025-01-01', '')")
    app.execute("SELECT ledger.seal(true)")
    app.commit()
    _open_and_close(app, world)
    # Sealed only now: a transaction cannot seal what came with it.
    app.execute("SELECT ledger.seal(true)")
    app.commit()
    return world


def people_and_places(owner: psycopg.Connection) -> dict[str, Any]:
    """Commit five people, three places and a polluter; return the people and it by name."""
    world: dict[str, Any] = {}
    unearned.allow_in(owner)
    sign(owner, 1)
    for name in _PEOPLE:
        world[name] = _one(
            owner,
            "INSERT INTO kernel_person (username, name, password, email, phone, language,"
            " is_active, must_change_password, session_key, created_at)"
            " VALUES (%s, %s, '!', '', '', '', true, false, '', now()) RETURNING id",
            [name, name],
        )
    for row in _PLACES:
        owner.execute(
            "INSERT INTO kernel_place (code, name, name_en, short_names, tier, parent_id, path,"
            " gb_code, sort_key) VALUES (%s, %s, '', '[]', %s, %s, %s, '', '')",
            row,
        )
    world["polluter"] = _one(
        owner,
        "INSERT INTO kernel_polluter (uscc, name, place_id, industry, management_class, address,"
        " confirmed, sort_key) VALUES ('X', '昆山示范远博', '320583', '', '', '', true, '')"
        " RETURNING id",
    )
    owner.commit()
    return world


def _open_and_close(app: psycopg.Connection, world: Mapping[str, Any]) -> None:
    """Give 常熟 an opening that is approved and closed."""
    sign(app, world["officer"])
    app.execute(
        "INSERT INTO reserve_openingstock (place_id, document, effective_on, imported_by_id,"
        " imported_at) VALUES ('320581', '', %s, %s, now())",
        [DAY, world["officer"]],
    )
    for step in ("approved", "closed"):
        who = world["office"] if step == "approved" else world["second"]
        sign(app, who)
        app.execute(f"UPDATE reserve_openingstock SET {step}_by_id = %s, {step}_at = now()", [who])
    app.commit()


def sign(connection: psycopg.Connection, person: int) -> None:
    """Sign the open transaction as *person*."""
    connection.execute("SELECT set_config('quota.person', %s, true)", [str(person)])


def post(
    connection: psycopg.Connection, world: Mapping[str, Any], function: str, request: Any
) -> Any:
    """Call a posting function as the office, and commit."""
    sign(connection, world["office"])
    row = connection.execute(
        f"SELECT ledger.{function}(%s::jsonb)", [json.dumps(request)]
    ).fetchone()
    connection.commit()
    assert row is not None
    return row[0]


def transfer(
    kind: str, key: str, start: Any, to: Any, grams: int, pollutant: str = "NOX", **more: Any
) -> dict[str, Any]:
    """Write a request with one leg."""
    leg = {"from": start, "to": to, "pollutant": pollutant, "grams": grams}
    for name in ("lot", "source"):
        if name in more:
            leg[name] = more.pop(name)
    return {"kind": kind, "key": key, "effective_on": DAY, "legs": [leg]} | more


def hold(case: str, grams: int, **more: Any) -> dict[str, Any]:
    """Write a hold on the county's reserve."""
    return transfer(
        "HOLD",
        f"hold/{case}",
        {"kind": "RESERVE", "place": "320583"},
        {"kind": "HELD", "place": "320583", "case": case},
        grams,
        **more,
    )


def reward(
    world: Mapping[str, Any], number: str, pollutant: str, grams: int, **source: Any
) -> dict[str, Any]:
    """Write a reward that comes into the county's reserve."""
    facts = {
        "kind": "REWARD",
        "number": number,
        "place": "320583",
        "verified_grams": grams,
        "vintage": "2026-01-01",
        "declared_by": world["officer"],
    }
    return transfer(
        "REWARD",
        f"reward/{number}/{pollutant}",
        {"kind": "ORIGIN", "case": "REWARD"},
        {"kind": "RESERVE", "place": "320583"},
        grams,
        pollutant,
        source=facts | source,
    )


def raw(entries: Sequence[tuple[str, str, int]], **changes: str) -> str:
    """
    Write plain SQL that inserts a transfer with its entries in one statement.

    An entry is (account, lot, grams) in the world's names; *changes* replace columns' values.
    """
    columns = {
        "kind": "'HOLD'",
        "key": "'attack'",
        "content": "'\\x00'",
        "document": "''",
        "effective_on": f"'{DAY}'",
        "recorded_at": "clock_timestamp()",
        "xid": "pg_current_xact_id()",
        "author_id": "{office}",
        "clause": "''",
        "reason": "''",
        "request": "''",
        "lines": str(len(entries)),
        "leaf": "'\\x00'",
    }
    pollutant = changes.pop("pollutant", "'NOX'")
    columns |= changes
    head = (
        f"INSERT INTO reserve_transfer ({', '.join(columns)})"
        f" VALUES ({', '.join(columns.values())})"
    )
    if not entries:
        return head
    lines = ", ".join(
        f"({at}, {{{account}}}, {{{lot}}}, {grams})"
        for at, (account, lot, grams) in enumerate(entries, start=1)
    )
    return (
        f"WITH t AS ({head} RETURNING id, effective_on)"
        " INSERT INTO reserve_entry"
        " (transfer_id, line, account_id, lot_id, pollutant, grams, effective_on)"
        f" SELECT t.id, e.line, e.account, e.lot, {pollutant}, e.grams, t.effective_on"
        f" FROM t, (VALUES {lines}) AS e (line, account, lot, grams)"
    )


def source(**changes: str) -> str:
    """Write plain SQL that inserts a source, its lot and 5 g of it, all in one statement."""
    columns = {
        "kind": "'REWARD'",
        "number": "'attack'",
        "pollutant": "'NOX'",
        "place_id": "'320583'",
        "verified_grams": "5",
        "document": "''",
        "evidence": "'{{}}'",
        "transfer_id": "t.id",
        "declared_by_id": "{officer}",
        "screened_by_id": "NULL",
        "reviewed_by": "'{{}}'",
        "project": "NULL",
    }
    lot_name = changes.pop("lot_name", "s.kind || '/' || s.number || '/' || s.pollutant")
    kind = changes.pop("transfer_kind", "'REWARD'")
    columns |= changes
    return (
        f"WITH t AS ({raw([], kind=kind, lines='2')} RETURNING id),"
        f" s AS (INSERT INTO reserve_source ({', '.join(columns)})"
        f" SELECT {', '.join(columns.values())} FROM t RETURNING *),"
        " l AS (INSERT INTO reserve_lot (source_id, name, pollutant, vintage, place_id, lake_tai,"
        f" provincial_number) SELECT s.id, {lot_name}, s.pollutant, '2026-01-01', '320583',"
        " false, '' FROM s RETURNING id)"
        " INSERT INTO reserve_entry"
        " (transfer_id, line, account_id, lot_id, pollutant, grams, effective_on)"
        f" SELECT t.id, e.line, e.account, l.id, 'NOX', e.grams, '{DAY}'"
        " FROM t, l, (VALUES (1, {origin}, -5), (2, {reserve}, 5)) AS e (line, account, grams)"
    )


def _one(connection: psycopg.Connection, query: str, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]
