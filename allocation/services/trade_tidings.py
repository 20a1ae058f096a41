"""Telling both sides' people, and whoever acts next, where a trade stands."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from allocation.models import Trade
from allocation.selectors import trades
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import notices


def tell(trade: Trade, *, by: Person, on: date) -> None:
    """Tell the officers of both sides and everybody whose act comes next, but not *by*."""
    people = [*trades.sides_people(trade, on=on), *trades.hands_of(trade, on=on)]
    with override(settings.LANGUAGE_CODE):
        text = _("指标交易%(number)s（%(contract)s）：%(status)s") % {
            "number": trade.number,
            "contract": trade.contract,
            "status": trade.get_status_display(),
        }
        notices.send(
            to=[person for person in people if person.pk != by.pk],
            text=text,
            url=reverse("allocation:trade", args=[trade.number]),
        )
