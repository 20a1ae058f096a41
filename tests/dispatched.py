"""The quarter's lists to test with: rows of one's own, and the bureau's files in their city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from allocation.imports.stated import Approval, Cancellation, Stated
from allocation.models import DispatchList, DispatchRound, DispatchTask, Finding
from allocation.services import dispatch_lists, dispatch_rounds
from allocation.services.dispatch_list_rows import Taken
from allocation.vocabulary import ListKind
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant, Tier
from tests import factories
from tests.stations import BUREAU

DAY: Final = date(2026, 10, 10)
Q3: Final = Quarter(2026, 3)
COUNTIES: Final = {
    "320505": "虎丘区",
    "320506": "吴中区",
    "320507": "相城区",
    "320508": "姑苏区",
    "320509": "吴江区",
    "320582": "张家港市",
    "320585": "太仓市",
}


def approval(number: int = 1, *, code: str = "320583", **changes: Any) -> Approval:
    """State an approval of the polluter of this number, for the project of `tests.desk`."""
    of = factories.polluter(number, code)
    stated = Approval(
        number=f"苏环建〔2026〕83第{1000 + number}号",
        approved_on=date(2026, 8, 8),
        name=of.name,
        uscc=of.uscc,
        project=f"年产{number}万吨示范材料项目",
        kind_word="新建",
        place=code,
        amounts={Pollutant.NOX: grams_of("1")},
    )
    return replace(stated, **changes)


def cancellation(number: int = 1, *, code: str = "320583", **changes: Any) -> Cancellation:
    """State that the permit of the polluter of this number was cancelled: it closed."""
    of = factories.polluter(number, code)
    stated = Cancellation(
        number=factories.permit(of).number,
        name=of.name,
        uscc=of.uscc,
        place=code,
        cancelled_on=date(2026, 8, 16),
        reason_word="关闭",
        amounts={Pollutant.COD: grams_of("1.982")},
    )
    return replace(stated, **changes)


def listed(*rows: Stated, quarter: Quarter = Q3, on: date = DAY) -> Taken:
    """Take rows in as a program of the city's would send them."""
    factories.rule_book()
    office = factories.person("city.office")
    kind = ListKind.EIA if isinstance(rows[0], Approval) else ListKind.CANCELLED
    _brought, taken = dispatch_lists.receive_rows(
        kind=kind,
        quarter=quarter,
        rows=rows,
        by=office,
        responsible=office,
        place=factories.place("320500"),
        within=access.within(office, Permission.IMPORT_DISPATCH, on=on),
        on=on,
    )
    return taken


def run(quarter: Quarter = Q3, *, by: str = "city.office", on: date = DAY) -> DispatchRound:
    """Dispatch a quarter."""
    factories.rule_book()
    return dispatch_rounds.run(quarter=quarter, by=factories.person(by), on=on)


def found(of: DispatchRound) -> list[tuple[str, str]]:
    """Give what a round found: kinds and numbers in its order."""
    return list(of.findings.order_by("id").values_list("kind", "number"))


def bureau_places() -> None:
    """Register every county that the bureau's two lists name."""
    factories.all_places()
    city = factories.place("320500")
    with factories.system():
        Place.objects.bulk_create(
            Place(code=code, name=name, tier=Tier.COUNTY, parent=city, path=f"{city.path}{code}/")
            for code, name in COUNTIES.items()
        )


def upload(kind: ListKind) -> SimpleUploadedFile:
    """Give the bureau's file as a browser sends it."""
    name = f"{kind.value}.xlsx"
    return SimpleUploadedFile(name, (BUREAU / name).read_bytes())


def brought(kind: ListKind, *, by: Person | None = None, on: date = DAY) -> DispatchList:
    """Let somebody send in the bureau's list."""
    return dispatch_lists.receive(
        upload=upload(kind),
        kind=kind,
        quarter=Q3,
        place=factories.place("320500"),
        by=by or factories.person("city.office"),
        on=on,
    )


def take(of: DispatchList, *, by: str = "city.office", on: date = DAY) -> Taken:
    """Take a list in, as its worker does."""
    person = factories.person(by)
    return dispatch_lists.take_in(
        brought=of,
        found=dispatch_lists.read(brought=of, by=person, on=on),
        by=person,
        on=on,
    )


def task_at(code: str) -> DispatchTask:
    """Make a task that the people of a place are to settle."""
    listed(cancellation(7, code=code))
    made = run()
    return made.findings.filter(place=code)[0].task


def probable_at(code: str) -> Finding:
    """Make a finding at a place, with the round that it belongs to."""
    listed(approval(8, code=code))
    return run().findings.get(place=code)
