"""What the API says of parks: annual totals in, versions and years out."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from parks.vocabulary import (
    FIRST_YEAR,
    Doubt,
    TotalMethod,
    TotalsSource,
    TotalsStatus,
    YearStatus,
)
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.vocabulary import Pollutant

# The stubs do not know that a serializer of many takes these.
_ROWS: Final[dict[str, Any]] = {"max_length": 5_000}
_EACH: Final[dict[str, Any]] = {"max_length": len(Pollutant)}


class EmittedSerializer(serializers.Serializer[Any]):
    """What was emitted of one pollutant, tonnes a year."""

    pollutant = parameters.PollutantField()
    amount = parameters.WordField(r"^[0-9]{1,8}(\.[0-9]{1,6})?$")


class ReportedSerializer(serializers.Serializer[Any]):
    """One polluter by one source."""

    uscc = parameters.WordField(r"^[0-9A-Z]{18}$", label=_("统一社会信用代码"))
    data_source = serializers.ChoiceField(TotalsSource.choices, label=_("数据来源"))
    amounts = EmittedSerializer(many=True, label=_("数量"), **_EACH)
    output = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=0,
        allow_null=True,
        default=None,
        label=_("产值（万元）"),
    )
    note = parameters.NameField(300, allow_blank=True, default="", label=_("备注"))

    def validate_amounts(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each pollutant once."""
        named = [row["pollutant"] for row in rows]
        if len(named) != len(set(named)):
            raise serializers.ValidationError(_("同一污染物只能填一次"))
        return rows


class ReportSerializer(serializers.Serializer[Any]):
    """A park's annual totals of a year, whole or in part."""

    place = parameters.PlaceField(label=_("园区代码"))
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=2099, label=_("年度"))
    rows = ReportedSerializer(many=True, **_ROWS)

    def validate_rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each polluter once by a source: which of two would count is nobody's to guess."""
        first: dict[tuple[str, str], int] = {}
        wrong = {
            index: {"uscc": [_("与第%(row)s项的单位和数据来源相同") % {"row": before}]}
            for index, row in enumerate(rows)
            if (before := first.setdefault((row["uscc"], row["data_source"]), index)) != index
        }
        if wrong:
            raise serializers.ValidationError([wrong.get(index, {}) for index in range(len(rows))])
        return rows


class RowLeftOutSerializer(serializers.Serializer[Any]):
    """A row that was not taken in, by its place in what was sent, from 0."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class DoubtfulSerializer(serializers.Serializer[Any]):
    """An amount that deserves a second look, by its row in what was sent, from 0."""

    index = serializers.IntegerField()
    pollutant = serializers.ChoiceField(Pollutant.choices)
    doubts = serializers.ListField(child=serializers.ChoiceField(Doubt.choices))


class TotalsReceiptSerializer(serializers.Serializer[Any]):
    """What came of a report."""

    place = serializers.CharField(label=_("园区代码"))
    year = serializers.IntegerField(label=_("年度"))
    version = serializers.IntegerField(label=_("版次"))
    status = serializers.ChoiceField(TotalsStatus.choices, label=_("状态"))
    received = serializers.IntegerField(label=_("收到"))
    new = serializers.IntegerField(label=_("新增"))
    changed = serializers.IntegerField(label=_("更正"))
    unchanged = serializers.IntegerField(label=_("未变化"))
    refused = RowLeftOutSerializer(many=True)
    doubtful = DoubtfulSerializer(many=True)


class SumSerializer(serializers.Serializer[Any]):
    """What counts of one pollutant, tonnes a year."""

    pollutant = serializers.ChoiceField(Pollutant.choices)
    amount = GramsAsTonnes(label=_("数量"))


class TotalsSerializer(serializers.Serializer[Any]):
    """A version of a park's annual totals, with what it adds up to."""

    place = serializers.CharField(source="place_id", label=_("园区代码"))
    place_name = serializers.CharField(source="place.name", label=_("园区"))
    year = serializers.IntegerField(label=_("年度"))
    version = serializers.IntegerField(label=_("版次"))
    status = serializers.ChoiceField(TotalsStatus.choices, label=_("状态"))
    filed_on = serializers.DateField(label=_("上报日期"), allow_null=True)
    decided_on = serializers.DateField(label=_("审核日期"), allow_null=True)
    wrong = serializers.IntegerField(label=_("错误单元格"))
    totals = SumSerializer(source="sums", many=True, label=_("合计"))


class ParkLineSerializer(serializers.Serializer[Any]):
    """One pollutant of a park's year, tonnes; null where there is none."""

    pollutant = serializers.ChoiceField(Pollutant.choices)
    before = GramsAsTonnes(label=_("上年度允许排放量"), allow_null=True)
    actual = GramsAsTonnes(label=_("上年度实际排放量"), allow_null=True)
    allowed = GramsAsTonnes(label=_("本年度允许排放量"), allow_null=True)
    allowed_method = serializers.ChoiceField(
        TotalMethod.choices, label=_("允许量核定方法"), allow_blank=True
    )
    verified = GramsAsTonnes(label=_("已由项目申报核实"), allow_null=True)
    reward = GramsAsTonnes(label=_("奖励额度"), allow_null=True)
    reward_reasons = serializers.ListField(child=serializers.CharField())


class YearSerializer(serializers.Serializer[Any]):
    """The version that stands of a park's year."""

    place = serializers.CharField(source="place_id", label=_("园区代码"))
    place_name = serializers.CharField(source="place.name", label=_("园区"))
    year = serializers.IntegerField(label=_("年度"))
    version = serializers.IntegerField(label=_("版次"))
    status = serializers.ChoiceField(YearStatus.choices, label=_("状态"))
    judged_on = serializers.DateField(label=_("判定日期"), allow_null=True)
    issued_on = serializers.DateField(label=_("下达日期"), allow_null=True)
    issued_document = serializers.CharField(label=_("下达文号"))
    fixed_on = serializers.DateField(label=_("核定日期"), allow_null=True)
    fixed_document = serializers.CharField(label=_("核定文号"))
    confirmed_on = serializers.DateField(label=_("省厅确认日期"), allow_null=True)
    confirmed_document = serializers.CharField(label=_("省厅确认文号"))
    lines = ParkLineSerializer(source="lines.all", many=True)
