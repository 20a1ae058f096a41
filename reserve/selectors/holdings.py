"""What polluters hold themselves (§13), and what of it is promised elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance
from reserve.vocabulary import AccountKind


@dataclass(frozen=True, slots=True)
class Binding:
    """Grams of a holding that the paper ``by`` binds; what is ``held`` has left the holding."""

    by: str
    pollutant: Pollutant
    grams: Grams
    held: bool = False
    url: str = ""


Binder = Callable[[Polluter], Sequence[Binding]]

_binders: list[Binder] = []


def bound_with(binder: Binder) -> None:
    """Let a floor above say what it binds of a holding; it is asked once however often."""
    if binder not in _binders:
        _binders.append(binder)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a polluter stands with one pollutant: what lies in its holding, and what binds it."""

    pollutant: Pollutant
    lying: Grams
    bindings: tuple[Binding, ...]

    @property
    def bound(self) -> Grams:
        """Sum up what is promised, whether it lies in the holding still or was set aside."""
        return Grams(sum(one.grams for one in self.bindings))

    @property
    def free(self) -> Grams:
        """Say how much may be taken over: what lies there and is promised to nobody."""
        promised = sum(one.grams for one in self.bindings if not one.held)
        return Grams(max(self.lying - promised, NOTHING))

    @property
    def total(self) -> Grams:
        """Sum up what lies in the holding and what was set aside from it."""
        return Grams(self.lying + sum(one.grams for one in self.bindings if one.held))


def standings_of(polluter: Polluter) -> list[Standing]:
    """Say of each pollutant that *polluter* holds, or has set aside, what of it is bound."""
    found = [one for binder in _binders for one in binder(polluter)]
    lying = {Pollutant(code): Grams(grams) for code, grams in held_by(polluter)}
    standings = [
        Standing(
            pollutant,
            lying.get(pollutant, NOTHING),
            tuple(one for one in found if one.pollutant is pollutant),
        )
        for pollutant in Pollutant
    ]
    return [one for one in standings if one.total]


def held_by(polluter: Polluter) -> list[tuple[str, int]]:
    """Give what *polluter* holds, by pollutant, in grams; what it holds nothing of is left out."""
    rows = (
        Balance.objects.filter(
            account__kind=AccountKind.HOLDING, account__polluter=polluter, grams__gt=0
        )
        .values_list("account__pollutant")
        .annotate(total=Sum("grams"))
        .order_by("account__pollutant")
    )
    return list(rows)
