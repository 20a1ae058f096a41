"""The ledger against a ten-line model, over random moves, lawful and not."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests import databases
from tests.attacks import ledger_world as world_of
from tests.databases import Addresses


class Model:
    """Ten lines that say what the ledger is."""

    def __init__(self) -> None:
        self.grams: dict[tuple[str, int], int] = defaultdict(int)

    def move(self, start: str, to: str, grams: int) -> list[tuple[int, int]] | None:
        lots = sorted(
            lot for (account, lot), left in self.grams.items() if account == start and left
        )
        if sum(self.grams[start, lot] for lot in lots) < grams:
            return None
        moves = []
        for lot in lots:
            take = min(grams, self.grams[start, lot])
            self.put(start, to, lot, take)
            grams -= take
            moves.append((lot, take))
        return moves

    def put(self, start: str, to: str, lot: int, grams: int) -> None:
        self.grams[start, lot] -= grams
        self.grams[to, lot] += grams


COUNTY = {"kind": "RESERVE", "place": "320583"}
CITY = {"kind": "RESERVE", "place": "320500"}
OUT_OF = {"kind": "ORIGIN", "case": "REWARD"}
amounts = st.integers(min_value=1, max_value=60)
cases = st.sampled_from(["a", "b", "c"])


def name(account: dict[str, Any]) -> str:
    polluter = f"#{account['polluter']}" if "polluter" in account else ""
    return f"{account['kind']}/NOX/{account.get('place', '')}{polluter}/{account.get('case', '')}"


class Ledger(RuleBasedStateMachine):
    """Each example runs in one transaction that is rolled back; each step in a savepoint."""

    address: ClassVar[Addresses]
    world: ClassVar[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.steps = 0
        self.done: list[tuple[int, str, str, list[tuple[int, int]]]] = []
        self.undone: set[int] = set()
        self.voided: set[int] = set()
        self.lots: list[int] = []
        self.owed = 0
        self.connection = self.address.connect("app")
        world_of.sign(self.connection, self.world["office"])

    def teardown(self) -> None:
        self.connection.rollback()
        self.connection.close()

    def ask(self, function: str, request: dict[str, Any]) -> dict[str, Any] | None:
        self.connection.execute("SAVEPOINT step")
        try:
            row = self.connection.execute(
                f"SELECT ledger.{function}(%s::jsonb)", [json.dumps(request)]
            ).fetchone()
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except psycopg.Error as error:
            if not error.diag.constraint_name:
                raise
            self.connection.execute("ROLLBACK TO SAVEPOINT step")
            return None
        assert row is not None
        return dict(row[0])

    def key(self) -> str:
        self.steps += 1
        return f"step/{self.steps}"

    def try_move(self, kind: str, start: Any, to: Any, grams: int, **more: Any) -> None:
        key = self.key()
        answer = self.ask("post", world_of.transfer(kind, key, start, to, grams, **more))
        before = self.model.grams.copy()
        moves = self.model.move(name(start), name(to), grams)
        if moves and any(lot in self.voided for lot, _grams in moves):
            # What was voided goes nowhere but to where it is owed.
            self.model.grams, moves = before, None
        assert (answer is None) == (moves is None)
        if answer and moves is not None:
            self.done.append((answer["transfer"], name(start), name(to), moves))

    @rule(grams=amounts, place=st.sampled_from([COUNTY, CITY]))
    def reward(self, grams: int, place: Any) -> None:
        key = self.key()
        request = world_of.reward(self.world, key, "NOX", grams, place=place["place"])
        request["legs"][0]["to"] = place
        answer = self.ask("post", request)
        blocked = place is COUNTY and self.owed > 0
        assert (answer is None) == blocked
        if answer:
            row = self.connection.execute(
                "SELECT id FROM reserve_lot WHERE name = %s", [f"REWARD/{key}/NOX"]
            ).fetchone()
            assert row is not None
            self.lots.append(row[0])
            self.model.put(name(OUT_OF), name(place), row[0], grams)
            self.done.append((answer["transfer"], name(OUT_OF), name(place), [(row[0], grams)]))

    @rule(grams=amounts, case=cases)
    def hold(self, grams: int, case: str) -> None:
        self.try_move("HOLD", COUNTY, {"kind": "HELD", "place": "320583", "case": case}, grams)

    @rule(grams=amounts, case=cases)
    def unhold(self, grams: int, case: str) -> None:
        self.try_move("UNHOLD", {"kind": "HELD", "place": "320583", "case": case}, COUNTY, grams)

    @rule(grams=amounts, case=cases)
    def release(self, grams: int, case: str) -> None:
        self.try_move(
            "RELEASE",
            {"kind": "HELD", "place": "320583", "case": case},
            {"kind": "USED", "polluter": self.world["polluter"], "case": "P"},
            grams,
            prepared_by=self.world["second"],
        )

    @rule(grams=amounts)
    def give_back(self, grams: int) -> None:
        used = {"kind": "USED", "polluter": self.world["polluter"], "case": "P"}
        self.try_move("GIVE_BACK", used, COUNTY, grams)

    @rule(grams=amounts, back=st.booleans())
    def trade(self, grams: int, back: bool) -> None:
        holding = {"kind": "HOLDING", "polluter": self.world["polluter"]}
        start, to = (holding, COUNTY) if back else (COUNTY, holding)
        self.try_move("TRADE", start, to, grams)

    @rule(grams=amounts)
    def use_without_a_hold(self, grams: int) -> None:
        used = {"kind": "USED", "polluter": self.world["polluter"], "case": "P"}
        assert self.ask("post", world_of.transfer("HOLD", self.key(), COUNTY, used, grams)) is None

    @rule(at=st.integers(min_value=0, max_value=99))
    def reverse(self, at: int) -> None:
        if not self.done:
            return
        number, start, to, moves = self.done[at % len(self.done)]
        answer = self.ask(
            "reverse",
            {
                "key": self.key(),
                "reverses": number,
                "effective_on": world_of.DAY,
                "prepared_by": self.world["second"],
            },
        )
        lawful = (
            number not in self.undone
            and all(self.model.grams[to, lot] >= grams for lot, grams in moves)
            and not any(lot in self.voided for lot, _grams in moves)
        )
        assert (answer is not None) == lawful
        if answer:
            self.undone.add(number)
            for lot, grams in moves:
                self.model.put(to, start, lot, grams)

    @rule(at=st.integers(min_value=0, max_value=99))
    def void(self, at: int) -> None:
        if not self.lots:
            return
        lot = self.lots[at % len(self.lots)]
        answer = self.ask(
            "void",
            {
                "key": self.key(),
                "lots": [lot],
                "effective_on": world_of.DAY,
                "prepared_by": self.world["second"],
            },
        )
        row = self.connection.execute(
            "SELECT s.place_id FROM reserve_lot l JOIN reserve_source s ON s.id = l.source_id"
            " WHERE l.id = %s",
            [lot],
        ).fetchone()
        assert row is not None
        lies = {account: left for (account, of), left in self.model.grams.items() if of == lot}
        spent = sum(left for account, left in lies.items() if account.startswith("USED"))
        unspent = [a for a in lies if a.split("/")[0] in {"RESERVE", "HELD", "HOLDING"} and lies[a]]
        assert (answer is not None) == (lot not in self.voided and bool(unspent or spent))
        if answer is None:
            return
        self.voided.add(lot)
        for account in unspent:
            self.model.put(account, f"VOID/NOX/{row[0]}/", lot, lies[account])
        if row[0] == "320583":
            self.owed += spent

    @invariant()
    def the_two_agree(self) -> None:
        rows = self.connection.execute(
            "SELECT a.name, b.lot_id, b.grams FROM reserve_balance AS b"
            " JOIN reserve_account AS a ON a.id = b.account_id"
            " WHERE b.grams <> 0 AND b.lot_id = ANY (%s)",
            [self.lots],
        )
        stored = {(account, lot): grams for account, lot, grams in rows}
        assert stored == {place: grams for place, grams in self.model.grams.items() if grams}


@pytest.fixture(scope="module", autouse=True)
def empty_ledger(template_database: Addresses) -> Iterator[None]:
    """A database of its own with the people and places, and nothing of NOx in the county."""
    with databases.clone(template_database, f"test_model_{os.getpid()}") as addresses:
        with addresses.connect("owner") as owner:
            Ledger.world = world_of.people_and_places(owner)
        Ledger.address = addresses
        yield


Ledger.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLedger = Ledger.TestCase
