"""
The second ledger: rebuilds everything from the entries and says where the first one differs.

It shares no code with the functions in the database nor with the models: plain rows in, plain
sums and hashes out. It finds what the owner of the tables could still do by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Protocol


class Rows(Protocol):
    """A cursor of any driver."""

    def execute(self, query: str) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


FREE = {"ORIGIN", "OUTSIDE"}


def differences(rows: Rows) -> Iterator[str]:
    """Yield, in a fixed order, every way in which the ledger differs from its own entries."""
    accounts = {row[0]: row[1:] for row in _ask(rows, _ACCOUNTS)}
    lots = {row[0]: row[1:] for row in _ask(rows, _LOTS)}
    transfers = {row[0]: row[1:] for row in _ask(rows, _TRANSFERS)}
    entries = list(_ask(rows, _ENTRIES))
    yield from _entries_fit(entries, accounts, lots, transfers)
    yield from _balances_fit(rows, entries, accounts)
    yield from _no_day_is_below_zero(entries, accounts)
    yield from _lots_fit(entries, accounts, lots)
    yield from _reversals_fit(entries, transfers)
    yield from _debts_fit(rows, entries, accounts, lots)
    yield from _seals_fit(rows, entries, accounts, lots, transfers)


_ACCOUNTS = """SELECT id, kind, coalesce(place_id, ''), coalesce('#' || polluter_id, ''),
    city, pollutant, case_number, name, may_be_negative FROM reserve_account"""
_LOTS = """SELECT l.id, l.name, l.pollutant, s.kind || '/' || s.number || '/' || s.pollutant,
    s.verified_grams, s.transfer_id, s.place_id
    FROM reserve_lot AS l JOIN reserve_source AS s ON s.id = l.source_id"""
_TRANSFERS = """SELECT id, kind, key, encode(content, 'hex'), document, effective_on, recorded_at,
    author_id, prepared_by_id, clause, reason, reverses_id, lines, encode(leaf, 'hex'),
    xid::text::bigint < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    FROM reserve_transfer ORDER BY id"""
_ENTRIES = """SELECT transfer_id, line, account_id, lot_id, pollutant, grams, effective_on
    FROM reserve_entry ORDER BY transfer_id, line"""


def _ask(rows: Rows, query: str) -> Iterator[Any]:
    rows.execute(query)
    yield from rows


def _entries_fit(
    entries: list[Any], accounts: dict[int, Any], lots: dict[int, Any], transfers: dict[int, Any]
) -> Iterator[str]:
    sums: dict[tuple[int, int], int] = defaultdict(int)
    lines: dict[int, int] = defaultdict(int)
    for transfer, line, account, lot, pollutant, grams, on in entries:
        where = f"transfer {transfer} line {line}"
        if transfer not in transfers or account not in accounts or lot not in lots:
            yield f"{where}: names a transfer, an account or a lot that is not there"
            continue
        if not accounts[account][4] == pollutant == lots[lot][1]:
            yield f"{where}: entry, account and lot disagree on the pollutant"
        if transfers[transfer][4] != on:
            yield f"{where}: has another date than its transfer"
        sums[transfer, lot] += grams
        lines[transfer] += 1
    for (transfer, lot), total in sums.items():
        if total:
            yield f"transfer {transfer}: lot {lot} sums to {total}, not to zero"
    for number, transfer in transfers.items():
        if lines[number] != transfer[11]:
            yield f"transfer {number}: {lines[number]} entries, {transfer[11]} announced"
        if not transfer[13]:
            yield f"transfer {number}: comes from a transaction that is yet to be"


def _balances_fit(rows: Rows, entries: list[Any], accounts: dict[int, Any]) -> Iterator[str]:
    expected: dict[tuple[int, int], int] = defaultdict(int)
    last: dict[tuple[int, int], date] = {}
    for _transfer, _line, account, lot, _pollutant, grams, on in entries:
        expected[account, lot] += grams
        last[account, lot] = max(on, last.get((account, lot), on))
    for account, lot, grams, free, last_on in _ask(
        rows,
        "SELECT account_id, lot_id, grams, may_be_negative, last_effective_on"
        " FROM reserve_balance ORDER BY 1, 2",
    ):
        where = f"balance of account {account}, lot {lot}"
        if (account, lot) not in expected:
            yield f"{where}: {grams} g that no entry made"
        elif expected.pop((account, lot)) != grams:
            yield f"{where}: {grams} g, the entries say otherwise"
        elif last[account, lot] != last_on:
            yield f"{where}: last moved {last[account, lot]}, not {last_on}"
        if account in accounts and free != (accounts[account][0] in FREE):
            yield f"{where}: takes a sign that its account may not"
    for (account, lot), grams in expected.items():
        yield f"balance of account {account}, lot {lot}: missing, should be {grams} g"


def _no_day_is_below_zero(entries: list[Any], accounts: dict[int, Any]) -> Iterator[str]:
    days: dict[tuple[int, int], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for _transfer, _line, account, lot, _pollutant, grams, on in entries:
        if account in accounts and accounts[account][0] not in FREE:
            days[account, lot][on] += grams
    for (account, lot), moved in days.items():
        running = 0
        for on in sorted(moved):
            running += moved[on]
            if running < 0:
                yield f"account {account}, lot {lot}: {running} g on {on}"
                break


def _lots_fit(entries: list[Any], accounts: dict[int, Any], lots: dict[int, Any]) -> Iterator[str]:
    for number, account in accounts.items():
        kind, place, polluter, city, pollutant, case, name, _free = account
        city = f"@{city}" if city else ""
        if name != f"{kind}/{pollutant}/{place}{polluter}{city}/{case}":
            yield f"account {number}: is called {name}"
    brought: dict[int, int] = defaultdict(int)
    for transfer, _line, account, lot, _pollutant, grams, _on in entries:
        if lot in lots and accounts[account][0] in FREE and transfer == lots[lot][4]:
            brought[lot] -= grams
    for number, lot in lots.items():
        if lot[0] != lot[2]:
            yield f"lot {number}: is called {lot[0]}, its source {lot[2]}"
        if brought[number] != lot[3]:
            yield f"lot {number}: {lot[3]} g verified, {brought[number]} g brought in"


def _reversals_fit(entries: list[Any], transfers: dict[int, Any]) -> Iterator[str]:
    moves: dict[int, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for transfer, _line, account, lot, _pollutant, grams, _on in entries:
        moves[transfer][account, lot] += grams
    for number, transfer in transfers.items():
        undone = transfer[10]
        if undone and {k: -v for k, v in moves[number].items()} != dict(moves[undone]):
            yield f"transfer {number}: is not the opposite of {undone}"


def _debts_fit(
    rows: Rows, entries: list[Any], accounts: dict[int, Any], lots: dict[int, Any]
) -> Iterator[str]:
    owed: dict[tuple[str, str], int] = defaultdict(int)
    for place, pollutant, grams in _ask(
        rows, "SELECT place_id, pollutant, grams FROM reserve_debt ORDER BY id"
    ):
        owed[place, pollutant] += grams
    covered: dict[tuple[str, str], int] = defaultdict(int)
    voided: dict[int, int] = defaultdict(int)
    for _transfer, _line, account, lot, pollutant, grams, _on in entries:
        if account in accounts and accounts[account][0] == "COVER":
            covered[accounts[account][1], pollutant] += grams
        if account in accounts and accounts[account][0] == "VOID":
            voided[lot] += grams
    for (place, pollutant), grams in covered.items():
        if grams > owed[place, pollutant]:
            yield f"{place} {pollutant}: repaid {grams} g of {owed[place, pollutant]} g owed"
    for lot, grams in _ask(rows, "SELECT lot_id, voided_grams FROM reserve_voiding ORDER BY 1"):
        if voided.pop(lot, 0) != grams:
            yield f"lot {lot}: {grams} g said to be void, the entries say otherwise"
    for lot, grams in voided.items():
        if grams:
            yield f"lot {lot}: {grams} g in VOID without a voiding"


def _seals_fit(
    rows: Rows,
    entries: list[Any],
    accounts: dict[int, Any],
    lots: dict[int, Any],
    transfers: dict[int, Any],
) -> Iterator[str]:
    written: dict[int, list[tuple[bytes, bytes, int]]] = defaultdict(list)
    for transfer, _line, account, lot, _pollutant, grams, _on in entries:
        if account in accounts and lot in lots:
            written[transfer].append((accounts[account][6].encode(), lots[lot][0].encode(), grams))
    leaves = {}
    for number, transfer in transfers.items():
        leaves[number] = _leaf(transfer, sorted(written[number]))
        if leaves[number].hex() != transfer[12]:
            yield f"transfer {number}: its hash is not that of its content"
    order = list(
        _ask(rows, "SELECT position, transfer_id, seal_id FROM reserve_position ORDER BY 1")
    )
    for expected, (position, _transfer, _seal) in enumerate(order, start=1):
        if position != expected:
            yield f"position {expected}: missing"
            return
    chain, following = b"", 1
    for number, first, last, root, link, sealed_at in _ask(
        rows,
        "SELECT number, first_position, last_position, encode(root, 'hex'),"
        " encode(chain, 'hex'), sealed_at FROM reserve_seal ORDER BY number",
    ):
        span = order[first - 1 : last]
        if first != following or any(row[2] != number for row in span):
            yield f"seal {number}: does not cover positions {following} onward"
            return
        if _tree([leaves[row[1]] for row in span if row[1] in leaves]).hex() != root:
            yield f"seal {number}: its root is not that of its transfers"
        words = f"{number} {first} {last} {_moment(sealed_at)}".encode()
        chain = sha256(b"\x02" + chain + bytes.fromhex(root) + words).digest()
        if chain.hex() != link:
            yield f"seal {number}: does not follow the seal before"
            chain = bytes.fromhex(link)
        following = last + 1


def _leaf(transfer: Any, written: list[tuple[bytes, bytes, int]]) -> bytes:
    kind, key, content, document, on, at, author, prepared, clause, reason, undone = transfer[:11]
    head = [
        "quota transfer 1",
        kind,
        key,
        content,
        document,
        f"{on:%Y-%m-%d}",
        _moment(at),
        str(author),
        str(prepared or ""),
        clause,
        reason,
        str(undone or ""),
    ]
    body = [b"%s %s %d" % entry for entry in written] or [b""]
    return sha256(b"\x00" + b"\n".join([*(word.encode() for word in head), *body])).digest()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _tree(leaves: list[bytes]) -> bytes:
    """Hash a list as RFC 6962 defines it: split at the largest power of two below its length."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()
