"""Batches of readings as people look at them: what was refused in them, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.functional import Promise

from monitoring.imports import messages
from monitoring.models import MonthRun, ReadingBatch, RefusedReading
from monitoring.vocabulary import BatchState
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.periods import Month


def judged_before(batch: ReadingBatch) -> Month | None:
    """Name the first month that counts on what *batch* brought and was judged without it."""
    since = batch.counts.get("since")
    if batch.state != BatchState.ACCEPTED or since is None:
        return None
    taken = batch.job.ended_at if batch.job and batch.job.ended_at else batch.at
    judged = MonthRun.objects.filter(month__gte=since).order_by("month").values_list("month")
    first = judged.annotate(last=Max("at")).filter(last__lt=taken).first()
    return Month.of(first[0]) if first else None


def refused_of(batch: ReadingBatch, code: str = "") -> QuerySet[Any]:
    """Return what was refused in *batch*, all of it or what one reason is behind."""
    refused = RefusedReading.objects.filter(batch=batch)
    return refused.filter(code=code) if code else refused


def reasons_of(batch: ReadingBatch) -> list[tuple[str, str | Promise, int]]:
    """Count what was refused in *batch* by reason, a word with each; the most frequent first."""
    counted = refused_of(batch).order_by().values("code").annotate(n=Count("pk"))
    return [
        (row["code"], messages.REASONS[row["code"]], row["n"])
        for row in counted.order_by("-n", "code")
    ]


def finding_of(refused: RefusedReading, batch: ReadingBatch) -> Finding:
    """Say of a refused row what was found in which cell, in the language active now."""
    counts = batch.counts
    return Finding(
        file=batch.file.name if batch.file else "",
        sheet=counts.get("sheet", ""),
        row=refused.row,
        column=refused.column,
        header=counts.get("headers", {}).get(refused.column, ""),
        code=refused.code,
        severity=Severity.ERROR,
        # The whole sentence, in which nothing is left to be filled in.
        template=messages.sentence(refused.code, refused.facts),
    )


def findings_of(batch: ReadingBatch) -> Iterator[Finding]:
    """Go through everything refused in *batch*, row by row."""
    for refused in refused_of(batch).order_by("row", "column", "pk").iterator(chunk_size=2_000):
        yield finding_of(refused, batch)
