"""What a draft may name: accounts that could give a project quota, with what each has now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from allocation.models import Application, Trade
from allocation.selectors import assessments, purchases, stocks
from allocation.selectors.stocks import Lying, Owner
from allocation.vocabulary import Draw
from monitoring.selectors import gates
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True)
class Spring:
    """What an account has free of a pollutant, and whether its way is open."""

    lying: Lying
    open: bool


@dataclass(frozen=True, slots=True)
class Well:
    """An account that a draft may name, or the part of a holding that a trade brought there."""

    owner: Owner
    whose: Place | Polluter
    draw: Draw
    springs: Mapping[Pollutant, Spring]
    trade: Trade | None = None

    @property
    def key(self) -> str:
        """Give the name of its column: letters and digits alone."""
        return key_of(self.owner, self.trade.pk if self.trade else None)

    @property
    def name(self) -> str:
        """Say whose account it is, in the language active now."""
        name = self.whose.spoken if isinstance(self.whose, Place) else self.whose.name
        return f"{name} · {self.trade.number}" if self.trade else name


def key_of(owner: Owner, trade: int | None) -> str:
    """Name the column of an account, or of what a trade brought to it."""
    account = f"p{owner.place}" if owner.place else f"h{owner.polluter}"
    return f"{account}t{trade}" if trade else account


def of_application(application: Application, *, on: date) -> list[Well]:
    """
    List the own holding, what trades brought to it, the own reserve and the upper ones.

    The queries are those of the gate and nine, however many they are.
    """
    project = application.project
    near: list[Place | Polluter] = [project.polluter, *assessments.reserves_above(project.place)]
    free = stocks.free(assessments.owner_of(one) for one in near)
    bound = purchases.bound(project.polluter)
    gate = gates.gates_of(project.place, on=on)
    found = []
    for one in near:
        owner, draw = assessments.owner_of(one), assessments.draw_of(project, one)
        springs = {
            pollutant: Spring(
                lying=free.get((owner, pollutant), Lying()),
                open=draw.way is None or gate[pollutant][draw.way].open,
            )
            for pollutant in Pollutant
        }
        if one == project.polluter:
            found.append(Well(owner=owner, whose=one, draw=draw, springs=_less(springs, bound)))
            found += _bought(application, owner, springs)
        else:
            found.append(Well(owner=owner, whose=one, draw=draw, springs=springs))
    return found


def _less(
    springs: Mapping[Pollutant, Spring], bound: Mapping[Pollutant, Grams]
) -> Mapping[Pollutant, Spring]:
    """Leave aside what was bought for projects: it is named by its trade (§8, §13)."""
    return {
        pollutant: Spring(lying=spring.lying.less(bound.get(pollutant, NOTHING)), open=spring.open)
        for pollutant, spring in springs.items()
    }


def _bought(
    application: Application, owner: Owner, whole: Mapping[Pollutant, Spring]
) -> Iterator[Well]:
    """Yield what each trade brought to the own holding and no application names yet (§8, §13)."""
    trades = purchases.usable(application.project)
    rest = purchases.lefts(trades, but=application)
    for trade in trades:
        if any((left := rest[trade.pk]).values()):
            springs = {
                pollutant: Spring(
                    lying=Lying(
                        total=min(spring.lying.total, left.get(pollutant, NOTHING)),
                        plain=min(spring.lying.plain, left.get(pollutant, NOTHING)),
                    ),
                    open=spring.open,
                )
                for pollutant, spring in whole.items()
            }
            yield Well(
                owner=owner,
                whose=application.project.polluter,
                draw=Draw.OWN_HOLDING,
                springs=springs,
                trade=trade,
            )
