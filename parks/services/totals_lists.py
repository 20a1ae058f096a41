"""Workbooks of annual totals: kept as they came, read, and put into the parks' drafts (§16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parks.imports import workbook
from parks.imports.rows import amounts_of
from parks.imports.workbook import ReadRow, Workbook
from parks.models import AnnualTotals, Member, TotalsList
from parks.refusals import ListTaken, YearNotOver
from parks.services import totals, totals_rows
from parks.services.totals_known import Known, one_by_one, polluters_of
from parks.services.totals_rows import RowContent
from parks.vocabulary import TotalsStatus
from quota_registry.kernel import identifiers
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.pinyin import sort_key
from quota_registry.kernel.refusals import kept
from quota_registry.kernel.services import access, audit, files
from quota_registry.kernel.services.jobs import Tell
from quota_registry.kernel.services.polluter_lists import TooLong
from quota_registry.kernel.vocabulary import Tier

RIGHT: Final = Permission.IMPORT_TOTALS
MOST_ROWS: Final = 150_000
"""The polluters of all parks of a city, with room to spare."""

NO_PARK: Final = _("工作表名称不是园区名称")
NOT_YOURS: Final = _("该园区不在您的辖区内，不得由您导入")
SAME_PARK: Final = _("另有工作表属同一园区，不能确定以哪一张为准")
UNDER_WAY: Final = _("该园区的年度总量已提交，退回或撤回之前不导入")
CORRECTED: Final = _("以导入的表更正")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of taking a workbook in, or would."""

    parks: int
    rows: int
    wrong: int
    """Cells that are wrong and keep their rows from counting."""
    changed: int
    """Rows that are new, other or gone beside the drafts as they stood."""
    registered: int
    """Polluters that were unknown, registered from their rows and to be confirmed."""
    joined: int
    """Polluters that became members of their park from the first day of the year."""

    @property
    def counts(self) -> dict[str, int]:
        """Give the figures that are kept with the list."""
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def receive(
    *, upload: UploadedFile[Any], year: int, place: Place, by: Person, on: date
) -> TotalsList:
    """
    Keep a workbook that somebody sent in; nothing of it is taken in yet.

    :raises HostileFile: if the file may not be opened.
    :raises YearNotOver: if the year is not over.
    """
    access.require(by, RIGHT, place, on=on)
    if on.year <= year:
        raise YearNotOver(year=year, clause=clause("16.1"))
    hostile.examine(upload.read())
    upload.seek(0)
    return TotalsList.objects.create(
        year=year,
        place=place,
        file=files.store(upload=upload, place=place, by=by, is_list=True),
        by=by,
    )


def read(*, brought: TotalsList, by: Person, on: date) -> Workbook:
    """
    Read a workbook that was sent in.

    A sheet of a park that is not this person's stays out, two of the same park, and one of a park
    whose totals are handed in or filed: the other parks need not wait for it.

    :raises NoSuchTable: if no sheet of it holds totals.
    :raises TooLong: if it has more rows than are taken in at a time.
    """
    with files.open_bytes(brought.file) as stream:
        content = stream.read()
    parks = list(Place.objects.filter(tier=Tier.PARK, valid_until=None))
    mine = {place.code for place in parks if access.may(by, RIGHT, place, on=on)}
    found = workbook.read(
        content,
        file=brought.file.name,
        year=brought.year,
        places=identifiers.place_table(
            (name, place.code) for place in parks for name in (place.name, *place.short_names)
        ),
        alone=brought.place.code if brought.place.tier == Tier.PARK else "",
    )
    busy = set(
        AnnualTotals.objects.filter(
            year=brought.year, status__in=(TotalsStatus.CHECKING, TotalsStatus.FILED)
        ).values_list("place", flat=True)
    )
    sheets_of = Counter(sheet.place for sheet in found.sheets)
    for sheet in list(found.sheets):
        if sheet.place not in mine:
            found.others[sheet.name] = kept(NOT_YOURS if sheet.place else NO_PARK)
        elif sheets_of[sheet.place] > 1:
            found.others[sheet.name] = kept(SAME_PARK)
        elif sheet.place in busy:
            found.others[sheet.name] = kept(UNDER_WAY)
        else:
            continue
        found.sheets.remove(sheet)
    if sum(len(sheet.rows) for sheet in found.sheets) > MOST_ROWS:
        raise TooLong(rows=sum(len(sheet.rows) for sheet in found.sheets), most=MOST_ROWS)
    known = Known(found, brought.year, {place.code: place.name for place in parks})
    for sheet in found.sheets:
        known.mark(sheet)
    return found


def try_out(
    *, brought: TotalsList, found: Workbook, by: Person, on: date, report: Tell | None = None
) -> Taken:
    """Say what `take_in` would do, by doing it and taking everything back."""
    with transaction.atomic():
        taken = take_in(brought=brought, found=found, by=by, on=on, report=report)
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def take_in(
    *, brought: TotalsList, found: Workbook, by: Person, on: date, report: Tell | None = None
) -> Taken:
    """
    Put a workbook's sheets into the drafts of their parks, wrong cells marked as they came.

    A draft that says the same already is left alone, so the same file again changes nothing.
    Polluters that nobody knows are registered from their rows, to be confirmed.

    :raises ListTaken: if it was taken in already.
    :raises TotalsUnderWay: if a park's totals were handed in since the workbook was read.
    """
    audit.sign(by=by)
    brought = TotalsList.objects.select_for_update().get(pk=brought.pk)
    if brought.taken_at is not None:
        raise ListTaken(clause=clause("16.1"))
    polluters = polluters_of(found)
    registered = _register(found, polluters)
    joined = _join(found, brought.year, polluters)
    rows = changed = wrong = 0
    for done, sheet in enumerate(found.sheets):
        if report is not None:
            report(done, len(found.sheets))
        place = Place.objects.get(pk=sheet.place)
        content = [
            _content(number, row, polluters) for number, row in workbook.numbered(sheet.rows)
        ]
        rows += len(content)
        wrong += sum(len(row.faults) for row in content)
        changed += _write(place, brought.year, content, by=by, on=on)
    taken = Taken(
        parks=len(found.sheets),
        rows=rows,
        wrong=wrong,
        changed=changed,
        registered=registered,
        joined=joined,
    )
    brought.taken_at = timezone.now()
    brought.counts = dict(taken.counts)
    brought.save(update_fields=["taken_at", "counts"])
    audit.record(verb="parks.totals_list.taken_in", by=by, subject=str(brought), **brought.counts)
    return taken


def _write(place: Place, year: int, rows: Sequence[RowContent], *, by: Person, on: date) -> int:
    """Bring a park's draft to what its sheet says, and count the rows that differ."""
    newest = AnnualTotals.objects.filter(place=place, year=year).order_by("-version").first()
    standing = {} if newest is None else {row.number: row for row in newest.rows.all()}
    wanted = {row.number: row for row in rows}
    differs = sum(
        number not in standing
        or number not in wanted
        or any(
            getattr(standing[number], name) != value
            for name, value in totals_rows.columns(wanted[number]).items()
        )
        for number in standing.keys() | wanted.keys()
    )
    if not differs:
        return 0
    if newest is None or newest.status != TotalsStatus.DRAFT:
        newest = totals.begin(
            place=place, year=year, reason=str(CORRECTED), by=by, on=on, right=RIGHT
        )
    totals_rows.replace_all(totals=newest, rows=rows, by=by, on=on, right=RIGHT)
    return differs


def _content(number: int, row: ReadRow, polluters: Mapping[str, int]) -> RowContent:
    values = row.values
    return RowContent(
        number=number,
        polluter=polluters.get(values.get("uscc", "")),
        name=values.get("name", ""),
        uscc=values.get("uscc", ""),
        permit_number=values.get("permit", ""),
        source=values.get("source", ""),
        amounts=amounts_of(values),
        output=values.get("output"),
        note=values.get("note", ""),
        faults=row.faults,
    )


def _register(found: Workbook, polluters: dict[str, int]) -> int:
    """Register the *polluters* that nobody knows, from the first row that names each."""
    new: dict[str, Polluter] = {}
    for sheet in found.sheets:
        for row in sheet.rows:
            uscc, name = row.values.get("uscc", ""), row.values.get("name", "")
            if uscc and name and uscc not in polluters and uscc not in new:
                new[uscc] = Polluter(
                    uscc=uscc,
                    name=name,
                    place_id=sheet.place,
                    confirmed=False,
                    sort_key=sort_key(name),
                )
    Polluter.objects.bulk_create(new.values(), batch_size=2000)
    polluters |= {uscc: polluter.pk for uscc, polluter in new.items()}
    return len(new)


def _join(found: Workbook, year: int, polluters: Mapping[str, int]) -> int:
    """Make members, from the year's first day, of those that a park reports and no park has."""
    there = set(
        Member.objects.filter(
            polluter__in=one_by_one(polluters.values()),
            during__overlap=DateRange(date(year, 1, 1), None),
        ).values_list("polluter_id", flat=True)
    )
    new: dict[int, Member] = {}
    for sheet in found.sheets:
        for row in sheet.rows:
            polluter = polluters.get(row.values.get("uscc", ""))
            if polluter is not None and polluter not in there and polluter not in new:
                new[polluter] = Member(
                    place_id=sheet.place,
                    polluter_id=polluter,
                    during=DateRange(date(year, 1, 1), None),
                )
    Member.objects.bulk_create(new.values(), batch_size=2000)
    return len(new)
