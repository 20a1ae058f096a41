"""
The parks of the demo: two closed years, and a running one that stands differently in each.

One park's running year was closed and is taken up again: it emitted more than it had reported, and
earns less than what is in its reserve already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final

from monitoring.models import Judgement, Target
from monitoring.services import judgements, targets
from monitoring.vocabulary import Indicator
from parks.models import AnnualTotals
from parks.selectors import members
from parks.services import register, totals, totals_rows
from parks.services.totals_rows import RowContent
from parks.vocabulary import ParkLevel, TotalsSource
from quota_registry.demo import park_years
from quota_registry.demo.people import Cast
from quota_registry.kernel.demo_accounts import PARKS
from quota_registry.kernel.mass import Grams, scale_down
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Medium

SEED: Final = 20260331
SINCE: Final = date(2021, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """How far a park is in the running year, and where its annual totals stand."""

    place: str
    upto: str
    totals: str
    again: str = ""
    """How far its year is once more, as its next version."""


RUNNING: Final = (
    Part("320500P01", "close", "accepted", again="fix_totals"),
    Part("320505P01", "close", "accepted"),
    Part("320585P01", "propose_totals", "accepted"),
    Part("320582P01", "issue_targets", "filed"),
    Part("320583P01", "issue_targets", "returned"),
    Part("320581P01", "agree_targets", "wrong"),
    # Nobody has done anything yet: everything is overdue.
    Part("320509P01", "", ""),
)


def tell(cast: Cast, *, today: date, say: Callable[[str], None]) -> None:
    """Tell of every park: its register, two closed years, and how far it is in this one."""
    chance = Random(SEED)
    for part in RUNNING:
        place = Place.objects.get(pk=part.place)
        _register(cast, place)
        for number in (today.year - 2, today.year - 1):
            _judge(cast, place, number - 1, today=today)
            _target(cast, place, number, today=today)
            _report(cast, chance, place, number - 1, to="accepted", today=today)
            park_years.walk(cast, place, number, upto="close", today=today)
        if part.totals:
            _report(cast, chance, place, today.year - 1, to=part.totals, today=today)
        if part.upto:
            park_years.walk(cast, place, today.year, upto=part.upto, today=today)
        if part.again:
            park_years.walk_again(cast, place, upto=part.again, today=today)
    say(f"{len(RUNNING)} parks")


def _register(cast: Cast, place: Place) -> None:
    office = cast["city.office"]
    register.record(
        place=place,
        level=ParkLevel.NATIONAL,
        administrator=f"{place.name}管理委员会（示范）",
        since=SINCE,
        by=office,
        on=SINCE,
    )
    for polluter in Polluter.objects.filter(place=place).order_by("pk"):
        register.admit(place=place, polluter=polluter, joined=SINCE, by=office, on=SINCE)
        if polluter.industry == "D4620":
            register.serve(place=place, polluter=polluter, since=SINCE, by=office, on=SINCE)


def _judge(cast: Cast, place: Place, year: int, *, today: date) -> None:
    """Judge a year that the watch has no judgement of; the first one missed its targets."""
    met = year > today.year - 3
    proposed, confirmed = date(year + 1, 1, 18), date(year + 1, 1, 27)
    for medium, reviewer in ((Medium.WATER, "city.water"), (Medium.AIR, "city.air")):
        if Judgement.objects.filter(place=place, year=year, medium=medium).exists():
            continue
        found = judgements.propose(
            place=place,
            medium=medium,
            year=year,
            quality_met=met,
            task_done=True,
            reason="按当年考核结果补录",
            by=cast[reviewer],
            on=proposed,
        )
        judgements.confirm(
            judgement=found,
            document=f"苏环办字〔{year + 1}〕7号",
            by=cast["city.office"],
            on=confirmed,
        )


def _target(cast: Cast, place: Place, year: int, *, today: date) -> None:
    """Set the targets of a year that has none, both media."""
    if Target.objects.filter(place=place, year=year).exists():
        return
    for indicator, value, reviewer in (
        (Indicator.PM25, "33.0", "city.air"),
        (Indicator.GOOD_SECTIONS, "80.0", "city.water"),
    ):
        targets.propose(
            place=place,
            indicator=indicator,
            year=year,
            value=Decimal(value),
            document=f"苏环办字〔{year}〕18号",
            by=cast[reviewer],
            on=min(today, date(year, 2, 8)),
        )


def _report(
    cast: Cast, chance: Random, place: Place, year: int, *, to: str, today: date
) -> AnnualTotals:
    """Let a park report a year: filled in by one, checked by another, and what became of it."""
    first, second = (cast[f"{PARKS[place.pk][0]}{number}"] for number in ("", "2"))
    on = min(today, date(year + 1, 2, 9))
    made = totals.begin(place=place, year=year, by=first, on=on)
    rows = _rows(chance, place, year, today)
    if to == "wrong":
        spoiled = rows[1]
        rows[1] = RowContent(
            number=spoiled.number,
            polluter=spoiled.polluter,
            name=spoiled.name,
            uscc=spoiled.uscc,
            source=spoiled.source,
            amounts={p: g for p, g in spoiled.amounts.items() if p != "COD"},
            output=spoiled.output,
            faults={"COD": {"code": "not_a_number", "raw": "约5", "facts": {"text": "约5"}}},
        )
    made = totals_rows.write(totals=made, rows=rows, edition=None, by=first, on=on)
    if to == "wrong":
        return made
    made = totals.hand_in(totals=made, by=first, on=on)
    made = totals.file(totals=made, by=second, on=min(today, date(year + 1, 2, 12)))
    day = min(today, date(year + 1, 2, 25))
    if to == "returned":
        return totals.send_back(
            totals=made,
            note="个别数据与自动监测不符，请核实后再报。",
            remarks=[(2, "COD", "与自动监测年累计相差较大")],
            by=cast["city.office"],
            on=day,
        )
    if to == "accepted":
        return totals.accept(totals=made, by=cast["city.office"], on=day)
    return made


def _rows(chance: Random, place: Place, year: int, today: date) -> list[RowContent]:
    """Make up what each member emitted: a part of what its permit allows, and less each year."""
    permitted = members.permitted(members.of_year(place.pk, today.year), today)
    part = Decimal(70 - 5 * (year - today.year + 3)) / 100
    sources = list(TotalsSource)
    rows = []
    for number, (polluter, name, uscc) in enumerate(members.listed(place, year), start=1):
        share = part * Decimal(chance.randint(92, 108)) / 100
        rows.append(
            RowContent(
                number=number,
                polluter=polluter,
                name=name,
                uscc=uscc,
                source=sources[number % 3].value,
                amounts={
                    pollutant.value: int(scale_down(grams, share))
                    for pollutant, grams in permitted.get(polluter, {}).items()
                }
                or {"COD": int(scale_down(Grams((polluter % 9 + 1) * 100_000), share))},
                output=Decimal(chance.randint(20_000, 90_000)),
            )
        )
    return rows
