"""The shapes of what the watch answers over the API."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring.vocabulary import (
    Action,
    Indicator,
    JudgementStatus,
    Level,
    StationKind,
    SuspensionScope,
    SuspensionStatus,
    TargetStatus,
    WaterBody,
    WaterClass,
    Way,
)
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.ranges import last_day
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.vocabulary import Medium, Pollutant


class OfPlace(serializers.Serializer[Any]):
    """What lies at a place."""

    place = serializers.CharField(source="place_id", label=_("地区代码"))
    place_name = serializers.CharField(source="place.name", label=_("地区名称"))


@extend_schema_field({"type": "string", "format": "date", "nullable": True})
class FirstDay(serializers.Field[Any, Any, Any, Any]):
    """The first day of a range."""

    def to_representation(self, value: Any) -> str:
        """Write it as a day."""
        return str(value.lower.isoformat())


@extend_schema_field({"type": "string", "format": "date", "nullable": True})
class LastDay(serializers.Field[Any, Any, Any, Any]):
    """The last day of a half-open range; none where it has no end."""

    def to_representation(self, value: Any) -> str | None:
        """Write it as a day."""
        last = last_day(value)
        return last.isoformat() if last else None


class ReasonSerializer(serializers.Serializer[Any]):
    """A reason: its code for programs, its sentence for people, its clause."""

    code = serializers.CharField(label=_("代码"))
    clause = serializers.CharField(label=_("条款"))
    text = serializers.CharField(label=_("说明"))


class StationSerializer(OfPlace):
    """A station."""

    code = serializers.CharField(label=_("点位编码"))
    name = serializers.CharField(label=_("点位名称"))
    kind = serializers.ChoiceField(StationKind.choices, label=_("类别"))
    body = serializers.ChoiceField(WaterBody.choices, label=_("水体类型"), allow_blank=True)
    target_class = serializers.ChoiceField(WaterClass.choices, label=_("目标类别"), allow_null=True)
    counts = serializers.BooleanField(label=_("参与评价"))
    valid_from = serializers.DateField(label=_("启用日期"))
    valid_until = serializers.DateField(label=_("停用日期"), allow_null=True)


class TargetSerializer(OfPlace):
    """A version of a target."""

    indicator = serializers.ChoiceField(Indicator.choices, label=_("指标"))
    year = serializers.IntegerField(label=_("年度"))
    value = serializers.DecimalField(max_digits=6, decimal_places=1, label=_("目标值"))
    document = serializers.CharField(label=_("下达文件"))
    status = serializers.ChoiceField(TargetStatus.choices, label=_("状态"))
    version = serializers.IntegerField(label=_("版次"))


class SuspensionSerializer(OfPlace):
    """An order of suspension, or the proposal of one."""

    number = serializers.CharField(label=_("编号"))
    scope = serializers.ChoiceField(SuspensionScope.choices, label=_("范围"))
    status = serializers.ChoiceField(SuspensionStatus.choices, label=_("状态"))
    reason = serializers.CharField(label=_("事由"))
    proposed_on = serializers.DateField(label=_("提请日期"))
    document = serializers.CharField(label=_("暂停文号"), allow_blank=True)
    ordered_on = serializers.DateField(label=_("下达日期"), allow_null=True)
    first_day = FirstDay(source="during", label=_("暂停起始日"))
    last_day = LastDay(source="during", label=_("最后一日"))
    lift_reason = serializers.CharField(label=_("解除事由"), allow_blank=True)
    lift_document = serializers.CharField(label=_("解除文号"), allow_blank=True)
    lifted_on = serializers.DateField(
        label=_("解除日期"), allow_null=True, help_text=_("不晚于起始日的，该令从未生效")
    )


class JudgementSerializer(OfPlace):
    """A version of a yearly judgement with the figures it was judged by."""

    year = serializers.IntegerField(label=_("评定年度"))
    medium = serializers.ChoiceField(Medium.choices, label=_("要素"))
    version = serializers.IntegerField(label=_("版次"))
    status = serializers.ChoiceField(JudgementStatus.choices, label=_("状态"))
    quality_met = serializers.BooleanField(label=_("环境质量目标完成"))
    task_done = serializers.BooleanField(label=_("约束性减排任务完成"))
    improvement = serializers.DecimalField(
        max_digits=8, decimal_places=4, label=_("较上年改善幅度"), allow_null=True
    )
    document = serializers.CharField(label=_("评定文件"), allow_blank=True)
    confirmed_on = serializers.DateField(label=_("确认日期"), allow_null=True)
    reason = serializers.CharField(label=_("说明"), allow_blank=True)
    proposed_on = serializers.DateField(label=_("提出日期"))
    rule_book = serializers.CharField(source="rule_book.number", label=_("规则版本"))
    figures = serializers.JSONField(label=_("依据的数据"))


class MonthSerializer(serializers.Serializer[Any]):
    """A version of a judged month."""

    month = serializers.DateField(label=_("月份"))
    version = serializers.IntegerField(label=_("版次"))
    on = serializers.DateField(label=_("日期"))
    at = serializers.DateTimeField(label=_("生成时间"))
    digest = serializers.CharField(label=_("数据摘要"))
    changes = serializers.JSONField(label=_("变化"))


class WarningSerializer(OfPlace):
    """What a version of a month says of a place."""

    month = serializers.DateField(source="run.month", label=_("月份"))
    version = serializers.IntegerField(source="run.version", label=_("版次"))
    level = serializers.ChoiceField(Level.choices, label=_("预警级别"))
    action = serializers.ChoiceField(Action.choices, label=_("建议措施"))
    number = serializers.CharField(label=_("通知编号"), allow_blank=True)
    reasons = ReasonSerializer(source="told", many=True)
    figures = serializers.JSONField(label=_("评判数据"))


class PassageSerializer(serializers.Serializer[Any]):
    """One way to quota of one pollutant on a day, and every reason."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    way = serializers.ChoiceField(Way.choices, label=_("途径"))
    state = serializers.ChoiceField([(one.value, one.value) for one in GateState])
    open = serializers.BooleanField(label=_("可以使用"))
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    reasons = ReasonSerializer(many=True)


class GateSerializer(serializers.Serializer[Any]):
    """The gate of a place on a day."""

    place = serializers.CharField(label=_("地区代码"))
    on = serializers.DateField(label=_("日期"))
    passages = PassageSerializer(many=True)


# ── What monitors measured ──
# The stubs do not know that a serializer of many takes these.
_ROWS: Final[dict[str, Any]] = {"max_length": 5_000}
_EACH: Final[dict[str, Any]] = {"max_length": len(Pollutant)}


class MonthAmountSerializer(serializers.Serializer[Any]):
    """What was measured of one pollutant in the month, in tonnes."""

    pollutant = parameters.PollutantField()
    amount = parameters.WordField(r"^[0-9]{1,8}(\.[0-9]{1,6})?$")


class MeasuredRowSerializer(serializers.Serializer[Any]):
    """What the automatic monitor of one outlet measured in a month."""

    uscc = parameters.UsccField(label=_("统一社会信用代码"))
    outlet = parameters.WordField(r"^D[WA][0-9]{3}$", label=_("排放口编号"))
    month = parameters.WordField(r"^20[0-9]{2}-(0[1-9]|1[0-2])$", label=_("月份"))
    amounts = MonthAmountSerializer(many=True, label=_("数量"), **_EACH)

    def validate_month(self, written: str) -> date:
        """Take a month as its first day."""
        return date.fromisoformat(f"{written}-01")

    def validate_amounts(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each pollutant once."""
        named = [row["pollutant"] for row in rows]
        if len(named) != len(set(named)):
            raise serializers.ValidationError(_("同一污染物只能填一次"))
        return rows


class MeasuredReportSerializer(serializers.Serializer[Any]):
    """Months of monitors."""

    rows = MeasuredRowSerializer(many=True, **_ROWS)

    def validate_rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each outlet and month once: which of two would count is nobody's to guess."""
        first: dict[tuple[str, str, date], int] = {}
        wrong = {
            index: {"month": [_("与第%(row)s项的排放口和月份相同") % {"row": before}]}
            for index, row in enumerate(rows)
            if (before := first.setdefault((row["uscc"], row["outlet"], row["month"]), index))
            != index
        }
        if wrong:
            raise serializers.ValidationError([wrong.get(index, {}) for index in range(len(rows))])
        return rows


class MeasuredWithdrawalSerializer(serializers.Serializer[Any]):
    """What figures of an outlet's month are withdrawn, and why."""

    uscc = parameters.UsccField(label=_("统一社会信用代码"))
    outlet = parameters.WordField(r"^D[WA][0-9]{3}$", label=_("排放口编号"))
    month = parameters.WordField(r"^20[0-9]{2}-(0[1-9]|1[0-2])$", label=_("月份"))
    pollutants = serializers.ListField(
        child=parameters.PollutantField(),
        label=_("污染物"),
        min_length=1,
        max_length=len(Pollutant),
    )
    reason = parameters.NameField(500, label=_("撤回原因"))

    def validate_month(self, written: str) -> date:
        """Take a month as its first day."""
        return date.fromisoformat(f"{written}-01")


class MeasuredLeftOutSerializer(serializers.Serializer[Any]):
    """A row that was not taken in, by its place in what was sent, from 0."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class MeasuredReceiptSerializer(serializers.Serializer[Any]):
    """What came of a report: rows received and refused; the rest counts single figures."""

    received = serializers.IntegerField(label=_("收到"))
    new = serializers.IntegerField(label=_("新增值"))
    changed = serializers.IntegerField(label=_("更正值"))
    unchanged = serializers.IntegerField(label=_("未变化的值"))
    refused = MeasuredLeftOutSerializer(many=True)


class FigureSerializer(serializers.Serializer[Any]):
    """The newest figure of a monitor, month and pollutant."""

    uscc = serializers.CharField(source="monitor.outlet.polluter.uscc", label=_("统一社会信用代码"))
    outlet = serializers.CharField(source="monitor.outlet.number", label=_("排放口编号"))
    month = serializers.DateField(format="%Y-%m", label=_("月份"))
    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    amount = GramsAsTonnes(source="grams", label=_("监测排放量（吨）"), allow_null=True)
    version = serializers.IntegerField(label=_("版次"))
    barred = serializers.BooleanField(label=_("数据不得使用"))
    counts = serializers.SerializerMethodField(label=_("可用于核算"))
    withdrawn = serializers.SerializerMethodField(label=_("撤回原因"))

    def get_counts(self, row: Any) -> bool:
        """Say whether the figure may be used in accounting."""
        return bool(row.stood and not row.barred and row.grams is not None)

    def get_withdrawn(self, row: Any) -> str | None:
        """Say why there is no figure any more; nothing where one stands."""
        return row.reason or None


class WithdrawnSerializer(serializers.Serializer[Any]):
    """The figures that were withdrawn, as they stand now."""

    figures = FigureSerializer(many=True)
