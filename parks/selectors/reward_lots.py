"""What the rewards of a park's year brought in, whichever of its versions did (§18, §21)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from parks.models import ParkYear
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance, Lot, Transfer
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind

SPENT: Final = (AccountKind.USED, AccountKind.COVER, AccountKind.OUTSIDE)
"""What lies here is owed once its lot is voided; what lies elsewhere goes (§21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a reward brought in of one pollutant: unspent and spent, now or when it was voided."""

    lot: Lot
    unspent: Grams
    spent: Grams
    voided_by: Transfer | None


def brought_in(place: str, year: int, *, below: int | None = None) -> QuerySet[Lot]:
    """List what the versions of a park's year brought in: all of them, or those *below* one."""
    versions = ParkYear.objects.filter(place=place, year=year)
    if below is not None:
        versions = versions.filter(version__lt=below)
    return (
        Lot.objects.filter(
            source__kind=LotSourceKind.REWARD,
            source__number__in=[version.number for version in versions],
        )
        .select_related("source", "voiding__transfer__author", "voiding__transfer__prepared_by")
        .order_by("pk")
    )


def standing(place: str, year: int, *, below: int | None = None) -> QuerySet[Lot]:
    """List what of it was not voided: it counts as paid."""
    return brought_in(place, year, below=below).filter(voiding=None)


def voided_by(year: ParkYear) -> Transfer | None:
    """Give the transfer that voided what this very version brought in, if one did."""
    return Transfer.objects.filter(
        kind=TransferKind.VOID,
        voidings__lot__source__kind=LotSourceKind.REWARD,
        voidings__lot__source__number=year.number,
    ).first()


def paid(year: ParkYear) -> list[Paid]:
    """Tell what became of all that the rewards of a year brought in."""
    order = [pollutant.value for pollutant in Pollutant]
    lots = sorted(
        brought_in(year.place_id, year.year),
        key=lambda lot: (lot.source.transfer_id, order.index(lot.pollutant)),
    )
    lying: dict[int, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    balances = Balance.objects.filter(lot__in=lots, grams__gt=0).order_by()
    for lot, kind, grams in balances.values_list("lot", "account__kind", "grams"):
        lying[lot][kind in SPENT] += grams
    return [_paid(lot, lying[lot.pk]) for lot in lots]


def _paid(lot: Lot, lying: dict[bool, int]) -> Paid:
    voiding = getattr(lot, "voiding", None)
    return Paid(
        lot=lot,
        unspent=Grams(lying[False] if voiding is None else voiding.voided_grams),
        spent=Grams(lying[True] if voiding is None else voiding.owed_grams),
        voided_by=None if voiding is None else voiding.transfer,
    )
