"""Claims from a list: each row as stated, with what was found in it, before any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from quota_registry.kernel.imports import layouts, sheets
from quota_registry.kernel.imports.findings import Severity
from quota_registry.kernel.imports.layouts import NoSuchTable, Row, Table
from quota_registry.kernel.mass import NOTHING
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import Verdict
from quota_registry.kernel.vocabulary import Pollutant
from reserve.imports.layout import FLAGS, amount_key, claim_layout
from reserve.imports.rows import ClaimFile, ClaimRow
from reserve.rules import evidence, fates, sources
from reserve.rules.duplicates import ProjectKey
from reserve.rules.evidence import Flags
from reserve.rules.fates import Line

_AMOUNTS = tuple(
    (p, amount_key("verified", p), amount_key("binding", p), amount_key("earlier", p))
    for p in Pollutant
)

REPORTED: Final = 2_000
"""After so many rows it is said how far the reading is."""


def read_claims(
    content: bytes,
    *,
    file: str,
    places: Mapping[str, str],
    book: RuleBook,
    on: date,
    report: Callable[[int, int], None] | None = None,
) -> ClaimFile:
    """
    Read a list of claims, in whichever of its sheets it stands, and judge each row by itself.

    Nothing is looked up but place names: what is on record already is the caller's to compare.
    ``report`` is told now and then how many rows of how many are read.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if none of its sheets is a list of claims.
    :raises WrongUnit: if it is one, but not in tonnes a year.
    """
    layout = claim_layout(places)
    tables: list[Table] = []
    missing: list[tuple[str, NoSuchTable]] = []
    for sheet in sheets.read(content, file=file):
        try:
            tables.append(layouts.locate(sheet, layout))
        except NoSuchTable as problem:
            missing.append((sheet.name, problem))
    if not tables and missing:
        raise missing[0][1]
    judge = _Judge(book=book, on=on)
    expected = sum(len(table.sheet.rows) for table in tables)
    rows: list[ClaimRow] = []
    for table in tables:
        for row in table.rows():
            rows.append(judge.claim(table, row))
            if report is not None and not len(rows) % REPORTED:
                report(len(rows), expected)
    return ClaimFile(
        tuple(rows),
        tuple(name for name, _problem in missing),
        {
            table.sheet.name: {
                key: (place.letter, place.header) for key, place in table.by_key.items()
            }
            for table in tables
        },
    )


class _Judge:
    """Turns the rows of one file into claims; the first good row of a project stands."""

    def __init__(self, *, book: RuleBook, on: date) -> None:
        self.book = book
        self.on = on
        self.seen: dict[ProjectKey, dict[Pollutant, int]] = {}
        # Lists repeat dates, so each pair of them is judged once.
        self.dates: dict[tuple[date | None, date | None], list[tuple[str, Verdict, Severity]]] = {}

    def claim(self, table: Table, row: Row) -> ClaimRow:
        values = row.values
        claim = ClaimRow(
            file=table.sheet.file,
            sheet=table.sheet.name,
            number=row.number,
            declarer=values.get("declarer", ""),
            polluter=values.get("polluter", ""),
            uscc=values.get("uscc", ""),
            permit_number=values.get("permit_number", ""),
            management_class=values.get("management_class"),
            industry=values.get("industry", ""),
            project=values.get("project", ""),
            kind=values.get("kind"),
            finished_on=values.get("finished_on"),
            permit_changed_on=values.get("permit_changed_on"),
            flags=_flags(values),
            remark=values.get("remark", ""),
            findings=row.findings,
        )
        marks = _Marks(table, claim)
        claim.lines = self._lines(row, marks)
        self._judge_dates(claim, marks)
        _judge_codes(claim, marks)
        _judge_flags(claim, marks)
        self._judge_repetition(claim, marks)
        return claim

    def _lines(self, row: Row, marks: _Marks) -> dict[Pollutant, Line]:
        values = row.values
        unreadable = marks.headers_marked() if row.findings else frozenset()
        lines: dict[Pollutant, Line] = {}
        for pollutant, verified, binding, earlier in _AMOUNTS:
            if not (verified in values or binding in values or earlier in values):
                continue
            if unreadable and not unreadable.isdisjoint(marks.letters(verified, binding, earlier)):
                continue
            line = Line(
                values.get(verified, NOTHING),
                values.get(binding, NOTHING),
                values.get(earlier, NOTHING),
            )
            if not line.verified and not line.binding and not line.earlier:
                continue
            lines[pollutant] = line
            if line.admissible < 0:
                # The first group of uses that does not fit is where to look.
                where = binding if line.binding > line.verified else earlier
                marks.verdict(where, fates.uses_fit(line), Severity.ERROR)
        if not lines and not unreadable:
            nothing = fates.something_is_verified(Line(NOTHING))
            marks.verdict(_AMOUNTS[0][1], nothing, Severity.ERROR)
        return lines

    def _judge_dates(self, claim: ClaimRow, marks: _Marks) -> None:
        dates = (claim.finished_on, claim.permit_changed_on)
        if dates not in self.dates:
            self.dates[dates] = [
                found for found in self._verdicts_on(*dates) if not found[1].passes
            ]
        for key, verdict, severity in self.dates[dates]:
            marks.verdict(key, verdict, severity)

    def _verdicts_on(
        self, finished: date | None, changed: date | None
    ) -> Iterator[tuple[str, Verdict, Severity]]:
        if finished is not None:
            finish = sources.finished_by(finished, on=self.on)
            since = sources.finished_since_the_plan(finished, book=self.book)
            yield "finished_on", finish, Severity.ERROR
            yield "finished_on", since, Severity.REFUSAL
            if changed is not None and finish.passes:
                follows = sources.permit_follows_finish(finished, changed, book=self.book)
                yield "permit_changed_on", follows, Severity.WARNING
        if changed is not None:
            known = sources.permit_changed_by(changed, on=self.on)
            yield "permit_changed_on", known, Severity.ERROR

    def _judge_repetition(self, claim: ClaimRow, marks: _Marks) -> None:
        if not claim.is_good:
            return
        seen = self.seen.setdefault(claim.key, {})
        if seen:
            earlier = [seen[pollutant] for pollutant in claim.lines if pollutant in seen]
            if earlier:
                marks.add("project", "duplicate_in_file", Severity.ERROR, row=min(earlier))
                return
        seen.update(dict.fromkeys(claim.lines, claim.number))


def _flags(values: Mapping[str, bool]) -> Flags:
    flags = tuple(values.get(flag, False) for flag in FLAGS)
    return evidence.ALL if all(flags) else Flags(*flags)


class _Marks:
    """Writes findings of one row beside the cells that they are about."""

    def __init__(self, table: Table, claim: ClaimRow) -> None:
        self.table = table
        self.claim = claim

    def headers_marked(self) -> frozenset[str]:
        """Give the letters of the columns whose cell in this row could not be read."""
        return frozenset(
            found.column for found in self.claim.findings if found.severity is Severity.ERROR
        )

    def letters(self, *keys: str) -> tuple[str, ...]:
        """Give the letters of some columns."""
        return tuple(self.table.by_key[key].letter for key in keys)

    def verdict(self, key: str, verdict: Verdict, severity: Severity) -> None:
        """Write down a rule's verdict, if it says no."""
        if not verdict.passes:
            self.claim.findings.append(
                self.table.finding(
                    self.claim.number,
                    key,
                    verdict.code,
                    severity,
                    facts=verdict.facts,
                    template=verdict.refusal.message,
                    clause=verdict.clause,
                )
            )

    def add(self, key: str, code: str, severity: Severity, **facts: object) -> None:
        """Write down a finding of the list itself."""
        self.claim.findings.append(
            self.table.finding(self.claim.number, key, code, severity, facts=facts)
        )


def _judge_codes(claim: ClaimRow, marks: _Marks) -> None:
    if claim.permit_number and claim.uscc and not claim.permit_number.startswith(claim.uscc):
        marks.add("permit_number", "permit_of_another", Severity.WARNING)


def _judge_flags(claim: ClaimRow, marks: _Marks) -> None:
    if claim.kind is None or claim.flags == evidence.ALL:
        return
    unset = next(flag for flag in FLAGS if not getattr(claim.flags, flag))
    verdict = evidence.flags_are_set(claim.kind, claim.flags, permit_states_amount=False)
    marks.verdict(unset, verdict, Severity.HINDRANCE)
