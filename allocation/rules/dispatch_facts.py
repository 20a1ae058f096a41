"""What the rules of the quarterly dispatch are asked with: plain facts of three sources (P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from allocation.vocabulary import CancelReason, FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant

Amounts = Mapping[Pollutant, Grams]

OVERDUE: Final = "overdue_days"
"""The one fact that grows by itself: it makes nothing different from what was found before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose matter it is and where: what every finding says of its polluter."""

    place: str
    uscc: str
    name: str
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMade:
    """A claim of the same polluter, as a dispatch asks about it; refused, withdrawn: none."""

    number: str
    filed: bool
    closure: bool
    permit: str = ""
    permit_changed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledPermit:
    """A permit on the quarter's list, with what it permitted: absent is not stated."""

    number: str
    subject: Subject
    cancelled_on: date
    reason: CancelReason
    reason_word: str
    amounts: Amounts = field(default_factory=dict)
    claims: Sequence[ClaimMade] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPermit:
    """A version of a permit beside the one before it."""

    number: str
    subject: Subject
    changed_on: date
    before: Amounts = field(default_factory=dict)
    after: Amounts = field(default_factory=dict)
    claims: Sequence[ClaimMade] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """A project of the registry with the vouchers that stand for it, and the EIA recorded."""

    project: str
    subject: Subject
    vouchers: tuple[str, ...] = ()
    """Those that are good; what was returned or annulled covers nothing."""
    issued_on: date | None = None
    increments: Amounts = field(default_factory=dict)
    """What the vouchers cover, before the ratio."""
    approvals: tuple[str, ...] = ()
    """The numbers of the EIA approvals that were recorded on its applications."""
    exempt_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """An EIA approval on the quarter's list, with what the registry knows that it may mean."""

    number: str
    subject: Subject
    approved_on: date
    increments: Amounts = field(default_factory=dict)
    exempt_kind: str = ""
    voucher_number: str = ""
    """As written on the list."""
    written: Papers | None = None
    """The project of the voucher written on the list, good or not."""
    written_is_good: bool = False
    written_is_certificate: bool = False
    """What is written is a posted trading certificate, drawn on by some project or by none yet."""
    written_elsewhere: str = ""
    """Another approval that names the same voucher for another project."""
    recorded: Papers | None = None
    """The project on which this approval's number was recorded, or that somebody confirmed."""
    same: Papers | None = None
    """The project of the same code and name (RULES §5)."""
    denied: bool = False
    """Somebody looked: the project of the same name is another."""
    certificates: tuple[str, ...] = ()
    """Of trades in which its polluter bought quota that no application asks for yet (§8)."""

    @property
    def papers(self) -> Papers | None:
        """Give the project that it certainly belongs to, which has a good voucher."""
        if self.written is not None and self.written_is_good and self.fits(self.written):
            return self.written
        return self.recorded

    def fits(self, papers: Papers) -> bool:
        """Say whether a voucher's project is this polluter's."""
        return papers.subject.uscc == self.subject.uscc

    @property
    def adds_nothing(self) -> bool:
        """Say whether it states its increments, and none is more than nothing."""
        return bool(self.increments) and max(self.increments.values()) <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A trade that was closed for one project: what of it no application asks for yet."""

    number: str
    subject: Subject
    certificate: str
    posted_on: date
    left: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An application for which mass is set aside, and when that lapses."""

    number: str
    subject: Subject
    lapses_on: date | None
    amounts: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that a dispatch finds: what it is, of which paper, by which article."""

    kind: FindingKind
    number: str
    """The paper that it is about: an approval, permit, voucher or application."""
    subject: Subject
    clause: str
    due_on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain values: grams by pollutant, days in ISO form, words as written."""

    @property
    def key(self) -> str:
        """Name the matter, the same in every version and quarter in which it is found."""
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The three sources of a quarter, as known on one day."""

    cancelled: Sequence[CancelledPermit] = ()
    changed: Sequence[ChangedPermit] = ()
    approved: Sequence[Approved] = ()
    papers: Sequence[Papers] = ()
    bought: Sequence[Bought] = ()
    held: Sequence[Held] = ()


def plain(amounts: Amounts) -> dict[str, int]:
    """Give amounts as facts keep them: grams by the pollutant's code."""
    return {pollutant.value: int(grams) for pollutant, grams in amounts.items()}
