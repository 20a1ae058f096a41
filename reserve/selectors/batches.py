"""Batches as people look at them: their rows by what was found, and the claims they became."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports.findings import Finding
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, ImportBatch, ImportRow
from reserve.vocabulary import ClaimStatus

KINDS: Final[dict[str, tuple[str | Promise, Q]]] = {
    "doubtful": (_("有问题的"), ~Q(errors=[]) | ~Q(warnings=[])),
    "errors": (_("错误"), Q(errors__contains=[{"severity": "error"}])),
    "refused": (_("不予受理"), Q(errors__contains=[{"severity": "refusal"}])),
    "hindered": (_("可存不可报"), Q(errors=[], warnings__contains=[{"severity": "hindrance"}])),
    "warned": (_("提示"), Q(warnings__contains=[{"severity": "warning"}])),
    "good": (_("可导入"), Q(errors=[], claim=None)),
    "unchanged": (_("已在库"), Q(errors=[]) & ~Q(claim=None)),
    "all": (_("全部"), Q()),
}
"""What of a batch one may look at: a word for it, and the rows that it keeps."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a batch with everything found in it, for a page."""

    row: ImportRow
    findings: tuple[Finding, ...]
    amounts: tuple[tuple[Pollutant, int], ...]

    @property
    def worst(self) -> str:
        """Give the severity that decides what becomes of the row."""
        order = ("error", "refusal", "hindrance", "warning", "note")
        found = {finding.severity.value for finding in self.findings}
        return next((one for one in order if one in found), "")


def rows_of(batch: ImportBatch, kind: str) -> QuerySet[Any]:
    """Return the rows of *batch* that *kind* keeps, in the order of the list."""
    _label, condition = KINDS.get(kind, KINDS["all"])
    return batch.rows.filter(condition).select_related("claim")


def findings_of(row: ImportRow, *, file: str) -> tuple[Finding, ...]:
    """Take out everything that was found in a row, the worst first."""
    return tuple(
        Finding.taken_out(stored, file=file, sheet=row.sheet, row=row.row)
        for stored in (*row.errors, *row.warnings)
    )


def shown(row: ImportRow, *, file: str) -> Shown:
    """Return *row* with its findings and the amounts that it states, for a page."""
    lines = row.values.get("lines", {})
    return Shown(
        row,
        findings_of(row, file=file),
        tuple((p, lines[p.value][0]) for p in Pollutant if p.value in lines),
    )


def all_findings(batch: ImportBatch) -> Iterator[Finding]:
    """Go through everything found in *batch*, row by row."""
    doubtful = rows_of(batch, "doubtful").order_by("sheet", "row")
    for row in doubtful.iterator(chunk_size=2_000):
        yield from findings_of(row, file=batch.file.name)


def standing_of(batch: ImportBatch) -> list[tuple[str, str | Promise, int]]:
    """Count the claims that *batch* became by where they stand now."""
    counted: dict[str, int] = {}
    for status in Claim.objects.filter(batch=batch).order_by().values_list("status", flat=True):
        counted[status] = counted.get(status, 0) + 1
    return [
        (status.value, status.label, counted[status]) for status in ClaimStatus if status in counted
    ]
