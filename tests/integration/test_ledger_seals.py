"""Seals, what was known when, and the second ledger; all of it committed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from quota_registry.kernel.models import AuditEvent
from reserve import tasks, verify
from reserve.models import Position, Seal, Transfer
from reserve.refusals import BeyondHorizon
from reserve.rules import postings
from reserve.selectors import balances, promises, transfers
from reserve.services import ledger
from reserve.vocabulary import TransferKind
from tests import factories, unearned
from tests.stock import ON, T, admitted, moved

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = postings.reserve("320583")
HELD = postings.held("H", place="320583")
Connect = Callable[..., psycopg.Connection]


@pytest.fixture(autouse=True)
def places() -> None:
    factories.all_places()


def available(**asked: object) -> str:
    body = json.loads(balances.as_json(place="320583", pollutant="NOX", **asked))  # type: ignore[arg-type]
    return body["balances"][0]["available"] if body["balances"] else "none"


def sealed_at() -> datetime:
    newest = Seal.objects.first()
    assert newest is not None
    return newest.sealed_at


def test_seals_give_positions_in_order_and_chain() -> None:
    admitted("1", [(COUNTY, 7 * T)])
    admitted("2", [(COUNTY, 7 * T)])
    assert balances.head() == 0
    first = ledger.seal()
    assert first is not None
    assert (first["seal"], first["last_position"]) == (1, 2)
    assert ledger.seal() is None
    admitted("3", [(COUNTY, 7 * T)])
    ledger.seal()
    empty = ledger.seal(even_if_empty=True)
    assert empty is not None
    assert (empty["seal"], empty["last_position"], empty["sealed"]) == (3, 3, 0)
    assert balances.head() == 3
    keys = [row.transfer.key for row in Position.objects.select_related("transfer")]
    assert keys == [f"claim/{n}/NOX/admit" for n in "123"]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_a_receipt_is_checked_offline(count: int, tmp_path: Path) -> None:
    for number in range(count):
        admitted(str(number), [(COUNTY, 7)])
    assert transfers.inclusion(Transfer.objects.get(key="claim/0/NOX/admit")) is None
    ledger.seal()
    for transfer in Transfer.objects.all():
        receipt = transfers.inclusion(transfer)
        assert receipt is not None
        assert verify.faults(json.loads(receipt.to_json())) == []

    assert receipt is not None
    file = tmp_path / "receipt.json"
    file.write_text(receipt.to_json(), encoding="utf-8")
    alone = [sys.executable, "-I", verify.__file__, str(file)]
    assert subprocess.run([*alone, receipt.chain], check=False).returncode == 0
    assert subprocess.run([*alone, "00" * 32], check=False).returncode == 1
    forged = json.loads(receipt.to_json())
    forged["text"] = forged["text"].replace(" 7", " 8")
    assert verify.faults(forged)


def test_what_was_known_then_stays_what_was_known() -> None:
    admitted("1", [(COUNTY, 7 * T)], on=date(2026, 9, 1))
    ledger.seal()
    then = sealed_at()
    # Recorded later, effective earlier: the answer of then does not know it.
    admitted("2", [(COUNTY, 5 * T)], on=date(2026, 9, 1))
    with pytest.raises(BeyondHorizon):
        balances.as_json(known_at=datetime.now(UTC) + timedelta(days=1))
    ledger.seal()
    assert available(known_at=then) == "7.000000"
    assert available(known_at=sealed_at()) == "12.000000"
    assert available(effective_on=date(2026, 8, 31)) == "0.000000"
    assert available(effective_on=date(2026, 9, 1)) == "12.000000"
    assert available(known_at=then, effective_on=date(2026, 8, 31)) == "0.000000"
    assert available() == "12.000000"
    assert transfers.position_at(then) == 1


def test_an_answer_on_a_day_looks_past_nothing_later() -> None:
    admitted("1", [(COUNTY, 7 * T)], on=date(2026, 9, 1))
    moved(TransferKind.HOLD, "h", COUNTY, HELD, 2 * T, on=date(2026, 9, 10))
    rows = {
        on: [(row.available, row.held) for row in balances.stock(effective_on=on)]
        for on in (date(2026, 9, 9), date(2026, 9, 10))
    }
    assert rows[date(2026, 9, 9)] == [(7 * T, 0)]
    assert rows[date(2026, 9, 10)] == [(5 * T, 2 * T)]


def test_the_answer_has_the_shape_that_was_promised() -> None:
    admitted("1", [(COUNTY, 12_345_678)])
    moved(TransferKind.HOLD, "h", COUNTY, HELD, 1 * T)
    body = balances.as_json(place="320583", tier="county", pollutant="NOX", effective_on=ON)
    assert json.loads(body) == {
        "effective_on": "2026-09-15",
        "known_at": None,
        "ledger_head": 0,
        "unit": "t/a",
        "balances": [
            {
                "place": "320583",
                "place_name": "昆山市",
                "tier": "county",
                "pollutant": "NOX",
                "available": "11.345678",
                "held": "1.000000",
            }
        ],
    }
    assert json.loads(balances.as_json(place="320500"))["balances"] == []
    assert len(json.loads(balances.as_json(place="320500", descendants=True))["balances"]) == 1
    assert json.loads(balances.as_json(visible_places=["320000/320500/320581/"]))["balances"] == []


def test_an_open_transaction_holds_the_order_back(connect: Connect) -> None:
    """Ids and times lie: what commits last may have the lowest id, and must not slip in behind."""
    office = factories.person("city.office")
    admitted("0", [(COUNTY, 10)])
    ledger.seal()
    first_answer = balances.as_json()

    slow = connect("app")
    slow.execute("SELECT set_config('quota.person', %s, true)", [str(office.pk)])
    leg = {
        "from": {"kind": "RESERVE", "place": "320583"},
        "to": {"kind": "HELD", "place": "320583", "case": "slow"},
        "pollutant": "NOX",
        "grams": 4,
    }
    request = {"kind": "HOLD", "key": "slow", "effective_on": ON.isoformat(), "legs": [leg]}
    early = slow.execute("SELECT ledger.post(%s::jsonb)", [json.dumps(request)]).fetchone()
    assert early is not None

    # Others go on, commit, and are sealed only as far as nothing can come before them.
    admitted("1", [(postings.reserve("320500"), 7)])
    late = Transfer.objects.get(key="claim/1/NOX/admit")
    assert late.pk > early[0]["transfer"]
    assert ledger.seal() is None
    assert balances.head() == 1
    ledger.seal(even_if_empty=True)
    between = sealed_at()
    known = balances.as_json(known_at=between)
    assert json.loads(known)["ledger_head"] == 1
    assert json.loads(known)["balances"] == json.loads(first_answer)["balances"]

    slow.commit()
    ledger.seal()
    assert balances.head() == 3
    after = Position.objects.filter(position__gt=1).select_related("transfer")
    assert [row.transfer.key for row in after] == ["slow", late.key]
    # What was known between the two commits is what it was; so is its ETag, the body's hash.
    assert balances.as_json(known_at=between) == known
    assert available(known_at=sealed_at()) == "0.000006"


def test_the_second_ledger_agrees() -> None:
    out = StringIO()
    admitted("1", [(COUNTY, 7 * T)])
    moved(TransferKind.HOLD, "h", COUNTY, HELD, 2 * T)
    call_command("seal", stdout=out)
    moved(TransferKind.UNHOLD, "u", HELD, COUNTY, 1 * T)
    unearned.forbid()
    call_command("prove", stdout=out)
    assert "seal 1, position 2" in out.getvalue()
    assert "3 transfers proved" in out.getvalue()


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        (
            "UPDATE reserve_balance SET grams = grams + 1 WHERE grams > 0",
            "the entries say otherwise",
        ),
        ("UPDATE reserve_entry SET grams = grams * 2", "the entries say otherwise"),
        ("UPDATE reserve_transfer SET document = '改'", "its hash is not that of its content"),
        ("UPDATE reserve_transfer SET leaf = '\\x00'", "its hash is not that of its content"),
        ("UPDATE reserve_entry SET grams = grams + 1 WHERE grams > 0", "not to zero"),
        ("DELETE FROM reserve_entry WHERE grams > 0", "not to zero"),
        ("UPDATE reserve_source SET verified_grams = 1", "g brought in"),
        ("UPDATE reserve_lot SET pollutant = 'COD'", "disagree on the pollutant"),
        ("UPDATE reserve_seal SET root = '\\x00'", "its root is not that of its transfers"),
        ("UPDATE reserve_seal SET sealed_at = now()", "does not follow the seal before"),
        ("DELETE FROM reserve_position WHERE position = 1", "position 1: missing"),
        ("UPDATE reserve_transfer SET xid = '99999999'", "a transaction that is yet to be"),
        (
            "DELETE FROM reserve_balance WHERE grams = 0",
            "missing, should be 0 g",
        ),
    ],
)
def test_the_second_ledger_finds_what_an_owner_does_by_hand(
    connect: Connect, tampering: str, finding: str
) -> None:
    admitted("1", [(COUNTY, 7)])
    moved(TransferKind.HOLD, "h", COUNTY, HELD, 7)
    unearned.forbid()
    ledger.seal()
    with connect("admin") as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(tampering)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("prove", "--all", stdout=out)
    assert finding in out.getvalue()


def test_the_jobs_seal_and_prove(connect: Connect) -> None:
    admitted("1", [(COUNTY, 7)])
    unearned.forbid()
    tasks.seal()
    tasks.seal()
    tasks.seal(even_if_empty=True)
    assert [(seal.first_position, seal.last_position) for seal in Seal.objects.order_by("pk")] == [
        (1, 1),
        (2, 1),
    ]
    tasks.prove()
    with connect("admin") as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE reserve_transfer SET document = '改'")
    tasks.prove()
    events = AuditEvent.objects.filter(verb="reserve.ledger.proved").order_by("id")
    assert [event.outcome for event in events] == ["done", "differs"]
    assert "its hash is not that of its content" in events[1].facts["differences"][0]


def test_a_guard_that_is_off_is_seen(connect: Connect) -> None:
    assert promises.unkept() == []
    with connect("owner") as owner:
        owner.execute("ALTER TABLE reserve_entry DISABLE TRIGGER d_entries_move_balances")
        owner.execute("ALTER TABLE reserve_balance DROP CONSTRAINT no_balance_falls_below_zero")
        owner.execute("GRANT UPDATE ON reserve_entry TO quota_app")
    assert promises.unkept() == [
        "guard d_entries_move_balances on reserve_entry is off or missing",
        "constraint no_balance_falls_below_zero on reserve_balance is missing or not enforced",
        "quota_app may UPDATE reserve_entry",
    ]
