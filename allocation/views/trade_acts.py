"""The acts on a trade, each on a page of its own that says what it will do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from allocation.selectors import trades as answers
from allocation.trade_deeds import DEEDS, Deed
from allocation.trade_forms import AcceptForm, OutsideAcceptForm
from allocation.views.trades import OfOneTrade
from allocation.vocabulary import TradeKind
from allocation.workflows import TRADE
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.views import FormPage
from quota_registry.kernel.workflow import Transition


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
