"""余额总览: places by pollutants, the flows of a year, and the history behind a figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.mass import Grams, tonnes
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Page
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.selectors import balances, flows
from reserve.vocabulary import AccountKind, LotSourceKind, SourceKind, TransferKind


@dataclass(frozen=True, slots=True)
class Cell:
    """What a place has of a pollutant: grams free, grams held, and both as parts of one bar."""

    pollutant: str
    available: int
    held: int

    @property
    def whole(self) -> int:
        """Give all that lies there, held or not."""
        return self.available + self.held


@dataclass(slots=True)
class Row:
    """A place of the matrix with a cell for each pollutant."""

    place: Place
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def in_order(self) -> list[Cell]:
        """Give the cells in the notice's order of pollutants, empty ones as zero."""
        return [self.cells.get(code, Cell(code, 0, 0)) for code in Pollutant.values]


class AskedForm(forms.Form):
    """What the matrix shows: a tier, a day, a pollutant and a year for the flows."""

    tier = forms.ChoiceField(required=False, choices=[("", ""), *Tier.choices])
    on = forms.DateField(required=False)
    pollutant = forms.ChoiceField(required=False, choices=[("", ""), *Pollutant.choices])
    year = forms.IntegerField(required=False, min_value=2000, max_value=2999)


class Overview(Page):
    """The matrix of balances, and beside it where a year's mass came from and went."""

    permission = Permission.SEE_RESERVE
    title = gettext_lazy("余额总览")
    template_name = "reserve/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = AskedForm(self.request.GET)
        asked.is_valid()
        # A word in the address that cannot be read asks for nothing.
        chosen = {name: asked.cleaned_data.get(name) for name in asked.fields}
        tier = chosen["tier"] or ""
        on: date | None = chosen["on"]
        pollutant = chosen["pollutant"] or Pollutant.NOX.value
        year = chosen["year"] or self.on.year
        visible = access.paths(self.person, Permission.SEE_RESERVE, on=self.on)

        rows = self.rows(tier, on, visible)
        return super().get_context_data(
            rows=rows,
            totals=_totals(rows),
            tier=tier,
            tiers=Tier.choices,
            chosen_on=on,
            asked=any(self.request.GET.get(name) for name in ("on", "pollutant", "year")),
            pollutants=list(Pollutant),
            pollutant=pollutant,
            year=year,
            years=range(self.on.year, self.on.year - 5, -1),
            chart=sankey(pollutant, year, visible),
            **kwargs,
        )

    def rows(self, tier: str, on: date | None, visible: list[str]) -> list[Row]:
        """Lay the balances out by place; a place in sight without an account has zeros."""
        places = Place.objects.filter(
            access.within(self.person, Permission.SEE_RESERVE, on=self.on, lookup="path")
        ).in_force(on or self.on)
        if tier:
            places = places.filter(tier=tier)
        found = {place.code: Row(place) for place in places.order_by("path")}
        for stock in balances.stock(tier=tier or None, effective_on=on, visible_places=visible):
            if stock.place in found:
                cell = Cell(stock.pollutant, stock.available, stock.held)
                found[stock.place].cells[stock.pollutant] = cell
        return list(found.values())


def _totals(rows: list[Row]) -> list[Cell]:
    return [
        Cell(
            code,
            sum(row.cells[code].available for row in rows if code in row.cells),
            sum(row.cells[code].held for row in rows if code in row.cells),
        )
        for code in Pollutant.values
    ]


def sankey(pollutant: str, year: int, visible: list[str]) -> dict[str, Any] | None:
    """Draw a year's flows: sources → tiers and fates → uses; nothing where nothing flowed."""
    found = flows.of_period(
        pollutant=pollutant,
        since=date(year, 1, 1),
        until=date(year + 1, 1, 1),
        visible_places=visible,
    )
    if not found.received and not found.given:
        return None
    links = [
        {"source": f"in:{flow.source}", "target": f"at:{flow.target}", "value": _t(flow.grams)}
        for flow in found.received
    ] + [
        {"source": f"at:{flow.source}", "target": f"out:{flow.target}", "value": _t(flow.grams)}
        for flow in found.given
    ]
    names = dict.fromkeys(end for link in links for end in (link["source"], link["target"]))
    return {
        "kind": "sankey",
        "title": _("%(pollutant)s 全年来源与去向") % {"pollutant": Pollutant(pollutant).spoken},
        "subtitle": _("%(year)s 年，吨/年，按生效日期") % {"year": year},
        "unit": _("吨/年"),
        "source": _("总量台账分录"),
        "nodes": [
            {"id": name, "name": _label(name), "key": pollutant if side == "in" else code}
            for name in names
            for side, _colon, code in [name.partition(":")]
        ],
        "links": links,
    }


def _t(grams: Grams) -> str:
    return str(tonnes(grams))


def _label(node: str) -> str:
    """Call a node by the term of its vocabulary."""
    side, _colon, code = node.partition(":")
    if side == "out":
        return str(TransferKind(code).label)
    if side == "at":
        return str((Tier if code in Tier.values else AccountKind)(code).label)
    return str((SourceKind if code in SourceKind.values else LotSourceKind)(code).label)


def address_of_stock(place: str, pollutant: str) -> str:
    """Return where the statement of a place's reserve of a pollutant stands."""
    return reverse("reserve:stock", args=[place, pollutant])
