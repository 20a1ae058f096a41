"""The whole demo city, made once, the same on every machine and dated relative to today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from quota_registry.demo import (
    desk,
    lists,
    monitors,
    park_voids,
    parks,
    people,
    plants,
    stock,
    watch,
)
from quota_registry.demo.people import Cast
from quota_registry.demo.stories import Story, Teller
from quota_registry.demo.works import RECIPES
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.services import reference
from quota_registry.kernel.vocabulary import Tier
from reserve.services import ledger

SEED: Final = 20260101
PLANTS: Final = 4
CLAIMS: Final = 64
YEARS: Final = 2

FATES: Final = {
    7: "returned",
    13: "refused",
    19: "withdrawn",
    23: "refiled",
    29: "line refused",
    31: "draft",
    43: "returned",
    47: "line refused",
    53: "refused",
    57: "refiled",
    62: "draft",
}

Say = Callable[[str], None]


def is_there() -> bool:
    """Say whether the demo city was made before; its token is the last thing it makes."""
    return Person.objects.filter(username="kunshan.officer").exists()


def build(*, today: date, token: Path, say: Say) -> None:
    """Make the demo city through the services: people, polluters, opening stock, claims."""
    chance = Random(SEED)
    reference.load()
    people.appoint()
    cast = Cast()
    begin = today - timedelta(days=365 * YEARS)

    polluters = _register(cast, chance, begin)
    say(f"{len(polluters)} polluters")
    stock.open_books(cast, chance, polluters, begin)
    stock.set_tasks(cast, chance, today)
    say("opening stock, tasks")

    teller = Teller(cast, chance, today)
    for number, story in enumerate(_stories(chance, polluters, today), start=1):
        teller.tell(story, stock.word_of(story.place))
        if number % 16 == 0:
            say(f"{number} claims")
    lists.send_in(cast, today)
    lists.send_polluters(cast, today)
    say("lists of claims and of polluters")
    stock.buy_in(cast, today)
    stock.put_right(cast, today)
    watch.tell(cast, today=today, say=say)
    parks.tell(cast, today=today, say=say)
    park_voids.tell(cast, today=today)
    lists.send_totals(cast, today)
    monitors.tell(cast, today=today, say=say)
    lists.send_measured(cast, today)
    desk.tell(cast, proof=teller.proof, today=today, say=say)
    ledger.seal()
    people.issue_token(cast, path=token, on=today)


def _register(cast: Cast, chance: Random, on: date) -> list[Polluter]:
    """Register some polluters in every county and park."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    return [
        plants.register(
            chance,
            place,
            cast[f"{stock.word_of(place)}.officer"],
            on,
            number=number * PLANTS + one + 1,
        )
        for number, place in enumerate(places.order_by("path"))
        for one in range(PLANTS)
    ]


def _stories(chance: Random, polluters: list[Polluter], today: date) -> list[Story]:
    """Spread the claims over two years, every recipe in turn, the newest last."""
    stories = []
    for number in range(CLAIMS):
        recipe = RECIPES[number % len(RECIPES)]
        polluter = polluters[(number * 7) % len(polluters)]
        back = (CLAIMS - number) * (365 * YEARS - 60) // CLAIMS + chance.randint(0, 5)
        stories.append(
            Story(
                place=polluter.place,
                polluter=polluter,
                recipe=recipe,
                finished_on=today - timedelta(days=back + 32),
                fate=FATES.get(number, "admitted"),
                late=number % 17 == 5,
                holding=recipe.kind.may_become_holding and number % 3 == 1,
                lake_tai=polluter.place.code in {"320506", "320509"} and number % 2 == 0,
            )
        )
    return stories
