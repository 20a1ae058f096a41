"""Finding the table in a sheet: title and unit rows above, one or two header rows, totals below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import identifiers
from quota_registry.kernel.imports.cells import Cell, Reader
from quota_registry.kernel.imports.findings import Finding, Severity, Unreadable
from quota_registry.kernel.imports.formulas import column_letters
from quota_registry.kernel.imports.sheets import Raw, Sheet
from quota_registry.kernel.refusals import Refusal

SEARCHED: Final = 12
"""How many rows from the top a header may stand in."""

_UNIT_OF_HEADER: Final = re.compile(r"[（(]\s*(吨/年|t/a|吨/a)\s*[）)]\s*$")
_MARK: Final = re.compile(r"^\*+|\*+$")
_UNIT_ROW: Final = re.compile(r"^单位[:：]\s*(?P<unit>\S+)")
_UNITS: Final = frozenset({"吨/年", "t/a", "吨/a", "吨"})
_TOTAL: Final = re.compile(r"(合\s*计|总\s*计|小\s*计|本页合计)[:：]?")
_SIGNATURE: Final = re.compile(
    r"^(填表人|填报人|制表人?|审核人|复核人|负责人|经办人|备注[:：]|注[:：])"
)


class NoSuchTable(Refusal):
    """The sheet has no header with the columns of this layout."""

    code = "header_not_found"
    status = 400
    message = _("找不到表头，缺少：%(missing)s")


class WrongUnit(Refusal):
    """The sheet says that its amounts are in another unit."""

    code = "wrong_unit"
    status = 400
    message = _("表中单位为“%(unit)s”，应为吨/年")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One column of a layout: the headers it may stand under, and how its cells are read.

    A header under a merged one is written with a dash: 核定减排量-COD.
    """

    key: str
    headers: tuple[str, ...]
    reader: Reader[Any]
    required: bool = False
    """Whether a cell of it may not be empty."""
    optional: bool = False
    """Whether the whole column may be left out."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns by which a list is known."""

    name: str
    columns: tuple[Column, ...]


@dataclass(slots=True)
class Row:
    """One row as read: its values by key, empty cells left out, and what was found in it."""

    number: int
    values: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)

    @property
    def stays_out(self) -> bool:
        """Say whether any finding keeps the row out."""
        return any(found.severity.keeps_the_row_out for found in self.findings)


@dataclass(frozen=True, slots=True)
class _Place:
    index: int
    letter: str
    header: str
    column: Column


@dataclass(frozen=True, slots=True)
class Table:
    """A layout found in a sheet: where its columns stand and where its data begin."""

    sheet: Sheet
    first: int
    """The first row of data, counted from 1."""
    places: tuple[_Place, ...]
    by_key: Mapping[str, _Place]
    leading: tuple[_Place, ...]
    """The columns that a row of data can hardly lack."""
    plan: tuple[tuple[int, str, Reader[Any], bool], ...]
    """The same columns once more, as the loop over a hundred thousand rows wants them."""

    def finding(self, row: int, key: str, code: str, severity: Severity, **more: Any) -> Finding:
        """Make a finding about the cell of a row in the column of a key."""
        place = self.by_key[key]
        return Finding(
            file=self.sheet.file,
            sheet=self.sheet.name,
            row=row,
            column=place.letter,
            header=place.header,
            code=code,
            severity=severity,
            **more,
        )

    def rows(self) -> Iterator[Row]:
        """Read the rows of data one after the other; blank, total and signature rows are not."""
        for position in range(self.first - 1, len(self.sheet.rows)):
            cells = self.sheet.rows[position]
            if self._is_data(cells, position + 1):
                yield self._read(cells, position + 1)

    def _is_data(self, cells: Sequence[Raw], number: int) -> bool:
        lead = next((cell for cell in cells if cell != ""), "")
        if lead == "":
            return bool(self._computed(number))
        text = identifiers.clean(lead) if isinstance(lead, str) else ""
        if _TOTAL.fullmatch(text):
            return False
        width = len(cells)
        filled = sum(p.index < width and cells[p.index] != "" for p in self.leading)
        if filled > len(self.leading) // 2:
            return True
        if not any(p.index < width and cells[p.index] != "" for p in self.places):
            return bool(self._computed(number))
        return not (_TOTAL.match(text) or _SIGNATURE.match(text))

    def _read(self, cells: Sequence[Raw], number: int) -> Row:
        row = Row(number, {})
        values = row.values
        computed = self._computed(number)
        short = self.places[-1].index - len(cells) + 1
        if short > 0:
            cells = [*cells, *[""] * short]
        for index, key, reader, required in self.plan:
            raw = cells[index]
            if computed and index in computed:
                row.findings.append(self.finding(number, key, "formula", Severity.ERROR))
            elif raw == "" or (isinstance(raw, str) and raw.isspace()):
                if required:
                    row.findings.append(self.finding(number, key, "missing", Severity.ERROR))
            else:
                try:
                    cell = reader(raw)
                except Unreadable as problem:
                    facts = problem.facts
                    wrong = self.finding(number, key, problem.code, Severity.ERROR, facts=facts)
                    row.findings.append(wrong)
                    continue
                values[key] = cell.value
                if cell.warning or cell.read_as:
                    row.findings += self._remarks(number, key, cell)
        return row

    def _computed(self, number: int) -> frozenset[int]:
        if not self.sheet.formulas:
            return frozenset()
        return frozenset(
            p.index for p in self.places if (number, p.index + 1) in self.sheet.formulas
        )

    def _remarks(self, number: int, key: str, cell: Cell[Any]) -> Iterator[Finding]:
        if cell.warning:
            facts = {"text": cell.value}
            yield self.finding(number, key, cell.warning, Severity.WARNING, facts=facts)
        if cell.read_as:
            facts = {"value": cell.read_as}
            yield self.finding(number, key, "read_as", Severity.NOTE, facts=facts)


def locate(sheet: Sheet, layout: Layout) -> Table:
    """
    Find a layout's header in a sheet, of one row or of two with the upper one merged.

    :raises NoSuchTable: if a column that the layout needs is nowhere.
    :raises WrongUnit: if a line above the header names a unit other than tonnes a year.
    """
    best: dict[str, tuple[int, str]] = {}
    first = 0
    for top in range(min(SEARCHED, len(sheet.rows))):
        for height in (1, 2):
            found = _match(_headers(sheet.rows, top, height), layout)
            if len(found) > len(best):
                best, first = found, top + height
    missing = [c.headers[0] for c in layout.columns if c.key not in best and not c.optional]
    if missing:
        raise NoSuchTable(missing="、".join(missing[:8]))
    _refuse_other_units(sheet.rows[:first])
    places = tuple(
        _Place(index, column_letters(index + 1), header, column)
        for column in layout.columns
        if column.key in best
        for index, header in [best[column.key]]
    )
    places = tuple(sorted(places, key=lambda place: place.index))
    leading = tuple(place for place in places if place.column.required)
    plan = tuple((p.index, p.column.key, p.column.reader, p.column.required) for p in places)
    return Table(sheet, first + 1, places, {p.column.key: p for p in places}, leading, plan)


def _headers(rows: Sequence[Sequence[Raw]], top: int, height: int) -> list[str]:
    upper = [_header(cell) for cell in rows[top]]
    if height == 1 or top + 1 >= len(rows):
        return upper
    lower = [_header(cell) for cell in rows[top + 1]]
    headers = []
    over = ""
    for index, below in enumerate(lower):
        over = (upper[index] if index < len(upper) else "") or over
        headers.append("-".join(filter(None, (over, below))))
        if not below:
            over = ""
    return headers


def _header(cell: Raw) -> str:
    if not isinstance(cell, str):
        return ""
    text = _MARK.sub("", identifiers.clean_name(cell))
    return _UNIT_OF_HEADER.sub("", text).strip()


def _match(headers: Sequence[str], layout: Layout) -> dict[str, tuple[int, str]]:
    known = {_header(name): column.key for column in layout.columns for name in column.headers}
    found: dict[str, tuple[int, str]] = {}
    for index, header in enumerate(headers):
        key = known.get(header)
        if key is not None:
            found.setdefault(key, (index, header))
    return found


def _refuse_other_units(rows: Sequence[Sequence[Raw]]) -> None:
    for row in rows:
        for cell in row:
            match = _UNIT_ROW.match(identifiers.clean(cell)) if isinstance(cell, str) else None
            if match and match["unit"] not in _UNITS:
                raise WrongUnit(unit=match["unit"])
