"""What one asks of the ledger: from where, to where, how much, and from which paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from quota_registry.kernel.mass import Grams
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind


class Prefer(StrEnum):
    """Which lots are drawn first: the oldest, or those of Lake Tai first or last (YRD)."""

    OLDEST = "oldest"
    LAKE_TAI_LAST = "lake_tai_last"
    LAKE_TAI_FIRST = "lake_tai_first"


@dataclass(frozen=True, slots=True)
class Where:
    """An account by its natural key; the ledger opens it on first use."""

    kind: AccountKind
    place: str | None = None
    polluter: int | None = None
    city: str = ""
    case: str = ""

    def to_document(self) -> dict[str, Any]:
        """Write the account as the posting function reads it."""
        document = {
            "kind": self.kind,
            "place": self.place,
            "polluter": self.polluter,
            "city": self.city,
            "case": self.case,
        }
        return {name: value for name, value in document.items() if value not in (None, "")}


def origin(kind: LotSourceKind) -> Where:
    """Name where mass of this kind of source comes from."""
    return Where(AccountKind.ORIGIN, case=str(kind))


def outside(city: str) -> Where:
    """Name another city, as a trading partner."""
    return Where(AccountKind.OUTSIDE, city=city)


def reserve(place: str) -> Where:
    """Name the reserve of a place."""
    return Where(AccountKind.RESERVE, place=place)


def holding(polluter: int) -> Where:
    """Name what a polluter holds."""
    return Where(AccountKind.HOLDING, polluter=polluter)


def held(case: str, *, place: str | None = None, polluter: int | None = None) -> Where:
    """Name what is set aside under a hold's number, by whoever it was taken from."""
    return Where(AccountKind.HELD, place=place, polluter=polluter, case=case)


def used(polluter: int, case: str) -> Where:
    """Name what a polluter's construction project has used."""
    return Where(AccountKind.USED, polluter=polluter, case=case)


def binding(place: str) -> Where:
    """Name what went to a place's binding reduction task."""
    return Where(AccountKind.BINDING, place=place)


def prior_use(place: str) -> Where:
    """Name what an earlier construction project of a place had used already."""
    return Where(AccountKind.PRIOR_USE, place=place)


def cover(place: str) -> Where:
    """Name what repays a place's debt."""
    return Where(AccountKind.COVER, place=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    The source of new mass: a claim line, a reward, an inbound trade, an opening row.

    All legs that bring mass of one paper and pollutant together must sum to ``verified_grams``.
    ``place`` declared it and owes if it proves false; ``origin`` is where the works lie.
    """

    kind: LotSourceKind
    number: str
    place: str
    verified_grams: Grams
    vintage: date
    declared_by: int
    project: str | None = None
    screened_by: int | None = None
    reviewed_by: Sequence[int] = ()
    document: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    origin: str | None = None
    polluter: int | None = None
    lake_tai: bool = False
    provincial_number: str = ""
    provincial_date: date | None = None

    def to_document(self) -> dict[str, Any]:
        """Write the source as the posting function reads it."""
        document = asdict(self)
        document["lot_place"] = document.pop("origin")
        document["kind"] = str(self.kind)
        document["vintage"] = self.vintage.isoformat()
        document["provincial_date"] = (
            self.provincial_date.isoformat() if self.provincial_date else None
        )
        document["reviewed_by"] = sorted(set(self.reviewed_by))
        return {name: value for name, value in document.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement. A leg out of ORIGIN or OUTSIDE names its paper, or the lot it corrects."""

    source: Where
    to: Where
    pollutant: str
    grams: Grams
    paper: Paper | None = None
    lot: int | None = None
    prefer: Prefer = Prefer.OLDEST

    def to_document(self) -> dict[str, Any]:
        """Write the leg as the posting function reads it."""
        document: dict[str, Any] = {
            "from": self.source.to_document(),
            "to": self.to.to_document(),
            "pollutant": str(self.pollutant),
            "grams": int(self.grams),
        }
        if self.lot is not None:
            document["lot"] = self.lot
        if self.paper is not None:
            document["source"] = self.paper.to_document()
        if self.prefer is not Prefer.OLDEST:
            document["prefer"] = str(self.prefer)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One transfer as it is asked for; ``key`` says which act it records, once and for all."""

    kind: TransferKind
    key: str
    on: date
    legs: Sequence[Leg]
    document: str = ""
    clause: str = ""
    reason: str = ""
    prepared_by: int | None = None

    def to_document(self) -> dict[str, Any]:
        """Write the request as the posting function reads it, always in the same words."""
        return {
            "kind": str(self.kind),
            "key": self.key,
            "effective_on": self.on.isoformat(),
            "document": self.document,
            "clause": self.clause,
            "reason": self.reason,
            "prepared_by": self.prepared_by,
            "legs": [leg.to_document() for leg in self.legs],
        }


@dataclass(frozen=True, slots=True)
class Posted:
    """What the ledger answers: the transfer, its leaf, and whether the key was known already."""

    transfer: int
    key: str
    leaf: str
    recorded_at: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a posting would do to one account, in grams."""

    account: str
    pollutant: str
    before: Grams
    after: Grams
