"""How the parameters of the rule book are named, tied to a clause, and written in a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from django.utils.functional import Promise
from django.utils.translation import override

from quota_registry.kernel import clauses
from quota_registry.kernel.calendar import MonthDay
from quota_registry.kernel.vocabulary import Pollutant

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


Value = TypeVar("Value")


class MalformedBook(ValueError):
    """A document is no rule book, or one with values that cannot be."""


class GateState(StrEnum):
    """Whether a reserve or a purchase may be used (§10)."""

    OPEN = "open"
    ON_APPLICATION = "on_application"
    CLOSED = "closed"


class GateScope(StrEnum):
    """Whether results count for each medium by itself or for the place as a whole (§10)."""

    MEDIUM = "medium"
    PLACE = "place"


class GateRow(NamedTuple):
    """One row of §10's table: last year's results, and what they open."""

    quality_met: bool
    task_done: bool
    own: GateState
    upper: GateState
    purchase: GateState


class PilotPair(NamedTuple):
    """A county and a pollutant that may be traded across provinces (YRD)."""

    place: str
    pollutant: Pollutant


@dataclass(frozen=True, slots=True)
class Codec(Generic[Value]):
    """How one kind of value is read from a document and written into it."""

    kind: str
    read: Callable[[Any], Value]
    write: Callable[[Value], Any]


def parameter(codec: Codec[Value], label: str | Promise, clause: str, default: Value) -> Value:
    """Declare a field of the rule book: how it is written, its name and its clause."""
    found: Value = field(
        default=default, metadata={"codec": codec, "label": label, "clause": clause}
    )
    return found


def describe(book: DataclassInstance) -> list[dict[str, Any]]:
    """List every parameter of a book with its name, clause, the notice's sentence and value."""
    with override("zh-hans"):
        return [
            {
                "name": f.name,
                "label": str(f.metadata["label"]),
                "clause": f.metadata["clause"],
                "sentence": clauses.clause(f.metadata["clause"]).zh,
                "kind": f.metadata["codec"].kind,
                "value": f.metadata["codec"].write(getattr(book, f.name)),
            }
            for f in fields(book)
            if f.default is not MISSING
        ]


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _number(value: Any) -> Decimal:
    # Numbers are written as text, so that no reader of the document turns them into floats.
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a number written as text")
    number = Decimal(value)
    if not number.is_finite() or number < 0:
        raise ValueError(f"{value!r} is no amount")
    return number


def _gate_row(row: dict[str, Any]) -> GateRow:
    return GateRow(
        quality_met=_flag(row["quality_met"]),
        task_done=_flag(row["task_done"]),
        own=GateState(row["own"]),
        upper=GateState(row["upper"]),
        purchase=GateState(row["purchase"]),
    )


def _pair(pair: dict[str, Any]) -> PilotPair:
    return PilotPair(place=pair["place"], pollutant=Pollutant(pair["pollutant"]))


FLAG: Final[Codec[bool]] = Codec("flag", _flag, lambda value: value)
COUNT: Final[Codec[int]] = Codec("count", _count, lambda value: value)
NUMBER: Final[Codec[Decimal]] = Codec("number", _number, str)
NUMBER_OR_NONE: Final[Codec[Decimal | None]] = Codec(
    "number_or_none",
    lambda value: None if value is None else _number(value),
    lambda value: None if value is None else str(value),
)
DAY: Final[Codec[date]] = Codec("day", date.fromisoformat, date.isoformat)
DAY_OF_YEAR: Final[Codec[MonthDay]] = Codec("day_of_year", MonthDay.named, str)
DAYS_OF_YEAR: Final[Codec[tuple[MonthDay, ...]]] = Codec(
    "days_of_year",
    lambda value: tuple(MonthDay.named(day) for day in value),
    lambda value: [str(day) for day in value],
)
CODES: Final[Codec[tuple[str, ...]]] = Codec("codes", lambda value: tuple(map(str, value)), list)
POLLUTANTS: Final[Codec[tuple[Pollutant, ...]]] = Codec(
    "pollutants",
    lambda value: tuple(Pollutant(code) for code in value),
    lambda value: [pollutant.value for pollutant in value],
)
SCOPE: Final[Codec[GateScope]] = Codec("gate_scope", GateScope, str)
GATE: Final[Codec[tuple[GateRow, ...]]] = Codec(
    "gate_table",
    lambda value: tuple(_gate_row(row) for row in value),
    lambda value: [row._asdict() for row in value],
)
PAIRS: Final[Codec[tuple[PilotPair, ...]]] = Codec(
    "pilot_list",
    lambda value: tuple(_pair(pair) for pair in value),
    lambda value: [{"place": p.place, "pollutant": p.pollutant.value} for p in value],
)
