"""What people do to one trade: an act a verb, each with its form, its words, its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.models import Trade
from allocation.selectors import trades as answers
from allocation.services import trades
from allocation.trade_forms import AcceptForm, CheckForm, ConsentForm, EndForm
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import files


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: its form, what it will do, its service, its clause."""

    form: type[forms.Form]
    will: str | Promise
    do: Callable[[Trade, dict[str, Any], Person, date], Any]
    clause: str = "8.1"
    danger: bool = False


@transaction.atomic
def _accept(trade: Trade, said: dict[str, Any], by: Person, on: date) -> Trade:
    (home,) = answers.seats(trade, "accept")
    file = files.store(upload=said["file"], place=home, by=by)
    return trades.accept(
        trade=trade, file=file, counterpart=said.get("counterpart", ""), by=by, on=on
    )


def _ending(verb: str, will: str | Promise) -> Deed:
    return Deed(
        EndForm,
        will,
        lambda one, said, by, on: trades.end(
            trade=one, verb=verb, reason=said["reason"], by=by, on=on
        ),
        danger=True,
    )


DEEDS: Final[dict[str, Deed]] = {
    "consent": Deed(
        ConsentForm,
        _("同意后，买方可以接受；接受时从储备中预留。"),
        lambda one, _said, by, on: trades.consent(trade=one, by=by, on=on),
    ),
    "accept": Deed(AcceptForm, _("接受后，标的从卖方账户预留，不得再出让或使用。"), _accept),
    "accept_inside": Deed(AcceptForm, _("接受后，标的从卖方账户预留，不得再出让或使用。"), _accept),
    "check": Deed(
        CheckForm,
        _("核准后，标的即归买方自持，不得撤回。"),
        lambda one, said, by, on: trades.check(
            trade=one, certificate=said["certificate"], by=by, on=on
        ),
    ),
    "refuse": _ending("refuse", _("不予核准后，预留退回卖方，本次交易终止。")),
    "refuse_consent": _ending("refuse_consent", _("本次交易终止。")),
    "decline": _ending("decline", _("本次交易终止。")),
    "withdraw": _ending("withdraw", _("撤回后，预留退回卖方，本次交易终止。")),
}
