"""What parks' rewards counted of a claim: they paid for the rest of the cut (§18, §21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.verdicts import Verdict
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, Lot
from reserve.rules import duplicates
from reserve.rules.duplicates import Rewarded
from reserve.vocabulary import LotSourceKind


def verdict_on(claim: Claim, verified: Mapping[Pollutant, int]) -> Verdict:
    """Say whether no reward in the ledger paid for what *claim* says, or is to say, was cut."""
    return duplicates.paid_by_no_reward(verified, rewards=_counting(claim))


def _counting(claim: Claim) -> Iterator[Rewarded]:
    """
    Yield the rewards that counted the claim's polluter in the year when its works were finished.

    Each says on its paper whose emissions it counted, and what of which claim.
    """
    if claim.finished_on is None:
        return
    lots = Lot.objects.filter(
        source__kind=LotSourceKind.REWARD,
        source__evidence__members__contains=claim.polluter_id,
        vintage__year=claim.finished_on.year,
        voiding=None,
    )
    for lot in lots.select_related("source", "place").order_by("pk"):
        yield Rewarded(
            number=lot.source.number,
            place=lot.place.name,
            year=lot.vintage.year,
            pollutant=Pollutant(lot.pollutant),
            counted=Grams(lot.source.evidence["claims"].get(claim.number, NOTHING)),
        )
