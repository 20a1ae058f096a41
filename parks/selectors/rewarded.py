"""What earlier versions of a park's year brought in, beside what this one earns (§18, §21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet, Sum

from parks.models import ParkYear
from parks.rules.reward import RewardFacts, rewards
from parks.selectors import year_figures
from parks.selectors.reward_lots import standing
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance, Lot
from reserve.vocabulary import AccountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardedBefore:
    """
    One pollutant: what earlier versions brought in and stands, in which lots, in grams.

    *earned* is what this version comes to by itself; nothing before its totals are fixed.
    """

    pollutant: Pollutant
    lots: tuple[Lot, ...]
    posted: Grams
    earned: Grams | None

    @property
    def adds(self) -> Grams | None:
        """Say what this version brings in, which is what it earns beyond that."""
        return None if self.earned is None else Grams(max(NOTHING, self.earned - self.posted))

    @property
    def short(self) -> Grams:
        """Say by how much this version earns less: no version takes that back by itself."""
        return NOTHING if self.earned is None else Grams(max(NOTHING, self.posted - self.earned))


def paid_before(year: ParkYear) -> Mapping[Pollutant, Grams]:
    """Sum what earlier versions of the same year brought into the reserve and was not voided."""
    return _brought(standing(year.place_id, year.year, below=year.version))


def rewarded_before(year: ParkYear) -> list[RewardedBefore]:
    """List the pollutants of which earlier versions brought in what stands to this day."""
    earned = _earned(year) if year.fixed_on is not None else None
    return _beside(standing(year.place_id, year.year, below=year.version), earned)


def rewarded_so_far(place: str, year: int) -> list[RewardedBefore]:
    """List the same for a version that is still to begin, of which nothing is known."""
    return _beside(standing(place, year), None)


def _brought(lots: QuerySet[Lot]) -> Mapping[Pollutant, Grams]:
    # What came into being stands below zero where it came from.
    came = Balance.objects.filter(account__kind=AccountKind.ORIGIN, lot__in=lots.order_by())
    return {
        Pollutant(pollutant): Grams(-grams)
        for pollutant, grams in came.order_by()
        .values_list("account__pollutant")
        .annotate(grams=Sum("grams"))
    }


def _beside(lots: QuerySet[Lot], earned: Mapping[Pollutant, Grams] | None) -> list[RewardedBefore]:
    posted = _brought(lots)
    known = list(lots) if posted else []
    return [
        RewardedBefore(
            pollutant=pollutant,
            lots=tuple(lot for lot in known if lot.pollutant == pollutant),
            posted=posted[pollutant],
            earned=None if earned is None else earned.get(pollutant, NOTHING),
        )
        for pollutant in Pollutant
        if posted.get(pollutant)
    ]


def _earned(year: ParkYear) -> Mapping[Pollutant, Grams]:
    """Compute what a version with fixed totals comes to: once sent, by what was known then."""
    assert year.rule_book is not None
    facts = year_figures.reward_facts(year)
    if year.reward_sent_on is not None:
        facts = {**facts, **_as_sent(year, facts)}
    found = rewards(facts, book=rulebooks.read(year.rule_book))
    return {pollutant: reward.grams for pollutant, reward in found.items()}


def _as_sent(
    year: ParkYear, facts: Mapping[Pollutant, RewardFacts]
) -> Mapping[Pollutant, RewardFacts]:
    return {
        pollutant: replace(facts[pollutant], verified=Grams(line.verified))
        for line in year.lines.exclude(verified=None)
        if (pollutant := Pollutant(line.pollutant))
    }
