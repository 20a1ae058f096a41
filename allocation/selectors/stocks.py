"""What an account could give a project: free mass by account and pollutant, with its lots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum

from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance
from reserve.rules import postings
from reserve.rules.postings import Where
from reserve.vocabulary import AccountKind


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account it is: a place's reserve or a polluter's holding."""

    place: str | None = None
    polluter: int | None = None

    @property
    def key(self) -> str:
        """Give the name that forms use for it."""
        return self.place or f"#{self.polluter}"


def account_of(owner: Owner) -> Where:
    """Name the account in which an owner's free mass lies."""
    if owner.place:
        return postings.reserve(owner.place)
    assert owner.polluter is not None
    return postings.holding(owner.polluter)


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in an account: all of it, and what is not of the Lake Tai band."""

    total: Grams = NOTHING
    plain: Grams = NOTHING

    def less(self, bound: Grams) -> Lying:
        """Give what is there for somebody whom so much of it is not for."""
        total = Grams(max(self.total - bound, 0))
        return Lying(total=total, plain=Grams(min(self.plain, total)))

    def after(self, taken: Grams) -> Lying:
        """Give what is left when so much is taken, of lots outside the band as far as they go."""
        return Lying(
            total=Grams(max(self.total - taken, 0)), plain=Grams(max(self.plain - taken, 0))
        )


Stock = Mapping[tuple[Owner, Pollutant], Lying]


def free(owners: Iterable[Owner]) -> Stock:
    """Give what reserves and holdings have free, by owner and pollutant, in one query."""
    return _lying(
        owners,
        Q(account__kind__in=[AccountKind.RESERVE, AccountKind.HOLDING]),
    )


def held(case: str) -> Stock:
    """Give what is set aside under a hold's number, by whom it was taken from."""
    return _read(Q(account__kind=AccountKind.HELD, account__case=case))


def _lying(owners: Iterable[Owner], condition: Q) -> Stock:
    wanted = list(owners)
    places = [owner.place for owner in wanted if owner.place]
    polluters = [owner.polluter for owner in wanted if owner.polluter]
    return _read(condition & (Q(account__place__in=places) | Q(account__polluter__in=polluters)))


def _read(condition: Q) -> Stock:
    found: dict[tuple[Owner, Pollutant], Lying] = {}
    rows = (
        Balance.objects.filter(condition, grams__gt=0)
        .values_list("account__place", "account__polluter", "account__pollutant", "lot__lake_tai")
        .annotate(total=Sum("grams"))
        .order_by()
    )
    for place, polluter, pollutant, lake_tai, total in rows:
        key = (Owner(place, polluter), Pollutant(pollutant))
        known = found.get(key, Lying())
        found[key] = Lying(
            total=Grams(known.total + total),
            plain=Grams(known.plain + (0 if lake_tai else total)),
        )
    return found
