"""
How a figure is measured: beside its peer, on the same server, in the same run.

A benchmark is a module of this package with ``run(addresses)``, a generator of figures. It gets a
migrated database of its own, signed in to as the application, and leaves nothing behind.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connections

from tests import databases
from tests.databases import Addresses


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One measured value with its aim; ``note`` says of what, where the name does not.

    The aim is met at or above it, or at or below it where ``at_most`` is set.
    """

    name: str
    value: float
    aim: float
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Say whether the aim was reached."""
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    def __str__(self) -> str:
        """Write the line that is printed."""
        sign = "≤" if self.at_most else "≥"
        short = "" if self.met else "  short"
        return f"{self.name} {self.value:.2f} {sign}{self.aim:g}{short}"


def report(figure: Figure) -> None:
    """Print a figure and add it to ``var/bench.json``."""
    print(figure, f"  ({figure.note})" if figure.note else "", flush=True)
    path = Path(settings.QUOTA_VAR) / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    kept = [line for line in figures if line["name"] != figure.name]
    kept.append(asdict(figure) | {"met": figure.met, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z")})
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def seconds(act: Callable[[], Any], *, times: int) -> float:
    """Measure how long one call takes, as the mean of *times* in a row."""
    began = time.perf_counter()
    for _time in range(times):
        act()
    return (time.perf_counter() - began) / times


def ratio(
    ours: Callable[[], Any], peer: Callable[[], Any], *, times: int, rounds: int = 12
) -> tuple[float, float, float]:
    """
    Return how many times longer *peer* takes, and the seconds of both: ours, then the peer's.

    Both run in turn, so that whatever else the machine does meets them alike; the best of the
    rounds are compared, since noise only ever adds.
    """
    seconds(ours, times=max(1, times // 4))
    seconds(peer, times=max(1, times // 4))
    pairs = [(seconds(ours, times=times), seconds(peer, times=times)) for _round in range(rounds)]
    own, others = (min(side) for side in zip(*pairs, strict=True))
    return others / own, own, others


def analyze(addresses: Addresses) -> None:
    """Let the planner look at what was filled in, as its daemon would have done by itself."""
    with addresses.connect("admin") as connection:
        connection.execute("ANALYZE")


@contextmanager
def database(name: str) -> Iterator[Addresses]:
    """Point Django at a migrated database of its own for as long as a benchmark runs."""
    template = databases.template(Addresses.given().to("postgres"))
    with databases.clone(template, f"bench_{name}") as addresses:
        parts = urlsplit(addresses.app)
        connections.close_all()
        connections.settings["default"].update(
            NAME=parts.path.strip("/"),
            USER=unquote(parts.username or ""),
            PASSWORD=unquote(parts.password or ""),
        )
        try:
            yield addresses
        finally:
            connections.close_all()


def copied(addresses: Addresses, table: str) -> float:
    """Take the rows of *table* out and COPY them into its like; returns the seconds of the COPY."""
    with addresses.connect("admin") as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''
                  AND NOT attisdropped""",
            [table],
        )
        (columns,) = cursor.fetchone() or ("",)
        with cursor.copy(f"COPY (SELECT {columns} FROM {table}) TO STDOUT") as out:
            parts = [bytes(part) for part in out]
        began = time.perf_counter()
        with cursor.copy(f"COPY peer_{table} ({columns}) FROM STDIN") as copy:
            for part in parts:
                copy.write(part)
        connection.commit()
        spent = time.perf_counter() - began
        cursor.execute(f"DROP TABLE peer_{table}")
    return spent
