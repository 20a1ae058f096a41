"""A small stock to test the ledger on: papers, legs and postings in two or three words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person
from reserve.models import Lot
from reserve.rules import postings
from reserve.rules.postings import Leg, Paper, Posted, Request, Where
from reserve.services import ledger
from reserve.vocabulary import LotSourceKind, TransferKind
from tests import factories, unearned

ON: Final = date(2026, 9, 15)
T: Final = 1_000_000


def paper(number: str, grams: int, **changes: Any) -> Paper:
    """
    Make a paper of 昆山, by different people.

    It is a reward's that no park earned (see `unearned`); a claim's own way in is tested with
    claims, and what is said here of kind CLAIM cannot be committed.
    """
    if changes.get("kind", LotSourceKind.REWARD) == LotSourceKind.REWARD:
        unearned.allow()
    facts: dict[str, Any] = {
        "kind": LotSourceKind.REWARD,
        "number": number,
        "place": factories.place("320583").pk,
        "project": f"project/{number}",
        "verified_grams": Grams(grams),
        "vintage": date(2026, 1, 1),
        "declared_by": factories.person("kunshan.officer").pk,
        "screened_by": factories.person("kunshan.screener").pk,
        "reviewed_by": [factories.person("city.air").pk, factories.person("city.water").pk],
    }
    return Paper(**facts | changes)


def admission(
    number: str,
    fates: Sequence[tuple[Where, int]],
    *,
    pollutant: str = "NOX",
    on: date = ON,
    **changes: Any,
) -> Request:
    """Write the coming in of one paper to its fates."""
    source = paper(number, sum(grams for _where, grams in fates), **changes)
    claim = source.kind == LotSourceKind.CLAIM
    return Request(
        kind=TransferKind.ADMISSION if claim else TransferKind.REWARD,
        key=f"claim/{number}/{pollutant}/admit",
        on=on,
        clause="4.1",
        document="苏环办字〔2026〕1号",
        legs=[
            Leg(postings.origin(source.kind), to, pollutant, Grams(grams), paper=source)
            for to, grams in fates
        ],
    )


def admitted(number: str, fates: Sequence[tuple[Where, int]], **changes: Any) -> Posted:
    """Bring one paper in, as the general office."""
    return posted(admission(number, fates, **changes))


def posted(request: Request, *, by: Person | None = None) -> Posted:
    """Post one request, as the general office unless said otherwise."""
    return ledger.post_many(requests=[request], by=by or factories.person("city.office"))[0]


def moved(
    kind: TransferKind,
    key: str,
    source: Where,
    to: Where,
    grams: int,
    *,
    pollutant: str = "NOX",
    on: date = ON,
    by: Person | None = None,
    **changes: Any,
) -> Posted:
    """Post one leg."""
    leg = Leg(source, to, pollutant, Grams(grams), lot=changes.pop("lot", None))
    return posted(Request(kind=kind, key=key, on=on, legs=[leg], **changes), by=by)


def lot(number: str, pollutant: str = "NOX", kind: str = "REWARD") -> Lot:
    """Find the lot of a paper."""
    return Lot.objects.get(name=f"{kind}/{number}/{pollutant}")


def balances(*kinds: str) -> dict[str, int]:
    """List what accounts hold, by name, empty ones left out."""
    from django.db.models import Sum

    from reserve.models import Balance

    rows = Balance.objects.values("account__name", "account__kind").annotate(total=Sum("grams"))
    return {
        row["account__name"]: row["total"]
        for row in rows
        if row["total"] and (not kinds or row["account__kind"] in kinds)
    }
