"""总量台账: the two official ledgers of a county and a period, on screen, as PDF and as XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.exports import XLSX
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Period, Quarter, period_named
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.services import access, audit
from quota_registry.kernel.views import Page, Paper
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve import papers
from reserve.papers.official_ledger import HOLDERS, LINES, SUBJECTS, number_of
from reserve.selectors import official
from reserve.selectors.official import Account, Book, Movement, Part, Which
from reserve.vocabulary import TransferKind

YEARS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A movement as the page shows it, with what is left after it."""

    move: Movement
    label: str
    left: int


def period_of(name: str) -> Period:
    """Read the period that an address names, else 404."""
    try:
        return period_named(name)
    except ValueError:
        raise Http404 from None


class Ledgers(Page):
    """One of the two ledgers, chosen by place, period and kind in the address."""

    permission = Permission.SEE_RESERVE
    title = gettext_lazy("总量台账")
    template_name = "reserve/ledgers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        places = list(self.places().exclude(tier=Tier.PROVINCE).order_by("path"))
        place = _chosen(places, asked.get("place", ""))
        names = _periods(self.on)
        name = asked.get("period", "") or names[0]
        if name not in names:
            # An older one may be asked for by its address.
            period_of(name)
            names = [name, *names]
        which = Which(asked["which"]) if asked.get("which") in Which.values else Which.REDUCTIONS
        book = official.book(which, place=place, period=period_of(name)) if place else None
        return super().get_context_data(
            places=places,
            place=place,
            periods=names,
            period=name,
            kinds=Which.choices,
            which=which,
            book=book,
            number=number_of(book) if book else "",
            pollutants=list(Pollutant),
            parts=_summary(book) if book else [],
            accounts=_details(book) if book else [],
            subject=SUBJECTS[which],
            holder=HOLDERS[which],
            may_export=bool(place) and self.may(Permission.EXPORT, place),
            **kwargs,
        )


class OfficialLedger(Paper):
    """One of the two ledgers as a file."""

    permission = Permission.EXPORT
    place: Place

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        place = Place.objects.filter(pk=self.kwargs["place"]).first()
        if place is None or not access.reaches(self.person, place, on=self.on):
            raise OutOfReach(_("没有这个对象"))
        for right in (Permission.SEE_RESERVE, Permission.EXPORT):
            if not self.may(right, place):
                raise NotPermitted(_("您没有导出的权限"), permission=str(right))
        self.place = place

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if kwargs["which"] not in Which.values or kwargs["kind"] not in ("pdf", "xlsx"):
            raise Http404
        which, period = Which(kwargs["which"]), period_of(kwargs["period"])
        name = f"{which.label}-{self.place.name}-{kwargs['period']}"
        if kwargs["kind"] == "pdf":
            data = papers.official_ledger_pdf(which, place=self.place, period=period, on=self.on)
            return self.pdf(data, name, self.place.code)
        data = papers.official_ledger_xlsx(which, place=self.place, period=period, on=self.on)
        audit.record(
            verb="export", by=self.person, subject=self.place.code, kind="xlsx", paper=name
        )
        return HttpResponse(
            data,
            content_type=XLSX,
            headers={"Content-Disposition": content_disposition_header(True, f"{name}.xlsx")},
        )


def _chosen(places: list[Place], code: str) -> Place | None:
    """Find the place asked for, else the first county, else whatever there is."""
    for place in places:
        if place.code == code:
            return place
    if code:
        raise OutOfReach(_("没有这个对象"))
    return next((place for place in places if place.tier == Tier.COUNTY), next(iter(places), None))


def _periods(on: date) -> list[str]:
    """Name the quarters and years that one may choose, newest first."""
    now = Quarter.of(on)
    quarters = [str(now.plus(-back)) for back in range(4 * YEARS)]
    return [*quarters, *(str(on.year - back) for back in range(YEARS))]


def _summary(book: Book) -> list[tuple[Part, list[tuple[Any, list[int]]]]]:
    accounts = {(one.part, one.pollutant): one for one in book.accounts}
    return [
        (
            part,
            [
                (
                    label,
                    [
                        getattr(one, name) if (one := accounts.get((part, which))) else 0
                        for which in Pollutant
                    ],
                )
                for name, label in LINES
            ],
        )
        for part in book.parts()
    ]


def _details(book: Book) -> list[tuple[Account, list[Line]]]:
    found = []
    for account in book.accounts:
        if not (account.opening or account.movements):
            continue
        lines, left = [], account.opening
        for move in account.movements:
            left += move.grams
            lines.append(Line(move, str(TransferKind(move.kind).label), left))
        found.append((account, lines))
    return found
