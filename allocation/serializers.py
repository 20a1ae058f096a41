"""The shapes of what the dispatch takes and answers over the API."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from allocation.imports.stated import KINDS, Approval, Cancellation
from allocation.vocabulary import ExemptKind, FindingKind, RoundStatus
from quota_registry.kernel import identifiers
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.periods import QUARTER, Quarter
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.vocabulary import Pollutant

_SIGNS: Final = r"[0-9A-Za-z㐀-鿿〔〕\[\]（）()-]"
DOCUMENT: Final = f"^{_SIGNS}{{1,60}}$"
TONNES: Final = r"^[0-9]{1,8}(\.[0-9]{1,6})?$"
_ROWS: Final[dict[str, Any]] = {"max_length": 5_000}


@extend_schema_field({"type": "string", "pattern": QUARTER, "example": "2026Q3"})
class QuarterField(serializers.Field[Quarter, Any, Any, Any]):
    """A quarter as ``2026Q3``."""

    default_error_messages = {"invalid": _("应为季度，如2026Q3")}

    def to_internal_value(self, data: Any) -> Quarter:
        """Read it from its name and in no other way of writing it."""
        try:
            return Quarter.named(data if isinstance(data, str) else "")
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        """Name the quarter that begins on a day."""
        return str(Quarter.of(value))


class TruthField(serializers.BooleanField):
    """True or false, and nothing that could become one."""

    def to_internal_value(self, data: Any) -> bool:
        """Take a truth of JSON."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class AmountSerializer(serializers.Serializer[Any]):
    """A mass of one pollutant."""

    pollutant = parameters.PollutantField(label=_("污染物"))
    amount = GramsAsTonnes(label=_("数量"))


class PermittedSerializer(serializers.Serializer[Any]):
    """What a permit stated of a pollutant: tonnes a year as text, at most six places."""

    pollutant = parameters.PollutantField(label=_("污染物"))
    amount = parameters.WordField(TONNES, label=_("数量"))


class IncrementSerializer(PermittedSerializer):
    """What a project adds of a pollutant, or takes away."""

    amount = parameters.WordField(f"^-?{TONNES[1:]}", label=_("数量"))


class StatedSerializer(serializers.Serializer[Any]):
    """What a row of either list states; a pollutant that is not there is not stated."""

    name = parameters.NameField(120, label=_("单位名称"))
    uscc = parameters.UsccField(label=_("统一社会信用代码"))
    place = parameters.PlaceField(label=_("地区代码"))


class ApprovalSerializer(StatedSerializer):
    """An EIA approval."""

    number = parameters.WordField(DOCUMENT, label=_("审批文号"))
    approved_on = parameters.DayField(label=_("审批日期"))
    authority = parameters.NameField(60, default="", label=_("审批机关"))
    project = parameters.NameField(160, label=_("项目名称"))
    kind = serializers.ChoiceField(sorted(KINDS), label=_("项目性质"))
    industry = parameters.WordField(parameters.INDUSTRY, default="", label=_("行业代码"))
    strategic = TruthField(default=False, label=_("战略性新兴产业"))
    exempt_kind = serializers.ChoiceField(ExemptKind.choices, default="", label=_("免于替代的类型"))
    voucher_number = parameters.WordField(
        f"^{_SIGNS}{{1,40}}$", default="", label=_("总量凭证编号")
    )
    amounts = IncrementSerializer(many=True, default=list, label=_("新增排放量"))

    def stated(self, row: dict[str, Any]) -> Approval:
        """Give a row as the lists give theirs."""
        said = _plain(row, "name", "project", "authority")
        for name in ("number", "voucher_number"):
            said[name] = identifiers.clean_document_number(said[name])
        return Approval(kind_word=said.pop("kind"), **said)


class CancellationSerializer(StatedSerializer):
    """A cancelled permit."""

    number = parameters.WordField(
        r"^[0-9A-HJ-NPQRTUWXY]{18}[0-9]{3}[0-9A-Z]$", label=_("排污许可证编号")
    )
    cancelled_on = parameters.DayField(label=_("注销日期"))
    reason = parameters.NameField(60, label=_("注销原因"))
    amounts = PermittedSerializer(many=True, default=list, label=_("许可排放量"))

    def stated(self, row: dict[str, Any]) -> Cancellation:
        """Give a row as the lists give theirs."""
        said = _plain(row, "name", "reason")
        return Cancellation(reason_word=said.pop("reason"), **said)


def _plain(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Clean the names of a row and give its amounts in grams by pollutant."""
    amounts = {Pollutant(one["pollutant"]): grams_of(one["amount"]) for one in row["amounts"]}
    cleaned = {name: identifiers.clean_name(row[name]) for name in names}
    return {**row, **cleaned, "amounts": amounts}


class ApprovalsSerializer(serializers.Serializer[Any]):
    """EIA approvals of a quarter."""

    quarter = QuarterField(label=_("季度"))
    rows = ApprovalSerializer(many=True, **_ROWS)


class CancellationsSerializer(serializers.Serializer[Any]):
    """Cancelled permits of a quarter."""

    quarter = QuarterField(label=_("季度"))
    rows = CancellationSerializer(many=True, **_ROWS)


class RefusedRowSerializer(serializers.Serializer[Any]):
    """A row that was not taken in, by its place in what was sent, from 0."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ListReceiptSerializer(serializers.Serializer[Any]):
    """What came of a list that was sent."""

    list = serializers.IntegerField(label=_("清单"))
    received = serializers.IntegerField(label=_("收到"))
    new = serializers.IntegerField(label=_("新增"))
    corrected = serializers.IntegerField(label=_("更正"))
    unchanged = serializers.IntegerField(label=pgettext_lazy("readings", "未变化"))
    refused = RefusedRowSerializer(many=True)


class RoundSerializer(serializers.Serializer[Any]):
    """A version of a quarter's dispatch."""

    quarter = QuarterField(label=_("季度"))
    version = serializers.IntegerField(label=_("版次"))
    status = serializers.ChoiceField(RoundStatus.choices, label=_("状态"))
    on = serializers.DateField(label=_("调度日期"))
    confirmed_on = serializers.DateField(label=_("确认日期"), allow_null=True)
    document = serializers.CharField(label=_("文号"))


class FindingSerializer(serializers.Serializer[Any]):
    """One thing that a dispatch found, with its task."""

    quarter = QuarterField(source="round.quarter", label=_("季度"))
    version = serializers.IntegerField(source="round.version", label=_("版次"))
    kind = serializers.ChoiceField(FindingKind.choices, label=_("类别"))
    clause = serializers.CharField(label=_("条款"))
    place = serializers.CharField(source="place_id", label=_("地区代码"))
    place_name = serializers.CharField(source="place.name", label=_("地区名称"))
    number = serializers.CharField(label=_("编号"))
    name = serializers.CharField(label=_("单位名称"))
    uscc = serializers.CharField(label=_("统一社会信用代码"))
    project = serializers.CharField(label=_("项目名称"))
    text = serializers.CharField(source="sentence", label=_("说明"))
    due_on = serializers.DateField(label=_("申报期限"), allow_null=True)
    task_due_on = serializers.DateField(source="task.due_on", label=_("办理期限"))
    done = serializers.BooleanField(source="task.done", label=_("已办结"))
    note = serializers.CharField(source="task.note", label=_("办理情况"))
    owners = serializers.ListField(
        child=serializers.CharField(), label=pgettext_lazy("of a task", "办理人")
    )
    amounts = AmountSerializer(source="masses", many=True, label=_("数量"))
