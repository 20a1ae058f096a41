"""What a list or a program states of one EIA approval, or of one cancelled permit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from allocation.vocabulary import CancelReason, ProjectKind
from quota_registry.kernel.imports.findings import Finding
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant

KINDS: Final[Mapping[str, ProjectKind]] = {
    "新建": ProjectKind.NEW,
    "改建": ProjectKind.REBUILT,
    "扩建": ProjectKind.EXPANDED,
    # Technical renovation is no kind of §7: it counts as rebuilt, and its word is kept.
    "技改": ProjectKind.REBUILT,
    "技术改造": ProjectKind.REBUILT,
}
REASONS: Final[Mapping[str, CancelReason]] = {
    "关闭": CancelReason.CLOSED,
    "破产": CancelReason.BANKRUPT,
    "搬迁": CancelReason.MOVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One EIA approval; a pollutant that is not there was not stated, which is not zero."""

    number: str
    approved_on: date
    authority: str = ""
    name: str
    uscc: str
    project: str
    kind_word: str
    industry: str = ""
    place: str
    strategic: bool = False
    exempt_kind: str = ""
    voucher_number: str = ""
    amounts: Mapping[Pollutant, Grams] = field(default_factory=dict)
    """The increments; less than nothing where the project takes more away than it adds."""

    @property
    def day(self) -> date:
        """Give the day by which the row belongs to a quarter."""
        return self.approved_on

    @property
    def kind(self) -> ProjectKind:
        """Say what the project counts as (§7)."""
        return KINDS[self.kind_word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """One cancelled permit; a pollutant that is not there was not stated in the permit."""

    number: str
    name: str
    uscc: str
    place: str
    cancelled_on: date
    reason_word: str
    amounts: Mapping[Pollutant, Grams] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Give the day by which the row belongs to a quarter."""
        return self.cancelled_on

    @property
    def reason(self) -> CancelReason:
        """Say what the reason counts as; words that the law does not know are others."""
        return REASONS.get(self.reason_word, CancelReason.OTHER)


Stated = Approval | Cancellation


@dataclass(slots=True, kw_only=True)
class ListRow:
    """One row of a list: what it states, if it can be read, and everything found in it."""

    sheet: str
    number: int
    """The row as the spreadsheet counts it."""
    key: str = ""
    name: str = ""
    place: str = ""
    stated: Stated | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Say whether the row may be taken in."""
        return self.stated is not None and not any(
            found.severity.keeps_the_row_out for found in self.findings
        )


@dataclass(frozen=True, slots=True)
class ListFile:
    """A whole list, the sheets that hold something else, and where the places stand in each."""

    file: str
    rows: tuple[ListRow, ...]
    other_sheets: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def good(self) -> tuple[ListRow, ...]:
        """List the rows that may be taken in."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def findings(self) -> Iterator[Finding]:
        """Go through everything found, in the order of the rows."""
        return (found for row in self.rows for found in row.findings)
