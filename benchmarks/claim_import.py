"""
A list of 100 000 claims taken in, beside raw COPY of the same rows.

The peer puts the very rows that the import leaves behind, their history included, into tables of
the same shape with the same indexes, without looking at any of them: no comparison with the
record, no foreign keys, no guards. One figure is the staging (COPY and comparisons), the other
the whole way to drafts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.harness import Figure, copied
from tests.databases import Addresses

ROWS = 100_000
POLLUTERS = 25_000
ON = date(2026, 10, 9)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STAGED = ("reserve_importrow",)
DRAFTED = (
    *STAGED,
    "kernel_polluter",
    "kernel_permit",
    "kernel_permitversion",
    "reserve_claim",
    "reserve_claimline",
    "kernel_rowevent",
)


def run(addresses: Addresses) -> Iterator[Figure]:
    """Take the list in once, then COPY what it left behind into plain tables of the same shape."""
    from django.db import transaction

    from quota_registry.kernel.models import Person
    from quota_registry.kernel.permissions import Permission
    from quota_registry.kernel.services import access, audit
    from reserve.imports.rows import ClaimFile
    from reserve.models import ImportBatch
    from reserve.services import drafting, staging
    from tests import factories

    factories.all_places()
    factories.rule_book()
    office: Person = factories.person("city.office")
    with transaction.atomic():
        audit.sign(by=office)
        batch = ImportBatch.objects.create(
            kind="claims",
            file=factories.stored_file("100000.xlsx", by=office),
            place=factories.place("320500"),
            by=office,
        )
    file = ClaimFile(tuple(_rows()))

    spent: dict[str, float] = {}
    with transaction.atomic():
        audit.sign(by=office)
        began = time.perf_counter()
        staging.put_down(batch, file)
        spent["COPY"] = time.perf_counter() - began
        paths = access.paths(office, Permission.IMPORT_CLAIMS, on=ON)
        counts = staging.compare(batch, paths=paths)
    spent["staging"] = time.perf_counter() - began
    assert counts["drafts"] == ROWS, counts
    with transaction.atomic():
        audit.sign(by=office)
        began = time.perf_counter()
        made = drafting.make(batch, by=office, on=ON)
    # Foreign keys are looked up when it commits.
    spent["drafts"] = time.perf_counter() - began
    assert made["claims"] == ROWS, made

    raw = {table: copied(addresses, table) for table in DRAFTED}
    staged = raw["reserve_importrow"]
    whole = sum(raw.values())
    yield Figure(
        "claim_import_staging",
        spent["staging"] / staged,
        3,
        at_most=True,
        note=f"{ROWS} rows, COPY and checks {spent['staging']:.1f} s beside {staged:.1f} s",
    )
    yield Figure(
        "claim_import",
        (spent["staging"] + spent["drafts"]) / whole,
        3,
        at_most=True,
        note=(
            f"{ROWS} rows to {made['lines']} lines with their history"
            f" {spent['staging'] + spent['drafts']:.1f} s beside {whole:.1f} s"
        ),
    )


def _rows() -> Iterator[Any]:
    from quota_registry.kernel.mass import Grams
    from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
    from reserve.imports.rows import ClaimRow
    from reserve.rules.evidence import ALL
    from reserve.rules.fates import Line
    from reserve.vocabulary import SourceKind

    places = ("320583", "320583P01", "320581", "320500P01")
    pollutants = (Pollutant.COD, Pollutant.NH3N, Pollutant.TN, Pollutant.TP)
    for number in range(ROWS):
        polluter = number % POLLUTERS
        uscc = f"91320583MA{_letters(polluter):0>8}"
        yield ClaimRow(
            file="100000.xlsx",
            sheet="申报汇总",
            number=number + 5,
            declarer=places[polluter % len(places)],
            polluter=f"昆山示范远博材料{polluter:05d}有限公司",
            uscc=uscc,
            permit_number=f"{uscc}001P",
            management_class=ManagementClass.KEY,
            industry="C2761",
            project=f"示范深度治理工程{number}",
            kind=SourceKind.DEEP_TREATMENT,
            finished_on=date(2024, 1, 1) + timedelta(days=number % 600),
            permit_changed_on=date(2024, 3, 1) + timedelta(days=number % 600),
            lines={
                pollutant: Line(Grams(1_000_000 + number), Grams(number % 7), Grams(0))
                for pollutant in pollutants
            },
            flags=ALL,
        )


def _letters(number: int) -> str:
    word = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        word = ALPHABET[rest] + word
    return word
