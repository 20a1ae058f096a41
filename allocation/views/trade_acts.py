"""The acts on a trade, each on a page of its own that says what it will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db import transaction
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.models import Trade
from allocation.selectors import trades as answers
from allocation.services import trades
from allocation.trade_forms import AcceptForm, CheckForm, ConsentForm, EndForm, OutsideAcceptForm
from allocation.views.trades import OfOneTrade
from allocation.vocabulary import TradeKind
from allocation.workflows import TRADE
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import files
from quota_registry.kernel.views import FormPage
from quota_registry.kernel.workflow import Transition


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


class ActOnTrade(OfOneTrade, FormPage):
    """One act, where it may come now and by whoever may do it."""

    permission = Permission.SEE_PROJECTS
    template_name = "monitoring/act.html"
    deed: Deed
    row: Transition

    def refuse_unless_permitted(self) -> None:
        verb = self.kwargs["verb"].replace("-", "_")
        if verb not in DEEDS:
            raise Http404
        self.deed = DEEDS[verb]
        self.row = next(row for row in TRADE.transitions if row.verb == verb)
        super().refuse_unless_permitted()
        if not answers.may(self.object, self.row, self.person, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(self.row.permission))

    def get_title(self) -> str:
        return str(self.row.label)

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_form_class(self) -> type[forms.Form]:
        outside = self.object.kind != TradeKind.LOCAL
        return OutsideAcceptForm if outside and self.deed.form is AcceptForm else self.deed.form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            about=(self.object.number, self.object.seller_name, self.object.buyer_name),
            cancel=self.home(),
            will=self.deed.will,
            danger=self.deed.danger,
            clause_key=self.deed.clause,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        self.deed.do(self.object, form.cleaned_data, self.person, self.on)
        self.say(str(_("已办理：%(label)s") % {"label": self.row.label}))
        return self.home()
