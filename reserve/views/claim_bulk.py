"""What people do to many claims at once, under one document: each wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.views import Page, redirect_to
from quota_registry.kernel.vocabulary import Medium
from reserve.models import Claim, Opinion
from reserve.selectors import claims as selected
from reserve.selectors import fates
from reserve.services import admissions, joint_reviews, letters, reviews, screening
from reserve.services.letters import Confirmed
from reserve.services.outcomes import Outcome, Seen
from reserve.views.claim_acts import in_figures

MOST: Final = 500


class Nothing(forms.Form):
    """An act that asks for nothing more."""


class Note(forms.Form):
    """One word for all of them."""

    note = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Reason(forms.Form):
    """One reason for all of them."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class Letter(forms.Form):
    """One letter of the province for all of them."""

    number = forms.CharField(label=_("省级文件文号"), max_length=60)
    dated = forms.DateField(
        label=_("文件日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    percent = forms.DecimalField(
        label=_("省级份额（%）"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        help_text=_("留空按规则手册的份额；逐项数量不同的，请在申报页单独登记。"),
    )


Do = Callable[[Any, Sequence[Seen], dict[str, Any]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Bulk:
    """An act on many: its word, its right, its form and the service that does it."""

    verb: str
    label: str | Promise
    permission: Permission
    do: Do
    form: type[forms.Form] = Nothing


def _confirm(view: Any, items: Sequence[Seen], said: dict[str, Any]) -> list[Outcome]:
    percent = said["percent"]
    return letters.confirm(
        number=said["number"],
        dated=said["dated"],
        claims=[Confirmed(claim, version) for claim, version in items],
        share=percent / 100 if percent is not None else None,
        by=view.person,
        on=view.on,
    ).outcomes


def _review(medium: Medium) -> Do:
    def do(view: Any, items: Sequence[Seen], said: dict[str, Any]) -> list[Outcome]:
        return reviews.accept_many(
            items=items, medium=medium, by=view.person, on=view.on, document=said["note"]
        )

    return do


def _sign(seat: Opinion.Seat) -> Do:
    def do(view: Any, items: Sequence[Seen], said: dict[str, Any]) -> list[Outcome]:
        return joint_reviews.sign_many(
            items=items, seat=seat, agrees=True, text=said["note"], by=view.person, on=view.on
        )

    return do


def _admit(view: Any, items: Sequence[Seen], said: dict[str, Any]) -> list[Outcome]:
    shown = {claim.number: view.request.POST.get(f"fates:{claim.number}") for claim, _seen in items}
    told = {number: written for number, written in shown.items() if written is not None}
    if len(told) < len(shown):
        raise Refusal(_("缺少所见去向，请刷新后重试"))
    return admissions.admit_many(items=items, shown=told, by=view.person, on=view.on)


def _plain(service: Callable[..., list[Outcome]]) -> Do:
    def do(view: Any, items: Sequence[Seen], said: dict[str, Any]) -> list[Outcome]:
        return service(items=items, **said, by=view.person, on=view.on)

    return do


BULK: Final = {
    one.verb: one
    for one in (
        Bulk("receive", _("批量签收"), Permission.SCREEN_CLAIM, _plain(screening.receive_many)),
        Bulk(
            "screen",
            _("批量初审通过"),
            Permission.SCREEN_CLAIM,
            _plain(screening.screen_many),
            Note,
        ),
        Bulk(
            "return", _("批量退回"), Permission.SCREEN_CLAIM, _plain(screening.return_many), Reason
        ),
        Bulk(
            "review-water",
            _("批量审核（水）"),
            Permission.REVIEW_WATER,
            _review(Medium.WATER),
            Note,
        ),
        Bulk("review-air", _("批量审核（大气）"), Permission.REVIEW_AIR, _review(Medium.AIR), Note),
        Bulk(
            "sign-water",
            _("批量会签（水处）"),
            Permission.REVIEW_WATER,
            _sign(Opinion.Seat.WATER),
            Note,
        ),
        Bulk(
            "sign-air",
            _("批量会签（大气处）"),
            Permission.REVIEW_AIR,
            _sign(Opinion.Seat.AIR),
            Note,
        ),
        Bulk(
            "sign-office",
            _("批量会签"),
            Permission.LEAD_JOINT_REVIEW,
            _sign(Opinion.Seat.OFFICE),
            Note,
        ),
        Bulk(
            "conclude",
            _("批量会审通过"),
            Permission.LEAD_JOINT_REVIEW,
            _plain(joint_reviews.conclude_many),
            Note,
        ),
        # The general office returns what screeners have passed on; the status says whose it is.
        Bulk(
            "return-reviewed",
            _("批量退回"),
            Permission.LEAD_JOINT_REVIEW,
            _plain(screening.return_many),
            Reason,
        ),
        Bulk("confirm", _("批量省级确认"), Permission.CONFIRM_BY_PROVINCE, _confirm, Letter),
        Bulk("admit", _("批量入库"), Permission.ADMIT_CLAIM, _admit),
    )
}


class ActOnMany(Page):
    """The page between choosing and doing: what is chosen, what is asked, what came of it."""

    permission = Permission.SEE_CLAIMS
    template_name = "reserve/claim_bulk.html"

    def refuse_unless_permitted(self) -> None:
        bulk = BULK.get(self.kwargs["verb"])
        if bulk is None:
            raise Http404
        self.bulk = bulk
        super().refuse_unless_permitted()
        if not self.may(self.bulk.permission):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(self.bulk.permission))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect_to(request, reverse("reserve:claims"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        items = self.chosen()
        if not items:
            self.warn(str(_("没有选中任何申报。")))
            return redirect_to(request, reverse("reserve:claims"))
        asked = "sure" not in request.POST
        form = self.bulk.form(None if asked else request.POST)
        outcomes: list[Outcome] = []
        if not asked and form.is_valid():
            try:
                outcomes = self.bulk.do(self, items, form.cleaned_data)
            except Refusal as refusal:
                self.note(refusal)
                form.add_error(None, str(refusal))
        return self.render_to_response(
            self.get_context_data(form=form, items=items, outcomes=outcomes)
        )

    def chosen(self) -> list[Seen]:
        """Return the claims in sight that were chosen, each in the version in which it was seen."""
        pairs = [word.partition(":") for word in self.request.POST.getlist("claim")[:MOST]]
        versions = {
            number: int(version) for number, _colon, version in pairs if version.isdecimal()
        }
        found = selected.visible(self.person, on=self.on).filter(number__in=versions)
        rows: list[Claim] = list(
            found.select_related("place", "polluter").prefetch_related("lines").order_by("pk")
        )
        return [(claim, versions[claim.number]) for claim in rows]

    def get_title(self) -> str:
        return str(self.bulk.label)

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "减排项目"), reverse("reserve:claims"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcomes: list[Outcome] = kwargs["outcomes"]
        # What an admission would post is shown for every claim, and compared when it is posted.
        asks = self.bulk.verb == "admit" and not outcomes
        found = {
            claim.number: fates.of_claim(claim, on=self.on) if asks else []
            for claim, _version in kwargs["items"]
        }
        return super().get_context_data(
            bulk=self.bulk,
            rows=[
                (
                    claim,
                    version,
                    in_figures(found[claim.number]),
                    fates.written(found[claim.number]),
                )
                for claim, version in kwargs["items"]
            ],
            done=sum(outcome.done for outcome in outcomes),
            cancel=reverse("reserve:claims"),
            **kwargs,
        )
