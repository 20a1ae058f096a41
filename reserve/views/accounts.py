"""Statements: one reserve of one pollutant, or any account, from opening to closing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from quota_registry.kernel.mass import tonnes
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Page
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Account
from reserve.selectors import flows, lots, statements
from reserve.selectors.statements import Cursor
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind

MONTHS = 24


class Statement(Page):
    """What came into an account, what went out, and what lies in it: a year at a time."""

    permission = Permission.SEE_RESERVE
    template_name = "reserve/statement.html"
    account: Account | None

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        self.account = (
            Account.objects.select_related("place", "polluter__place")
            .filter(pk=self.kwargs["pk"])
            .first()
        )
        if self.account is None:
            raise Http404
        polluter = self.account.polluter
        owner: Place | None = polluter.place if polluter else self.account.place
        if owner is None or not access.may(self.person, Permission.SEE_RESERVE, owner, on=self.on):
            raise OutOfReach(_("没有这个对象"))

    def get_title(self) -> str:
        assert self.account is not None
        return said(self.account)

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("余额总览"), reverse("reserve:overview"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = _number(self.request.GET.get("year"), self.on.year)
        statement = None
        if self.account is not None:
            statement = statements.of(
                self.account,
                since=date(year, 1, 1),
                until=date(year + 1, 1, 1),
                after=_cursor(self.request.GET.get("after", "")),
            )
        return super().get_context_data(
            account=self.account,
            statement=statement,
            next_page="/".join(map(str, statement.after)) if statement and statement.after else "",
            kinds=dict(TransferKind.choices),
            parts=lots.ancestry(self.account) if self.account else [],
            year=year,
            years=range(self.on.year, self.on.year - 6, -1),
            **kwargs,
        )


class Stock(Statement):
    """The statement of a place's reserve of a pollutant, with its history as a curve."""

    place: Place

    def refuse_unless_permitted(self) -> None:
        super(Statement, self).refuse_unless_permitted()
        self.place = Place.objects.filter(pk=self.kwargs["place"]).first() or _missing()
        if self.kwargs["pollutant"] not in Pollutant.values:
            _missing()
        if not access.may(self.person, Permission.SEE_RESERVE, self.place, on=self.on):
            raise OutOfReach(_("没有这个对象"))
        self.account = Account.objects.filter(
            kind=AccountKind.RESERVE, place=self.place, pollutant=self.kwargs["pollutant"]
        ).first()

    def get_title(self) -> str:
        symbol = Pollutant(self.kwargs["pollutant"]).spoken
        return _("%(place)s储备库 · %(pollutant)s") % {
            "place": self.place.spoken,
            "pollutant": symbol,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pollutant = self.kwargs["pollutant"]
        held = Account.objects.filter(
            kind=AccountKind.HELD, place=self.place, pollutant=pollutant, balances__grams__gt=0
        ).distinct()
        return super().get_context_data(
            place=self.place,
            pollutant=pollutant,
            held=held,
            history=history(self.place, pollutant, self.on),
            **kwargs,
        )


def history(place: Place, pollutant: str, on: date) -> dict[str, Any]:
    """Draw what a place had at the end of each of the last months, held apart from available."""
    rows = flows.month_ends(place=place.code, pollutant=pollutant, days=_month_ends(on))
    return {
        "kind": "line",
        "title": _("可用与预留"),
        "subtitle": _("吨/年，各月末"),
        "unit": _("吨/年"),
        "source": _("总量台账分录"),
        "axis": _("月份"),
        "categories": [f"{day:%Y-%m}" for day, _available, _held in rows],
        "series": [
            {
                "name": _("可用"),
                "key": "available",
                "values": [str(tonnes(free)) for _day, free, _held in rows],
            },
            {
                "name": _("预留"),
                "key": "held",
                "values": [str(tonnes(held)) for _day, _free, held in rows],
            },
        ],
    }


def said(account: Account) -> str:
    """Call an account in words: whose, of what kind, of which pollutant."""
    place = account.place
    owner = place.spoken if place else str(account.polluter or account.city or "")
    words = [owner, str(account.get_kind_display()), Pollutant(account.pollutant).spoken]
    # An origin's case is the kind of its lots, a term; any other's is a number.
    case = str(dict(LotSourceKind.choices).get(account.case, account.case))
    return " · ".join(word for word in [*words, case] if word)


def _month_ends(on: date) -> list[date]:
    days, day = [on], on
    for _month in range(MONTHS - 1):
        day = day.replace(day=1) - timedelta(days=1)
        days.append(day)
    return days[::-1]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and 2000 <= int(text) < 3000 else otherwise


def _cursor(text: str) -> Cursor | None:
    parts = text.split("/")
    try:
        return date.fromisoformat(parts[0]), int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        return None


def _missing() -> Any:
    raise Http404
