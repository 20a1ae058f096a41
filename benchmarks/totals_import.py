"""
A workbook of 100 000 rows of annual totals, fifty parks, beside raw COPY of the rows it leaves.

Ours reads the XLSX, looks every polluter up, compares with what stood and writes the drafts; the
peer puts the very rows into a table of the same shape with the same indexes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import xlsxwriter

from benchmarks.harness import Figure, copied
from tests.databases import Addresses

PARKS = 50
EACH = 2_000
YEAR = 2025
ON = date(2026, 2, 10)


def run(addresses: Addresses) -> Iterator[Figure]:
    """Send the workbook in and take it in, then COPY what it left behind."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import transaction

    from parks.models import TotalsRow
    from parks.services import totals_lists
    from quota_registry.kernel.services import audit
    from quota_registry.kernel.vocabulary import Tier
    from tests import factories

    factories.all_places()
    factories.rule_book()
    office = factories.person("city.office")
    city = factories.place("320500")
    places = _places(city)
    brought = totals_lists.receive(
        upload=SimpleUploadedFile("100000.xlsx", _workbook([place.name for place in places])),
        year=YEAR,
        place=city,
        by=office,
        on=ON,
    )
    began = time.perf_counter()
    found = totals_lists.read(brought=brought, by=office, on=ON)
    read = time.perf_counter() - began
    with transaction.atomic():
        audit.sign(by=office)
        taken = totals_lists.take_in(brought=brought, found=found, by=office, on=ON)
    # Foreign keys are looked up when it commits.
    spent = time.perf_counter() - began
    assert (taken.rows, taken.wrong) == (PARKS * EACH, 0), taken
    assert TotalsRow.objects.count() == PARKS * EACH
    assert {place.tier for place in places} == {Tier.PARK}
    raw = copied(addresses, "parks_totalsrow")
    yield Figure(
        "totals_import_seconds",
        spent,
        30,
        at_most=True,
        note=(
            f"{PARKS * EACH} rows of {PARKS} parks, every polluter registered with them: read"
            f" {read:.1f} s, in all {spent / raw:.1f} times COPY of the rows alone ({raw:.1f} s)"
        ),
    )


def _places(city: Any) -> list[Any]:
    from quota_registry.kernel.models import Place
    from quota_registry.kernel.vocabulary import Tier
    from tests import factories

    with factories.system():
        return [
            Place.objects.create(
                code=f"320500P{number:02d}",
                name=f"示范园区{number:02d}",
                tier=Tier.PARK,
                parent=city,
                path=f"{city.path}320500P{number:02d}/",
            )
            for number in range(40, 40 + PARKS)
        ]


def _workbook(names: list[str]) -> bytes:
    from quota_registry.kernel.vocabulary import Pollutant

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": True})
    heads = ["单位名称", "统一社会信用代码", "数据来源"]
    heads += [f"排放总量-{pollutant.symbol}" for pollutant in Pollutant]
    for place, name in enumerate(names):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heads)
        for row in range(EACH):
            number = place * EACH + row
            uscc = f"91320583MA{number:08d}"
            amounts = [1 + (number + at) % 997 / 1000 for at in range(len(Pollutant))]
            words = [f"示范远博材料{number:06d}有限公司", uscc, "自动监测"]
            sheet.write_row(row + 1, 0, [*words, *amounts])
    book.close()
    return target.getvalue()
