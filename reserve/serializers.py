"""The stock's nouns as the API shows them: masses as text in tonnes, codes as codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from quota_registry.kernel import mass
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Account, Claim, ClaimLine, Evidence, Lot
from reserve.vocabulary import AccountKind, LineStatus, TransferKind


class BalanceSerializer(serializers.Serializer[Any]):
    """What a place has of a pollutant: free to use, and set aside for somebody."""

    place = serializers.CharField(label=_("地区代码"))
    place_name = serializers.CharField(label=_("地区名称"))
    tier = serializers.ChoiceField(Tier.choices, label=_("层级"))
    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    available = GramsAsTonnes(label=_("可用量"))
    held = GramsAsTonnes(label=_("预留量"))


class BalancesSerializer(serializers.Serializer[Any]):
    """Balances of a day, as known at a moment."""

    effective_on = serializers.DateField(label=_("生效日期"))
    known_at = serializers.DateTimeField(label=_("知悉时点"), allow_null=True)
    ledger_head = serializers.IntegerField(label=_("台账位置"))
    unit = serializers.CharField(label=_("单位"))
    balances = BalanceSerializer(many=True)


class AccountSerializer(serializers.ModelSerializer[Account]):
    """One pollutant in one hand for one purpose."""

    place = serializers.CharField(source="place_id", label=_("地区代码"), allow_null=True)
    polluter = serializers.CharField(
        source="polluter.uscc", label=_("排污单位"), allow_null=True, default=None
    )
    balance = GramsAsTonnes(source="grams", label=_("余额"))

    class Meta:
        model = Account
        fields = ["id", "name", "kind", "place", "polluter", "city", "pollutant", "case", "balance"]


class EntrySerializer(serializers.Serializer[Any]):
    """Signed mass of one lot in one account."""

    account = serializers.IntegerField(label=_("账户"))
    kind = serializers.ChoiceField(AccountKind.choices, label=_("账户类型"))
    place = serializers.CharField(label=_("地区代码"), allow_null=True)
    polluter = serializers.CharField(label=_("排污单位"), allow_null=True)
    city = serializers.CharField(label=_("市外城市"), allow_blank=True)
    case = serializers.CharField(label=_("事项"), allow_blank=True)
    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    lot = serializers.IntegerField(label=_("批次"))
    amount = GramsAsTonnes(label=_("数量"))


class TransferSerializer(serializers.Serializer[Any]):
    """One posting: what moved, when, under which article; its place in the ledger's order."""

    id = serializers.IntegerField(label=_("编号"))
    position = serializers.IntegerField(
        label=_("台账位置"), allow_null=True, help_text=_("封存后给出；此前为空")
    )
    seal = serializers.IntegerField(label=_("封存"), allow_null=True)
    kind = serializers.ChoiceField(TransferKind.choices, label=_("类型"))
    key = serializers.CharField(label=_("业务键"))
    document = serializers.CharField(label=_("文号"), allow_blank=True)
    effective_on = serializers.DateField(label=_("生效日期"))
    recorded_at = serializers.DateTimeField(label=_("登记时间"))
    clause = serializers.CharField(label=_("依据条款"), allow_blank=True)
    reason = serializers.CharField(label=_("理由"), allow_blank=True)
    reverses = serializers.IntegerField(label=_("冲正的划转"), allow_null=True)
    leaf = serializers.CharField(label=_("哈希"))
    entries = EntrySerializer(many=True, label=_("分录"))


class LotSerializer(serializers.ModelSerializer[Lot]):
    """The mass of one source, wherever it lies now."""

    place = serializers.CharField(source="place_id", label=_("地区代码"))
    polluter = serializers.CharField(
        source="polluter.uscc", label=_("排污单位"), allow_null=True, default=None
    )
    source_kind = serializers.CharField(source="source.kind", label=_("来源"))
    source_number = serializers.CharField(source="source.number", label=_("来源编号"))
    document = serializers.CharField(source="source.document", label=_("文号"))
    verified = GramsAsTonnes(source="source.verified_grams", label=_("核定量"))

    class Meta:
        model = Lot
        fields = [
            "id",
            "name",
            "pollutant",
            "vintage",
            "place",
            "polluter",
            "lake_tai",
            "source_kind",
            "source_number",
            "document",
            "verified",
            "provincial_number",
            "provincial_date",
        ]


class ClaimLineSerializer(serializers.ModelSerializer[ClaimLine]):
    """One pollutant of a claim: verified = binding + prior use + admissible."""

    verified = GramsAsTonnes(label=_("核定减排量"))
    binding = GramsAsTonnes(label=_("已用于约束性减排"))
    prior_use = GramsAsTonnes(label=_("已用于建设项目"))
    admissible = GramsAsTonnes(label=_("可入库量"))
    province = GramsAsTonnes(source="province_grams", label=_("省级份额"), allow_null=True)

    class Meta:
        model = ClaimLine
        fields = [
            "pollutant",
            "method",
            "document",
            "verified",
            "binding",
            "prior_use",
            "admissible",
            "province",
            "status",
            "reason",
        ]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim with its lines."""

    place = serializers.CharField(source="place_id", label=_("申报地区"))
    beneficiary = serializers.CharField(source="beneficiary_id", label=_("受益地区"))
    polluter = serializers.CharField(source="polluter.uscc", label=_("统一社会信用代码"))
    polluter_name = serializers.CharField(source="polluter.name", label=_("单位名称"))
    permit = serializers.CharField(
        source="permit.number", label=_("排污许可证编号"), allow_null=True, default=None
    )
    letter = serializers.CharField(
        source="letter.number", label=_("省级确认文件"), allow_null=True, default=None
    )
    lines = ClaimLineSerializer(many=True)

    class Meta:
        model = Claim
        fields = [
            "number",
            "status",
            "version",
            "place",
            "beneficiary",
            "polluter",
            "polluter_name",
            "permit",
            "project",
            "source_kind",
            "destination",
            "lake_tai_band",
            "finished_on",
            "permit_changed_on",
            "accepted_on",
            "due_on",
            "filed_on",
            "late_reason",
            "admitted_on",
            "letter",
            "lines",
        ]

    def to_representation(self, instance: Claim) -> dict[str, Any]:
        """Show a claim, and of one in its declarer's hands again what was last filed (§22)."""
        shown = super().to_representation(instance)
        kept: dict[str, Any] | None = getattr(instance, "as_filed", None)
        return shown if kept is None else {**shown, **self.of_kept(kept, shown)}

    def of_kept(self, kept: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
        """Read from a kept version what its declarer may have written over since."""
        judged = {line["pollutant"]: line for line in shown["lines"]}
        return {
            name: kept.get(name) or None if name.endswith("_on") else kept[name]
            for name in AS_WRITTEN
        } | {
            "polluter": kept["uscc"],
            "polluter_name": kept["polluter"],
            "permit": kept["permit"] or None,
            "lines": [
                _kept_line(pollutant, kept["lines"][pollutant], judged.get(pollutant))
                for pollutant in Pollutant.values
                if pollutant in kept["lines"]
            ],
        }


AS_WRITTEN: Final = (
    "beneficiary",
    "project",
    "source_kind",
    "destination",
    "lake_tai_band",
    "finished_on",
    "permit_changed_on",
    "accepted_on",
    "due_on",
    "late_reason",
)
"""What a kept version of a claim calls as the API does."""


def _kept_line(
    pollutant: str, kept: Mapping[str, Any], judged: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Show a line as it was filed, with the verdict that stands on it if there is one."""
    masses = {name: kept[name] for name in ("verified", "binding", "prior_use")}
    masses["admissible"] = kept["verified"] - kept["binding"] - kept["prior_use"]
    verdict = judged or {"province": None, "status": LineStatus.PENDING.value, "reason": ""}
    return {
        "pollutant": pollutant,
        "method": kept["method"],
        "document": kept["document"],
        **{name: mass.text(grams) for name, grams in masses.items()},
        **{name: verdict[name] for name in ("province", "status", "reason")},
    }


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """What kind of proof there is; the file itself is streamed by the pages, with permission."""

    name = serializers.CharField(source="file.name", label=_("文件名"))
    sha256 = serializers.CharField(source="file.sha256", label=_("文件摘要"))

    class Meta:
        model = Evidence
        fields = ["kind", "name", "sha256"]


class StepSerializer(serializers.Serializer[Any]):
    """One act on the claim's way."""

    verb = serializers.CharField(label=_("环节"))
    status = serializers.CharField(source="target", label=_("状态"))
    version = serializers.IntegerField(label=_("版次"))
    at = serializers.DateTimeField(label=_("时间"))
    note = serializers.CharField(label=_("说明"), allow_blank=True)


class ClaimDetailSerializer(ClaimSerializer):
    """A claim with its proof and its way so far."""

    evidence = EvidenceSerializer(many=True)
    steps = StepSerializer(many=True)

    class Meta(ClaimSerializer.Meta):
        fields = [*ClaimSerializer.Meta.fields, "remarks", "evidence", "steps"]

    def of_kept(self, kept: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
        """Read the remarks and the proof from the kept version too."""
        own = {name: kept[name] for name in ("remarks", "evidence")}
        return super().of_kept(kept, shown) | own


class TaskSerializer(serializers.Serializer[Any]):
    """A binding reduction task and what admitted claims gave to it."""

    place = serializers.CharField(source="place_id", label=_("地区代码"))
    place_name = serializers.CharField(source="place.name", label=_("地区名称"))
    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    year = serializers.IntegerField(label=_("年度"))
    amount = GramsAsTonnes(source="grams", label=_("任务量"))
    done = GramsAsTonnes(source="given", label=_("已完成量"))
    document = serializers.CharField(label=_("下达文件"))
