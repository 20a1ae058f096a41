"""One row of a list of claims, as stated and as judged; it can be put away and taken out again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from reserve.rules.duplicates import ProjectKey
from reserve.rules.evidence import Flags
from reserve.rules.fates import Line
from reserve.vocabulary import SourceKind

# Made once: for each of 100 000 rows it would be made anew.
_FORM: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@dataclass(slots=True, kw_only=True)
class ClaimRow:
    """One claim as a list states it, with everything found in its row."""

    file: str
    sheet: str
    number: int
    """The row as the spreadsheet counts it."""
    declarer: str = ""
    """The registry code of the place that declares."""
    polluter: str = ""
    uscc: str = ""
    permit_number: str = ""
    management_class: ManagementClass | None = None
    industry: str = ""
    project: str = ""
    kind: SourceKind | None = None
    finished_on: date | None = None
    permit_changed_on: date | None = None
    lines: Mapping[Pollutant, Line] = field(default_factory=dict)
    flags: Flags = field(default_factory=Flags)
    remark: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Say whether the row may become a draft claim."""
        return not any(found.severity.keeps_the_row_out for found in self.findings)

    @property
    def may_be_filed(self) -> bool:
        """Say whether the draft could be filed as it stands, files and lateness aside."""
        return self.is_good and not any(
            found.severity is Severity.HINDRANCE for found in self.findings
        )

    @property
    def key(self) -> ProjectKey:
        """Give what makes its project the same as another's."""
        return ProjectKey.of(self.uscc, self.project)

    @property
    def digest(self) -> str:
        """Give a fingerprint of what the row states, wherever in whichever file it stands."""
        return digest_of(self.written())

    def written(self) -> str:
        """Write down what the row states in the one form that its fingerprint is taken of."""
        return _FORM.encode(self.to_document())

    def to_document(self) -> dict[str, Any]:
        """Give what the row states as plain values, amounts in grams; findings are left out."""
        return {
            "declarer": self.declarer,
            "polluter": self.polluter,
            "uscc": self.uscc,
            "permit_number": self.permit_number,
            "management_class": self.management_class.value if self.management_class else "",
            "industry": self.industry,
            "project": self.project,
            "kind": self.kind.value if self.kind else "",
            "finished_on": self.finished_on.isoformat() if self.finished_on else "",
            "permit_changed_on": (
                self.permit_changed_on.isoformat() if self.permit_changed_on else ""
            ),
            "lines": {
                pollutant.value: [line.verified, line.binding, line.earlier]
                for pollutant, line in self.lines.items()
            },
            "flags": [self.flags.monitorable, self.flags.reportable, self.flags.verifiable],
            "remark": self.remark,
        }

    @classmethod
    def from_document(
        cls, document: Mapping[str, Any], *, file: str, sheet: str, number: int
    ) -> Self:
        """Take a row out again as it was put away, without its findings."""
        finished, changed = document["finished_on"], document["permit_changed_on"]
        classed, kind = document["management_class"], document["kind"]
        return cls(
            file=file,
            sheet=sheet,
            number=number,
            declarer=document["declarer"],
            polluter=document["polluter"],
            uscc=document["uscc"],
            permit_number=document["permit_number"],
            management_class=ManagementClass(classed) if classed else None,
            industry=document["industry"],
            project=document["project"],
            kind=SourceKind(kind) if kind else None,
            finished_on=date.fromisoformat(finished) if finished else None,
            permit_changed_on=date.fromisoformat(changed) if changed else None,
            lines={
                Pollutant(code): Line(*(Grams(part) for part in parts))
                for code, parts in document["lines"].items()
            },
            flags=Flags(*document["flags"]),
            remark=document["remark"],
        )


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A whole list: its rows in order, and the sheets that hold something else."""

    rows: tuple[ClaimRow, ...]
    other_sheets: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    """Per sheet, where each value stands: the letter of its column and its header."""

    @property
    def good(self) -> tuple[ClaimRow, ...]:
        """List the rows that may become drafts."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def findings(self) -> Iterator[Finding]:
        """Go through everything found, in the order of the rows."""
        return (found for row in self.rows for found in row.findings)


def digest_of(written: str) -> str:
    """Give the fingerprint of a row as `ClaimRow.written` has it."""
    return hashlib.sha256(written.encode()).hexdigest()
