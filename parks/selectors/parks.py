"""What is known of a park: members, stock, allowed and actual totals over the years, ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from monitoring.selectors import monitors
from monitoring.selectors.monitors import Completeness
from parks.models import AnnualTotals, Member, SewageWorks, YearLine
from parks.rules import totals as rules
from parks.selectors.totals import stated
from parks.vocabulary import TotalsStatus, YearStatus
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Pollutant
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
    members: int
    emitted: Grams | None
    output: Decimal | None
    intensity: Decimal | None


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


def over_the_years(place: Place, pollutant: Pollutant) -> list[YearFigures]:
    """List allowed and actual totals of a pollutant, oldest year first, as they were fixed."""
    allowed: dict[int, Grams] = {}
    actual: dict[int, Grams] = {}
    lines = (
        YearLine.objects.filter(of__place=place, pollutant=pollutant, of__fixed_on__isnull=False)
        .exclude(of__status=YearStatus.REPLACED)
        .select_related("of")
        .order_by("of__year")
    )
    for line in lines:
        if line.before is not None:
            allowed.setdefault(line.of.result_year, Grams(line.before))
        if line.allowed is not None:
            allowed[line.of.year] = Grams(line.allowed)
        if line.actual is not None:
            actual[line.of.result_year] = Grams(line.actual)
    return [
        YearFigures(year=year, allowed=allowed.get(year), actual=actual.get(year))
        for year in sorted(allowed.keys() | actual.keys())
    ]


def with_stock(
    place: Place, pollutant: Pollutant, figures: Sequence[YearFigures], *, on: date
) -> list[YearFigures]:
    """Add what lay free in the park's reserve at each year's end, or lies there on the day *on*."""
    found = []
    for one in figures:
        day = min(on, date(one.year, 12, 31))
        lying = balances.stock(
            place=place.pk, tier=place.tier, pollutant=pollutant.value, effective_on=day
        )
        grams = Grams(sum(stock.available for stock in lying))
        found.append(replace(one, stock=grams))
    return found


def over_allowed(place: Place) -> list[tuple[Pollutant, YearFigures]]:
    """List the pollutants of which a park emitted more than allowed in its last counted year."""
    found = []
    for pollutant in Pollutant:
        counted = [one for one in over_the_years(place, pollutant) if one.actual is not None]
        if counted and counted[-1].is_over:
            found.append((pollutant, counted[-1]))
    return found


def ranking(places: Sequence[Place], year: int, pollutant: Pollutant) -> list[Ranked]:
    """
    Rank parks by what they emitted of a pollutant in a year for each ten thousand yuan of output.

    The lowest comes first; parks whose totals are not accepted, or state no output, come last.
    """
    accepted = {
        totals.place_id: totals
        for totals in AnnualTotals.objects.filter(
            place__in=places, year=year, status=TotalsStatus.ACCEPTED
        ).prefetch_related("rows")
    }
    members = dict(
        Member.objects.in_year(year)
        .filter(place__in=places)
        .order_by()
        .values_list("place_id")
        .annotate(Count("polluter", distinct=True))
    )
    rows = []
    for place in places:
        totals = accepted.get(place.pk)
        stating = list(totals.rows.all()) if totals else []
        emitted = rules.counted(stated(stating)).get(pollutant)
        outputs = {row.polluter_id: row.output for row in stating if row.output is not None}
        output = sum(outputs.values(), Decimal(0)) if outputs else None
        rows.append(
            Ranked(
                place=place,
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
    return sorted(rows, key=lambda row: (row.intensity is None, row.intensity or 0, row.place.path))


def chart(figures: Sequence[YearFigures]) -> dict[str, Any] | None:
    """Draw allowed and actual totals side by side; nothing where there is no year yet."""
    if not figures:
        return None
    return {
        "kind": "bar",
        "title": _("允许、实际排放量与储备余额"),
        "unit": _("吨/年"),
        "axis": _("年度"),
        "categories": [str(one.year) for one in figures],
        "series": [
            {
                "name": str(_("允许排放量")),
                "values": [None if o.allowed is None else text(o.allowed) for o in figures],
            },
            {
                "name": str(_("实际排放量")),
                "values": [None if o.actual is None else text(o.actual) for o in figures],
            },
            {
                "name": str(_("年末储备余额")),
                "values": [None if o.stock is None else text(o.stock) for o in figures],
            },
        ],
    }
