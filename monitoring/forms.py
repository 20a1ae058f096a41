"""The forms of the watch: what people write when they propose, order, judge, open and check."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.vocabulary import (
    CheckKind,
    Indicator,
    MonitorKind,
    StationKind,
    SuspensionScope,
    WaterBody,
    WaterClass,
    Way,
)
from quota_registry.kernel.forms import PlaceForm
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Medium, Pollutant

EXAMPLE = _("如 苏环办字〔2026〕15号。")


def _words(label: Any, *, required: bool = True, length: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _place() -> forms.ModelChoiceField[Place]:
    return forms.ModelChoiceField(Place.objects.none(), label=_("地区"))


def _document(label: Any = None) -> forms.CharField:
    return forms.CharField(label=label or _("文号"), max_length=60, help_text=EXAMPLE)


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text)


class NoteForm(forms.Form):
    """An act that says why."""

    note = _words(_("理由"), length=300)


class DocumentForm(forms.Form):
    """An act under a document."""

    document = _document()


# ── Targets ──
class TargetForm(PlaceForm):
    """What a place is to reach of an indicator in a year."""

    place = _place()
    indicator = forms.ChoiceField(label=_("指标"), choices=Indicator.choices)
    year = forms.IntegerField(label=_("年度"), min_value=2021, max_value=2099)
    value = forms.DecimalField(
        label=_("目标值"),
        max_digits=6,
        decimal_places=1,
        min_value=Decimal("0.1"),
        help_text=_("PM2.5以μg/m³计，其余以百分数计；保留一位小数。"),
    )
    document = _document(_("下达文件"))


# ── Suspensions ──
class SuspensionForm(PlaceForm):
    """What to close for a place, and why."""

    place = _place()
    scope = forms.ChoiceField(
        label=_("范围"), choices=SuspensionScope.choices, widget=forms.RadioSelect
    )
    reason = _words(_("事由"))


class OrderForm(forms.Form):
    """The paper of an order and its days."""

    document = _document(_("暂停文号"))
    starts = _day(_("暂停起始日"), help_text=_("自该日零时起执行。"))
    ends = _day(
        _("暂停截止日"),
        required=False,
        help_text=_("不填则至解除为止；所填之日起不再暂停。"),
    )


class LiftForm(forms.Form):
    """The paper that lifts an order, and its day."""

    document = _document(_("解除文号"))
    lifted_on = _day(
        _("解除日期"),
        help_text=_("自该日零时起恢复使用；尚未开始的暂停，起始日及以前解除即为撤回。"),
    )


class LiftReasonForm(forms.Form):
    """Why an order should be lifted."""

    reason = _words(_("解除事由"))


# ── Judgements ──
class JudgementForm(forms.Form):
    """A medium's result of a year; where it differs from the record it says why."""

    quality_met = forms.TypedChoiceField(
        label=_("环境质量目标"),
        choices=[("1", pgettext_lazy("target", "完成")), ("0", pgettext_lazy("target", "未完成"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    task_done = forms.TypedChoiceField(
        label=_("约束性减排任务"),
        choices=[("1", _("完成")), ("0", _("未完成"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = _words(_("说明"), required=False)
    reason.help_text = _("与监测记录不一致，或者记录不足以判定时必填。")


class TaskResultForm(forms.Form):
    """An officer's word on a task, with the province's paper."""

    done = forms.TypedChoiceField(
        label=_("完成情况"),
        choices=[("1", _("完成")), ("0", _("未完成"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    document = _document(_("省级文件"))


# ── The gate ──
class OpeningForm(forms.Form):
    """What is opened on application, for how long, and why."""

    pollutant = forms.ChoiceField(label=_("污染物"), choices=Pollutant.choices)
    way = forms.ChoiceField(
        label=_("途径"),
        choices=[choice for choice in Way.choices if choice[0] != Way.OWN],
        widget=forms.RadioSelect,
    )
    starts = _day(_("开放起始日"))
    ends = _day(_("开放截止日"), help_text=_("所填之日起不再开放。"))
    reason = _words(_("理由"))
    document = _document()


class OutstandingForm(PlaceForm):
    """Which park has outstanding results, for how long, by what."""

    place = _place()
    starts = _day(_("起始日期"))
    ends = _day(
        _("截止日期"), required=False, help_text=_("不填则至终止为止；所填之日起不再有效。")
    )
    reason = _words(_("认定依据"))
    document = _document()


# ── Stations and monitors ──
class StationFactsForm(forms.Form):
    """What may be corrected of a station."""

    name = forms.CharField(label=_("点位名称"), max_length=80)
    body = forms.ChoiceField(
        label=_("水体类型"),
        choices=[("", _("不是水质断面")), *WaterBody.choices],
        required=False,
    )
    target_class = forms.TypedChoiceField(
        label=_("目标类别"),
        choices=[("", _("不是水质断面")), *WaterClass.choices[:5]],
        coerce=int,
        empty_value=None,
        required=False,
    )
    counts = forms.BooleanField(
        label=_("参与评价"), required=False, initial=True, help_text=_("不参与的只记录数据。")
    )


class StationForm(PlaceForm, StationFactsForm):
    """A new station."""

    place = _place()
    code = forms.CharField(label=_("点位编码"), max_length=24)
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[choice for choice in StationKind.choices if choice[0] != StationKind.MONITOR],
    )
    valid_from = _day(_("启用日期"))

    field_order = ("place", "code", "name", "kind", "body", "target_class", "valid_from", "counts")


class RetireForm(forms.Form):
    """The day from which a station is measured no more."""

    valid_until = _day(_("停用日期"), help_text=_("自该日起不再监测。"))


class MonitorForm(forms.Form):
    """An outlet and the monitor that it is due."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18)
    number = forms.CharField(
        label=_("排放口编号"),
        max_length=5,
        help_text=_("按排污许可证：废水 DW001，废气 DA001。"),
    )
    name = forms.CharField(
        label=_("排放口名称"),
        max_length=80,
        required=False,
        help_text=_("排放口尚未登记时必填。"),
    )
    medium = forms.ChoiceField(label=_("要素"), choices=Medium.choices)
    kind = forms.ChoiceField(label=_("监控类型"), choices=MonitorKind.choices)
    due_on = _day(_("应安装日期"))


class MonitorDatesForm(forms.Form):
    """What came of a monitor, in this order."""

    due_on = _day(_("应安装日期"))
    installed_on = _day(_("安装日期"), required=False)
    accepted_on = _day(pgettext_lazy("monitor", "验收日期"), required=False)
    networked_on = _day(_("联网日期"), required=False)
    compared_on = _day(_("比对日期"), required=False)


class WithdrawMeasuredForm(forms.Form):
    """Which figures of a month are withdrawn, and why."""

    pollutants = forms.TypedMultipleChoiceField(
        label=_("撤回的监测排放量"), coerce=Pollutant, widget=forms.CheckboxSelectMultiple
    )
    reason = _words(_("撤回原因"))

    def __init__(self, *args: Any, standing: Mapping[Pollutant, Grams], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pollutants"]
        field.choices = [
            (pollutant.value, f"{pollutant.spoken} {text(grams)} {_('吨')}")
            for pollutant, grams in standing.items()
        ]
        field.initial = [pollutant.value for pollutant in standing]


class CheckForm(forms.Form):
    """A check of a monitor: figures or a verdict, and the report."""

    kind = forms.ChoiceField(label=_("检查类型"), choices=CheckKind.choices)
    checked_on = _day(_("检查日期"))
    error = forms.DecimalField(label=_("误差（%）"), max_digits=6, decimal_places=2, required=False)
    tolerance = forms.DecimalField(
        label=_("允许误差（%）"),
        max_digits=6,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        help_text=_("误差超过允许误差的即为不合格。"),
    )
    passed = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("", _("按误差判定")), ("1", _("合格")), ("0", _("不合格"))],
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
    )
    finding = _words(_("情况说明"), required=False, length=300)
    report = forms.FileField(
        label=_("检查报告"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.xlsx"}),
    )
