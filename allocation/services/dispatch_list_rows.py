"""The rows of the quarter's lists, written: new ones, and what corrects what was stated before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from allocation.imports.stated import Approval, Stated
from allocation.models import DispatchList, EiaApproval, PermitCancellation
from allocation.vocabulary import ListKind
from quota_registry.kernel import identifiers
from quota_registry.kernel.models import Polluter, PolluterName
from quota_registry.kernel.services.jobs import Tell

MODELS: Final = {ListKind.EIA: EiaApproval, ListKind.CANCELLED: PermitCancellation}
TOLD: Final = 50
"""Of so many rows each it is said how far the work is."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a list."""

    new: int
    corrected: tuple[str, ...]
    """The numbers whose rows stated something else before."""
    unchanged: int
    unknown: int
    """Rows whose polluter is not registered: kept as they were written."""
    elsewhere: frozenset[str] = frozenset()
    """The numbers that stay as they are: on record at a place beyond the caller's reach."""

    @property
    def counts(self) -> dict[str, int]:
        """Give the figures that are kept with the list."""
        return {
            "new": self.new,
            "corrected": len(self.corrected),
            "unchanged": self.unchanged,
            "unknown": self.unknown,
        }


def wait_for_others() -> None:
    """Let two lists at once follow one another, so that each sees what the other wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('allocation.dispatch_lists'))")


def elsewhere(kind: ListKind, rows: Sequence[Stated], within: Q) -> frozenset[str]:
    """Name the numbers that are on record, and not *within*."""
    model: Any = MODELS[kind]
    standing = model.objects.filter(number__in={row.number for row in rows}).exclude(within)
    return frozenset(standing.values_list("number", flat=True))


def write(
    brought: DispatchList, rows: Sequence[tuple[int, Stated]], *, report: Tell | None = None
) -> Taken:
    """
    Write the rows that are new or say something else than before.

    What a later quarter's list states again stays in the quarter that listed it first.
    """
    model: Any = MODELS[ListKind(brought.kind)]
    standing = {
        row.number: row
        for row in model.objects.filter(number__in=[stated.number for _row, stated in rows])
    }
    known = _known({stated.uscc for _row, stated in rows})
    new, corrected, unchanged = [], [], 0
    for done, (row, stated) in enumerate(rows):
        if report is not None and not done % TOLD:
            report(done, len(rows))
        before = standing.get(stated.number)
        first = brought.quarter if before is None else min(before.quarter, brought.quarter)
        said = _columns(stated, quarter=first)
        if before is None:
            new.append(model(list=brought, row=row, **said))
        elif all(getattr(before, name) == value for name, value in said.items()):
            unchanged += 1
        else:
            for name, value in {"list": brought, "row": row, **said}.items():
                setattr(before, name, value)
            before.save()
            corrected.append(stated.number)
    model.objects.bulk_create(new)
    return Taken(
        new=len(new),
        corrected=tuple(corrected),
        unchanged=unchanged,
        unknown=sum(stated.uscc not in known for _row, stated in rows),
    )


def _columns(stated: Stated, *, quarter: date) -> dict[str, Any]:
    """Give what a row states by the columns in which it is kept."""
    said = {field.name: getattr(stated, field.name) for field in fields(stated)}
    said["place_id"] = said.pop("place")
    said["amounts"] = {p.value: int(grams) for p, grams in sorted(stated.amounts.items())}
    said["quarter"] = quarter
    if isinstance(stated, Approval):
        said |= {
            "kind": stated.kind,
            "project_key": identifiers.normalise_project(stated.project),
        }
    else:
        said["reason"] = stated.reason
    return said


def _known(usccs: set[str]) -> set[str]:
    """Keep the codes of registered polluters, also those that one bore before."""
    former = PolluterName.objects.filter(uscc__in=usccs).values_list("uscc", flat=True)
    return set(Polluter.objects.filter(uscc__in=usccs).values_list("uscc", flat=True)) | set(former)
