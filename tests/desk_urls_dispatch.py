"""What the walk over every address needs of the quarterly dispatch: see `tests.urls`."""

from __future__ import annotations

from typing import Any

from allocation.models import DispatchList, DispatchTask, Finding
from allocation.services import dispatch_lists
from allocation.vocabulary import ListKind
from tests import dispatched, factories
from tests.dispatched import DAY, Q3, approval

Arguments = dict[str, Any]


def brought(code: str) -> Arguments:
    """A list that was sent in for the place, and not taken in."""
    found = DispatchList.objects.filter(place=code, taken_at=None).first()
    if found is None:
        found = dispatch_lists.receive(
            upload=dispatched.upload(ListKind.EIA),
            kind=ListKind.EIA,
            quarter=Q3,
            place=factories.place(code),
            by=factories.person("city.office"),
            on=DAY,
        )
    return {"pk": found.pk}


def finding(code: str) -> Finding:
    """An approval without a voucher at the place."""
    number = {"320583": 41, "320583P01": 42, "320581": 43}[code]
    found = Finding.objects.filter(place=code, number=approval(number, code=code).number).last()
    if found is None:
        dispatched.listed(approval(number, code=code))
        found = dispatched.run().findings.get(number=approval(number, code=code).number)
    return found


def one(code: str) -> Arguments:
    """The finding itself."""
    return {"pk": finding(code).pk}


def task(code: str) -> Arguments:
    """The task of that finding."""
    return {"pk": DispatchTask.objects.get(key=finding(code).key).pk}


def round_of(code: str) -> Arguments:
    """The version that found it."""
    found = finding(code).round
    return {"quarter": str(found.of), "version": found.version}
