"""Opening stock: which places have theirs, one with its rows, and the three people's acts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel import exports
from quota_registry.kernel.forms import PlaceForm
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.views import (
    Act,
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    PermittedView,
    redirect_to,
)
from quota_registry.kernel.vocabulary import Pollutant
from reserve.imports.opening import opening_template
from reserve.models import OpeningRow, OpeningStock
from reserve.services import opening, opening_lists
from reserve.services.opening_lists import ListHasErrors

SHOWN = 100


def standing(stock: OpeningStock) -> tuple[str, str, str]:
    """Say where an opening stands: a value, a word and a tone."""
    if stock.closed_by_id is not None:
        return "closed", _("已关闭"), "neutral"
    if stock.approved_by_id is not None:
        return "approved", _("已审核入账"), "success"
    return "pending", _("待审核"), "progress"


class Openings(ListPage):
    """The openings of every place in sight."""

    permission = Permission.SEE_RESERVE
    model = OpeningStock
    title = gettext_lazy("期初库存")
    template_name = "reserve/openings.html"
    orders = {"place": ("place__path",), "day": ("effective_on", "pk")}
    default_sort = "place"
    columns = (
        Column(gettext_lazy("地区代码"), "place_id"),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("文号"), "document"),
        Column(gettext_lazy("基准日期"), "effective_on", "day"),
        Column(gettext_lazy("状态"), lambda stock: standing(stock)[1]),
        Column(gettext_lazy("导入人"), "imported_by.name"),
        Column(gettext_lazy("审核人"), "approved_by.name"),
        Column(gettext_lazy("关闭人"), "closed_by.name"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        people = ("imported_by", "approved_by", "closed_by")
        return super().get_queryset().select_related("place", *people)

    def decorate(self, rows: list[Any]) -> list[Any]:
        for stock in rows:
            stock.standing = standing(stock)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(Permission.IMPORT_OPENING), **kwargs)


class OpeningForm(PlaceForm):
    """A place's list of what it had on day one, with its document."""

    place = forms.ModelChoiceField(Place.objects.none(), label=gettext_lazy("地区"))
    document = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=120,
        help_text=gettext_lazy("如 苏环办字〔2026〕15号。"),
    )
    effective_on = forms.DateField(
        label=gettext_lazy("基准日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("清单所列数量的日期；入账以此为准。"),
    )
    list = forms.FileField(
        label=gettext_lazy("期初清单"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV，使用本系统的模板。"),
    )


class NewOpening(FormPage):
    """The bringing of an opening list: whole, or not at all with every error by its cell."""

    permission = Permission.IMPORT_OPENING
    title = gettext_lazy("导入期初库存")
    template_name = "reserve/opening_new.html"
    form_class = OpeningForm
    success_message = gettext_lazy("清单已导入，待综合业务处审核。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": self.places().filter(valid_until=None)}

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.acting_place, "effective_on": self.on.replace(month=1, day=1)}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("期初库存"), reverse("reserve:openings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("reserve:openings"), max_bytes=settings.QUOTA_FILE_MAX_BYTES, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            address = self.save(form)
        except ListHasErrors as refusal:
            self.note(refusal)
            form.add_error("list", str(refusal))
            return self.render_to_response(
                self.get_context_data(
                    form=form,
                    findings=refusal.findings[:SHOWN],
                    left_out=max(0, len(refusal.findings) - SHOWN),
                ),
                status=422,
            )
        except (NotPermitted, OutOfReach):
            raise
        except Refusal as refusal:
            self.note(refusal)
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        self.say(str(self.success_message))
        return redirect_to(self.request, address)

    def save(self, form: Any) -> str:
        said = dict(form.cleaned_data)
        stock = opening_lists.bring(upload=said.pop("list"), **said, by=self.person, on=self.on)
        return reverse("reserve:opening", args=[stock.pk])


class OfOneOpening(OfOneObject):
    """A view of one place's opening."""

    model = OpeningStock
    object: OpeningStock

    def get_queryset(self) -> QuerySet[Any]:
        return OpeningStock.objects.select_related(
            "place", "imported_by", "approved_by", "closed_by"
        )

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of openings."""
        return [(_("期初库存"), reverse("reserve:openings"))]


class OneOpening(OfOneOpening, DetailPage):
    """An opening: its sums, its rows, who brought, approved and closed it."""

    permission = Permission.SEE_RESERVE
    template_name = "reserve/opening.html"

    def get_title(self) -> str:
        return _("期初库存 · %(place)s") % {"place": self.object.place.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stock = self.object
        rows = list(stock.rows.select_related("polluter").order_by("line"))
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            sums[row.what][row.pollutant] += row.grams
        named = [p for p in Pollutant if any(p in of_one for of_one in sums.values())]
        open_ = stock.approved_by_id is None
        return super().get_context_data(
            standing=standing(stock),
            rows=rows,
            pollutants=named,
            sums=[
                (what.label, [sums[what].get(pollutant) for pollutant in named])
                for what in OpeningRow.What
                if what in sums
            ],
            may_approve=open_ and self._may_be_second(Permission.APPROVE_OPENING),
            may_close=not open_
            and stock.closed_by_id is None
            and self._may_be_second(Permission.CLOSE_OPENING),
            may_replace=open_ and self.may(Permission.IMPORT_OPENING, stock.place),
            **kwargs,
        )

    def _may_be_second(self, permission: Permission) -> bool:
        hands = {self.object.imported_by_id, self.object.approved_by_id}
        return self.person.pk not in hands and self.may(permission, self.object.place)


class ApproveOpening(OfOneOpening, Act):
    """The approval by a second person, which posts the rows."""

    permission = Permission.APPROVE_OPENING

    def back(self) -> str:
        return reverse("reserve:opening", args=[self.object.pk])

    def act(self) -> str:
        opening.approve(opening=self.object, by=self.person, on=self.on)
        self.say(_("期初库存已审核入账。"))
        return self.back()


class CloseOpening(OfOneOpening, Act):
    """The closing by the director: nothing opens there any more."""

    permission = Permission.CLOSE_OPENING

    def back(self) -> str:
        return reverse("reserve:opening", args=[self.object.pk])

    def act(self) -> str:
        opening.close(opening=self.object, by=self.person, on=self.on)
        self.say(_("期初已关闭，此后不得再登记期初。"))
        return self.back()


class OpeningTemplate(PermittedView):
    """The registry's own list of opening stock to fill in."""

    permission = Permission.IMPORT_OPENING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return exports.attachment(opening_template(), name=_("期初库存模板") + ".xlsx")
