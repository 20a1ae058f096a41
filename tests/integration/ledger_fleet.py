"""What one process of a fleet does to the ledger: no Django here, only plain connections."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import psycopg

DAY = "2026-09-15"


def reserve(place: str = "320583") -> dict[str, Any]:
    return {"kind": "RESERVE", "place": place}


def held(case: str) -> dict[str, Any]:
    return {"kind": "HELD", "place": "320583", "case": case}


def request(kind: str, key: str, start: Any, to: Any, grams: int) -> dict[str, Any]:
    leg = {"from": start, "to": to, "pollutant": "NOX", "grams": grams}
    return {"kind": kind, "key": key, "effective_on": DAY, "legs": [leg]}


def draw(address: str, person: int, name: int, times: int) -> Counter[str]:
    """Hold seven grams at a time from one reserve, each under its own key."""
    told: Counter[str] = Counter()
    with psycopg.connect(address) as connection:
        for turn in range(times):
            case = f"{name}-{turn}"
            told[_post(connection, person, request("HOLD", case, reserve(), held(case), 7))] += 1
    return told


def insist(address: str, person: int, name: int, times: int) -> Counter[str]:
    """Ask for the same act again and again, like everybody else."""
    told: Counter[str] = Counter()
    with psycopg.connect(address) as connection:
        for turn in range(times):
            case = f"same-{turn}"
            told[_post(connection, person, request("HOLD", case, reserve(), held(case), 7))] += 1
    return told


def shuffle(address: str, person: int, name: int, times: int) -> Counter[str]:
    """Move grams to and fro between four reserves, in batches, against everybody else."""
    dice = random.Random(name)
    places = ["320000", "320500", "320581", "320583"]
    told: Counter[str] = Counter()
    with psycopg.connect(address) as connection:
        for turn in range(times):
            batch = []
            for at in range(3):
                start, to = dice.sample(places, 2)
                batch.append(
                    request(
                        "TRADE",
                        f"{name}-{turn}-{at}",
                        reserve(start),
                        reserve(to),
                        dice.randint(1, 40),
                    )
                )
            told[_post(connection, person, batch)] += 1
    return told


def _post(connection: psycopg.Connection, person: int, asked: Any) -> str:
    many = isinstance(asked, list)
    try:
        connection.execute("SELECT set_config('quota.person', %s, true)", [str(person)])
        row = connection.execute(
            f"SELECT ledger.{'post_many' if many else 'post'}(%s::jsonb)", [json.dumps(asked)]
        ).fetchone()
        connection.commit()
    except psycopg.Error as error:
        connection.rollback()
        return error.diag.constraint_name or error.sqlstate or "lost"
    assert row is not None
    return "repeated" if not many and row[0]["repeated"] else "posted"
