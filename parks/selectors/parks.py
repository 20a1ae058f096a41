"""What is known of a park: members, stock, allowed and actual totals over the years, ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from monitoring.selectors import monitors
from monitoring.selectors.monitors import Completeness
from parks.models import AnnualTotals, Member, SewageWorks, TotalsRow, YearLine
from parks.selectors.totals import sums_of
from parks.vocabulary import TotalsStatus, YearStatus
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.selectors import balances
from reserve.selectors.balances import Stock


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """A year of a park and pollutant, in grams: allowed, emitted, and in its reserve at the end."""

    year: int
    allowed: Grams | None
    actual: Grams | None
    stock: Grams | None = None

    @property
    def is_over(self) -> bool:
        """Say whether more was emitted than allowed (§16)."""
        return self.allowed is not None and self.actual is not None and self.actual > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A park by what it emits for its output: grams per ten thousand yuan; None: not known."""

    place: Place
    rank: int | None
    members: int
    emitted: Grams | None
    output: Decimal | None
    intensity: Decimal | None


def named(places: QuerySet[Place], words: str) -> QuerySet[Any]:
    """
    Keep the parks that are called *words*, in part; each with its ``administrator``.

    A park is a place before it is on the register, and then has no administrator.
    """
    return (
        places.filter(tier=Tier.PARK, valid_until=None)
        .annotate(
            short=Func(
                "short_names",
                template="(SELECT string_agg(one, ' ')"
                " FROM jsonb_array_elements_text(%(expressions)s) AS one)",
                output_field=TextField(),
            ),
            administrator=Coalesce("park__administrator", Value("")),
        )
        .filter(
            Q(name__icontains=words)
            | Q(name_en__icontains=words)
            | Q(code__icontains=words)
            | Q(short__icontains=words)
            | Q(administrator__icontains=words)
        )
        .order_by("path")
    )


def members_of(place: Place, *, on: date) -> list[Member]:
    """List who lies in a park on a day."""
    return list(
        Member.objects.on(on)
        .filter(place=place)
        .select_related("polluter")
        .order_by("polluter__sort_key", "polluter_id")
    )


def works_of(place: Place, *, on: date) -> list[SewageWorks]:
    """List the works that take a park's waste water on a day."""
    return list(SewageWorks.objects.on(on).filter(place=place).select_related("polluter"))


def completeness(place: Place, *, on: date) -> Completeness | None:
    """Count the monitors of a park at each step (§17); nothing where it has none."""
    found = monitors.completeness(Q(path=place.path), on=on)
    return found[0] if found else None


def stock_of(place: Place) -> list[Stock]:
    """Give what lies in a park's own reserve, by pollutant."""
    return balances.stock(place=place.pk, tier=place.tier)


def over_the_years(place: Place) -> Mapping[Pollutant, list[YearFigures]]:
    """List allowed and actual totals by pollutant, oldest year first, as they were fixed (§16)."""
    allowed: dict[Pollutant, dict[int, Grams]] = {pollutant: {} for pollutant in Pollutant}
    actual: dict[Pollutant, dict[int, Grams]] = {pollutant: {} for pollutant in Pollutant}
    lines = (
        YearLine.objects.filter(of__place=place, of__fixed_on__isnull=False)
        .exclude(of__status=YearStatus.REPLACED)
        .select_related("of")
        .order_by("of__year")
    )
    for line in lines:
        of, pollutant = line.of, Pollutant(line.pollutant)
        if line.before is not None:
            allowed[pollutant].setdefault(of.result_year, Grams(line.before))
        if line.allowed is not None:
            allowed[pollutant][of.year] = Grams(line.allowed)
        if line.actual is not None:
            actual[pollutant][of.result_year] = Grams(line.actual)
    return {
        pollutant: [
            YearFigures(
                year=year,
                allowed=allowed[pollutant].get(year),
                actual=actual[pollutant].get(year),
            )
            for year in sorted(allowed[pollutant].keys() | actual[pollutant].keys())
        ]
        for pollutant in Pollutant
    }


def with_stock(
    place: Place, pollutant: Pollutant, figures: Sequence[YearFigures], *, on: date
) -> list[YearFigures]:
    """Add what lay free in the park's reserve at each year's end, or lies there on the day *on*."""
    found = []
    for one in figures:
        # A balance of a day is a question of its own: there is one for each year that was fixed.
        day = min(on, date(one.year, 12, 31))
        lying = balances.stock(
            place=place.pk, tier=place.tier, pollutant=pollutant.value, effective_on=day
        )
        grams = Grams(sum(stock.available for stock in lying))
        found.append(replace(one, stock=grams))
    return found


def over_allowed(
    years: Mapping[Pollutant, Sequence[YearFigures]],
) -> list[tuple[Pollutant, YearFigures]]:
    """List the pollutants of which a park emitted more than allowed in its last counted year."""
    last = {
        pollutant: counted[-1]
        for pollutant, figures in years.items()
        if (counted := [one for one in figures if one.actual is not None])
    }
    return [(pollutant, one) for pollutant, one in last.items() if one.is_over]


def ranking(places: Sequence[Place], year: int, pollutant: Pollutant) -> list[Ranked]:
    """
    Rank parks by what they emitted of a pollutant in a year for each ten thousand yuan of output.

    The lowest comes first; parks whose totals are not accepted, or state no output, come last.
    """
    accepted = dict(
        AnnualTotals.objects.filter(
            place__in=places, year=year, status=TotalsStatus.ACCEPTED
        ).values_list("place_id", "pk")
    )
    sums = sums_of(accepted.values())
    outputs = _outputs(accepted.values())
    members = dict(
        Member.objects.in_year(year)
        .filter(place__in=places)
        .order_by()
        .values_list("place_id")
        .annotate(Count("polluter", distinct=True))
    )
    rows = []
    for place in places:
        totals = accepted.get(place.pk, 0)
        emitted = sums.get(totals, {}).get(pollutant)
        output = outputs.get(totals)
        rows.append(
            Ranked(
                place=place,
                rank=None,
                members=members.get(place.pk, 0),
                emitted=emitted,
                output=output,
                intensity=(
                    (Decimal(emitted) / output).quantize(Decimal("0.01"))
                    if emitted is not None and output
                    else None
                ),
            )
        )
    rows.sort(key=lambda row: (row.intensity is None, row.intensity or 0, row.place.path))
    return [
        row if row.intensity is None else replace(row, rank=rank)
        for rank, row in enumerate(rows, start=1)
    ]


def _outputs(totals: Collection[int]) -> Mapping[int, Decimal]:
    """Add up the output that totals state, each polluter's once, in ten thousand yuan."""
    # A polluter with rows of several sources states one output; the latest row says it.
    rows = TotalsRow.objects.filter(totals__in=totals, output__isnull=False, faults={})
    of_each = {
        (key, polluter): output
        for key, polluter, output in rows.order_by("number").values_list(
            "totals_id", "polluter_id", "output"
        )
    }
    found: dict[int, Decimal] = defaultdict(Decimal)
    for (key, _polluter), output in of_each.items():
        found[key] += output or Decimal(0)
    return found


def chart(pollutant: Pollutant, figures: Sequence[YearFigures]) -> dict[str, Any] | None:
    """Draw allowed and actual totals side by side; nothing where there is no year yet."""
    if not figures:
        return None
    return {
        "kind": "bar",
        "title": _("%(pollutant)s 允许、实际排放量与储备余额") % {"pollutant": pollutant.spoken},
        "subtitle": _("吨/年，逐年"),
        "source": _("园区年度核定与总量台账"),
        "unit": _("吨/年"),
        "axis": _("年度"),
        "categories": [str(one.year) for one in figures],
        "series": [
            {
                "name": str(_("允许排放量")),
                "key": "allowed",
                "values": [None if o.allowed is None else text(o.allowed) for o in figures],
            },
            {
                "name": str(_("实际排放量")),
                "key": pollutant.value,
                "values": [None if o.actual is None else text(o.actual) for o in figures],
            },
            {
                "name": str(_("年末储备余额")),
                "key": "available",
                "values": [None if o.stock is None else text(o.stock) for o in figures],
            },
        ],
    }
