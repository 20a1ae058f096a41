"""Telling both sides' people, and whoever acts next, where a trade stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from allocation.models import Trade
from allocation.selectors import trades
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.mass import text as tonnes
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import notices


def tell_of_short_trades(*, cases: Sequence[str], by: Person, on: date) -> None:
    """Tell both sides' people and whoever checks that a void took part of what is sold (§21)."""
    for trade in Trade.objects.accepted().filter(number__in=cases).order_by("pk"):
        missing = trades.shortfalls(trade)
        with override(settings.LANGUAGE_CODE):
            text = _("指标交易%(number)s的预留批次被作废，%(missing)s，不能核准") % {
                "number": trade.number,
                "missing": "、".join(
                    _("%(pollutant)s缺%(missing)s吨/年")
                    % {"pollutant": pollutant.spoken, "missing": tonnes(Grams(sold - held))}
                    for pollutant, (held, sold) in missing.items()
                ),
            }
            if missing:
                _send(trade, text, by=by, on=on)


def tell(trade: Trade, *, by: Person, on: date) -> None:
    """Tell the officers of both sides and everybody whose act comes next, but not *by*."""
    with override(settings.LANGUAGE_CODE):
        text = _("指标交易%(number)s（%(contract)s）：%(status)s") % {
            "number": trade.number,
            "contract": trade.contract,
            "status": trade.get_status_display(),
        }
        _send(trade, text, by=by, on=on)


def _send(trade: Trade, text: str, *, by: Person, on: date) -> None:
    people = [*trades.sides_people(trade, on=on), *trades.hands_of(trade, on=on)]
    notices.send(
        to=[person for person in people if person.pk != by.pk],
        text=text,
        url=reverse("allocation:trade", args=[trade.number]),
    )
