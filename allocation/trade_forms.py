"""The forms of trades: what is offered, and the papers that come with each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation.models import Project
from allocation.rules.trade import MOST, city_of, total_of
from allocation.services.trade_terms import Terms
from allocation.vocabulary import TradeKind
from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.forms import ChosenOrTyped
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant


class CleanedField(forms.CharField):
    """A text as it goes on record, whose length is that of what goes there."""

    def __init__(self, *args: Any, cleaned: Callable[[str], str], **kwargs: Any) -> None:
        self.cleaned = cleaned
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> str:
        """Clean the text before it is measured."""
        return self.cleaned(super().to_python(value) or "")


def _number(label: Any, help_text: Any = "") -> CleanedField:
    return CleanedField(
        label=label, max_length=60, help_text=help_text, cleaned=clean_document_number
    )


def _uscc(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=ChosenOrTyped)


def _file(label: Any) -> forms.FileField:
    return forms.FileField(label=label, help_text=_("PDF、PNG、JPG 或 XLSX。"))


class OfferForm(forms.Form):
    """
    An offer: its two sides, its contract, and eight lines of grams and prices.

    A polluter is chosen of those in sight, or named by its code wherever it lies: the contract has
    it.
    """

    kind = forms.ChoiceField(
        label=_("交易类型"), choices=TradeKind.choices, widget=forms.RadioSelect
    )
    seller_place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("卖方储备"),
        required=False,
        help_text=_("储备出让须经所在地负责人同意。卖方为排污单位的留空。"),
    )
    seller_uscc = _uscc(
        pgettext_lazy("trade", "卖方单位"),
        _("输入后从列表选择；列表中没有的，填写统一社会信用代码。卖方为储备或市外单位的留空。"),
    )
    buyer_uscc = _uscc(
        pgettext_lazy("trade", "买方单位"),
        _("输入后从列表选择；列表中没有的，填写统一社会信用代码。向市外出让的留空。"),
    )
    project_number = forms.CharField(
        label=_("用于建设项目（项目编号）"),
        max_length=24,
        required=False,
        help_text=_("购入的指标只供该项目使用；不指定的留空。"),
    )
    city = CleanedField(
        label=_("市外城市"),
        max_length=40,
        required=False,
        help_text=_("市内交易留空。"),
        cleaned=city_of,
    )
    contract = _number(_("合同编号"))
    contract_on = forms.DateField(
        label=_("合同日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    file = _file(pgettext_lazy("trade", "出让方签署文件"))

    def __init__(self, *args: Any, places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["seller_place"]).queryset = places
        for pollutant in Pollutant:
            self.fields[f"grams_{pollutant.value}"] = TonnesField(
                label=f"{pollutant.spoken} {_('数量')}", required=False
            )
            self.fields[f"price_{pollutant.value}"] = forms.DecimalField(
                label=f"{pollutant.spoken} {_('单价')}",
                required=False,
                max_digits=14,
                decimal_places=2,
                min_value=Decimal(0),
                widget=forms.TextInput,
            )

    def clean_seller_uscc(self) -> Polluter | None:
        """Find the polluter that sells."""
        return self._polluter("seller_uscc")

    def clean_buyer_uscc(self) -> Polluter | None:
        """Find the polluter that buys."""
        return self._polluter("buyer_uscc")

    def clean_project_number(self) -> Project | None:
        """Find the project that it goes straight into."""
        number = self.cleaned_data["project_number"].strip()
        found = Project.objects.select_related("place").filter(number=number).first()
        if number and found is None:
            raise ValidationError(_("没有编号为%(number)s的建设项目"), params={"number": number})
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for a price with every amount, and for an amount with every price."""
        said = super().clean() or self.cleaned_data
        for code in Pollutant.values:
            grams, price = said.get(f"grams_{code}"), said.get(f"price_{code}")
            if (grams is None) != (price is None) and not (
                {f"grams_{code}", f"price_{code}"} & self.errors.keys()
            ):
                missing = "grams" if grams is None else "price"
                self.add_error(f"{missing}_{code}", _("数量与单价须一并填写"))
            elif grams and price is not None and total_of(grams, price) >= MOST:
                self.add_error(f"price_{code}", _("总价超出可登记的范围"))
        return said

    @property
    def terms(self) -> Terms:
        """Give the terms as the service takes them."""
        said = self.cleaned_data
        return Terms(
            kind=TradeKind(said["kind"]),
            seller=said["seller_place"] or said["seller_uscc"],
            buyer=said["buyer_uscc"],
            project=said["project_number"],
            city=said["city"],
            contract=said["contract"],
            contract_on=said["contract_on"],
            lines=self._lines(said),
        )

    def _lines(self, said: Mapping[str, Any]) -> dict[Pollutant, tuple[Grams, Decimal]]:
        return {
            pollutant: (said[f"grams_{pollutant.value}"], said[f"price_{pollutant.value}"])
            for pollutant in Pollutant
            if said.get(f"grams_{pollutant.value}")
        }

    def shown(self, name: str) -> str:
        """Say in words which polluter a field stands for: its name, or what was typed."""
        said = str(self[name].value() or "").strip()
        known = Polluter.objects.filter(uscc=said.upper()).values_list("name", flat=True).first()
        return known or said

    def _polluter(self, name: str) -> Polluter | None:
        code = self.cleaned_data[name].strip().upper()
        found = Polluter.objects.select_related("place").filter(uscc=code).first()
        if code and found is None:
            raise ValidationError(_("没有统一社会信用代码为%(code)s的单位"), params={"code": code})
        return found


class ConsentForm(forms.Form):
    """A consent says nothing more."""


class AcceptForm(forms.Form):
    """The buyer's signed paper."""

    file = _file(pgettext_lazy("trade", "接受方签署文件"))


class OutsideAcceptForm(AcceptForm):
    """The same, with the certificate of the other city's agency."""

    counterpart = _number(_("对方交易凭证编号"))


class CheckForm(forms.Form):
    """The certificate of the trading agency."""

    certificate = _number(_("交易凭证编号"), _("由排污权交易管理机构出具。"))


class EndForm(forms.Form):
    """Why a trade ends."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
