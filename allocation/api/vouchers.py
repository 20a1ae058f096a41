"""Vouchers over the API: those in reach, and the answer to whoever holds one in the hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import exceptions, permissions, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.models import Voucher
from allocation.selectors import issued, verification
from allocation.selectors.verification import AskedTooOften
from allocation.serializers import AmountSerializer
from allocation.vocabulary import VOUCHER_OF, GiveBackKind, Hand, ProjectKind, VoucherStatus
from quota_registry.kernel import request as current_request
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import OfPlaces, Query
from quota_registry.kernel.rest.views import DetailView, PlacedListView, View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.vocabulary import LotSourceKind

EXAMPLE: dict[str, Any] = {
    "number": "320583-2026-00001",
    "status": "valid",
    "standing": "",
    "bureau": "昆山市",
    "issued_on": "2026-09-30",
    "rule_book": "默认",
    "application": "320583-SQ-2026-00001",
    "polluter": "昆山示范远博材料有限公司",
    "uscc": "91320583MA1X100217",
    "project": "320583-XM-2026-00001",
    "project_name": "年产1万吨示范材料项目",
    "kind": "NEW",
    "place": "昆山市",
    "site": "高新区玉山镇",
    "strategic": False,
    "supplements": "",
    "reason": "",
    "lines": [
        {
            "pollutant": "NOX",
            "increment": "4.200000",
            "ratio": "2",
            "clause": "7.2",
            "required": "8.400000",
        }
    ],
    "sources": [
        {
            "owner": "昆山市",
            "tier": "county",
            "pollutant": "NOX",
            "amount": "8.400000",
            "paper": "320583-2026-00007",
            "paper_kind": "claim",
            "vintage": "2026-08-01",
            "lake_tai": False,
            "provincial_number": "",
        }
    ],
    "signatures": [
        {"hand": None, "place": "昆山市", "document": "", "by": "李示范", "on": "2026-09-30"}
    ],
    "given_back": [],
    "left": [{"pollutant": "NOX", "amount": "8.400000"}],
}


class VoucherSerializer(serializers.Serializer[Any]):
    """A voucher by its number: whose it is, and whether it is good."""

    number = serializers.CharField(label=_("凭证编号"))
    status = serializers.ChoiceField(
        VoucherStatus.choices, source="application.voucher_status", label=_("状态")
    )
    issued_on = serializers.DateField(label=_("出具日期"))
    application = serializers.CharField(source="application.number", label=_("申请编号"))
    project = serializers.CharField(source="application.project.number", label=_("项目编号"))
    project_name = serializers.CharField(source="application.project.name", label=_("项目名称"))
    polluter = serializers.CharField(
        source="application.project.polluter.name", label=_("排污单位")
    )
    uscc = serializers.CharField(
        source="application.project.polluter.uscc", label=_("统一社会信用代码")
    )
    place = serializers.CharField(source="place_id", label=_("地区代码"))


class SaidLineSerializer(serializers.Serializer[Any]):
    """What was replaced of one pollutant."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    increment = GramsAsTonnes(label=_("新增排放量"))
    ratio = serializers.CharField(label=_("替代倍数"))
    clause = serializers.CharField(source="clause.key", label=_("依据条款"))
    required = GramsAsTonnes(  # type: ignore[assignment]  # a column of its own
        label=_("须替代量")
    )


class SaidSourceSerializer(serializers.Serializer[Any]):
    """Grams of one lot out of one account; no tier is what the polluter held."""

    owner = serializers.CharField(source="owner.spoken", label=_("来源账户"))
    tier = serializers.ChoiceField(Tier.choices, allow_null=True, label=_("层级"))
    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    amount = GramsAsTonnes(source="grams", label=_("数量"))
    paper = serializers.CharField(label=_("减排项目编号"))
    paper_kind = serializers.ChoiceField(LotSourceKind.choices, source="kind")
    vintage = serializers.DateField(label=_("形成日期"))
    lake_tai = serializers.BooleanField(label=_("环太湖"))
    provincial_number = serializers.CharField(allow_blank=True, label=_("省级编号"))


class SignedSerializer(serializers.Serializer[Any]):
    """A signature that it was issued under; the issuing one is of no other hand."""

    hand = serializers.ChoiceField(Hand.choices, allow_null=True)
    place = serializers.CharField(source="place.spoken", default="", label=_("地区"))
    document = serializers.CharField(allow_blank=True, label=_("文号"))
    by = serializers.CharField(label=_("签署人"))
    on = serializers.DateField(label=_("签署日期"))


@extend_schema_field(AmountSerializer(many=True))
class MassesField(serializers.Field[Any, Any, Any, Any]):
    """Masses by pollutant, as a list."""

    def to_representation(self, value: Mapping[Pollutant, Grams]) -> list[dict[str, str]]:
        """List them as they stand."""
        return [{"pollutant": which.value, "amount": text(value[which])} for which in value]


class BackSerializer(serializers.Serializer[Any]):
    """What went back of it, when and on which paper."""

    on = serializers.DateField(label=_("日期"))
    kind = serializers.ChoiceField(GiveBackKind.choices, label=_("原因"))
    document = serializers.CharField(allow_blank=True, label=_("文号"))
    amounts = MassesField(source="grams", label=_("退回量"))


class IssuedSerializer(serializers.Serializer[Any]):
    """What the paper of a voucher says, and where it stands today; nothing that is not on both."""

    number = serializers.CharField(source="said.number", label=_("凭证编号"))
    status = serializers.ChoiceField(VoucherStatus.choices, label=_("状态"))
    standing = serializers.CharField(allow_blank=True, label=_("说明"))
    bureau = serializers.CharField(source="said.bureau.spoken", label=_("出具机关"))
    issued_on = serializers.DateField(source="said.issued_on", label=_("出具日期"))
    rule_book = serializers.CharField(source="said.rule_book", label=_("规则手册版本"))
    application = serializers.CharField(source="said.application", label=_("申请编号"))
    polluter = serializers.CharField(source="said.polluter", label=_("排污单位"))
    uscc = serializers.CharField(source="said.uscc", label=_("统一社会信用代码"))
    project = serializers.CharField(source="said.project_number", label=_("项目编号"))
    project_name = serializers.CharField(source="said.project", label=_("项目名称"))
    kind = serializers.ChoiceField(ProjectKind.choices, source="said.kind", label=_("项目性质"))
    place = serializers.CharField(source="said.place.spoken", label=_("地区名称"))
    site = serializers.CharField(source="said.site", allow_blank=True, label=_("建设地点"))
    strategic = serializers.BooleanField(source="said.strategic", label=_("战略性新兴产业"))
    supplements = serializers.CharField(
        source="said.supplements", allow_blank=True, label=_("补充申请所补")
    )
    reason = serializers.CharField(source="said.reason", allow_blank=True, label=_("例外理由"))
    lines = SaidLineSerializer(source="said.lines", many=True, label=_("须替代量"))
    sources = SaidSourceSerializer(source="said.sources", many=True, label=_("指标来源"))
    signatures = SignedSerializer(source="said.signatures", many=True, label=_("签署"))
    given_back = BackSerializer(source="back", many=True, label=_("退回记录"))
    left = MassesField(label=_("项目现有"))


class VouchersQuery(OfPlaces):
    """What vouchers are asked for by."""

    status = serializers.ChoiceField(VoucherStatus.choices, required=False)
    uscc = parameters.UsccField(required=False, help_text=_("排污单位的统一社会信用代码"))
    project = parameters.WordField(
        parameters.NUMBER, required=False, help_text=_("建设项目的项目编号")
    )
    issued_from = parameters.DayField(required=False)
    issued_until = parameters.DayField(required=False)


@extend_schema(
    tags=["allocation"],
    summary=_("总量指标凭证"),
    description=_("调用方所及地区的凭证及其是否有效，新的在前。"),
)
class Vouchers(PlacedListView):
    """Vouchers of projects in reach, newest first."""

    scope = Scope.PROJECTS_READ
    query = VouchersQuery
    serializer_class = VoucherSerializer
    order = ("-id",)
    table_name = "vouchers"
    fields: ClassVar[dict[str, str]] = {
        "uscc": "application__project__polluter__uscc",
        "project": "application__project__number",
        "issued_from": "issued_on__gte",
        "issued_until": "issued_on__lte",
    }

    def rows(self) -> QuerySet[Any]:
        """Return vouchers; whether one is good follows from where its application stands."""
        found = Voucher.objects.select_related("application__project__polluter")
        if "status" in self.asked:
            goes_by = [one for one, good in VOUCHER_OF.items() if good == self.asked["status"]]
            found = found.filter(application__status__in=goes_by)
        return found


@extend_schema(
    tags=["allocation"],
    summary=_("一份总量指标凭证"),
    examples=[OpenApiExample("voucher", value=EXAMPLE, response_only=True)],
)
class OneVoucher(DetailView):
    """A voucher by its number: what its paper says, and what came of it."""

    scope = Scope.PROJECTS_READ
    serializer_class = IssuedSerializer
    table_name = "voucher"

    def found(self, **kwargs: Any) -> Any:
        """Read the paper of the voucher, if it is there for this caller."""
        seen = Voucher.objects.filter(self.reach.within(), **kwargs)
        voucher = seen.select_related("application").first()
        return voucher and issued.of(voucher)


class VerifyQuery(Query):
    """What everybody may ask a voucher by: both, and nothing without both."""

    number = serializers.CharField(
        max_length=verification.LONGEST, label=_("凭证编号"), help_text=_("凭证编号")
    )
    code = serializers.CharField(
        max_length=verification.LONGEST, label=_("验证码"), help_text=_("凭证上的验证码")
    )


@extend_schema(
    tags=["allocation"],
    summary=_("凭证查验"),
    description=_(
        "凭编号和验证码查验凭证，无须令牌；所答不多于纸质凭证所载。编号或验证码不符时均答404。"
    ),
    examples=[OpenApiExample("voucher", value=EXAMPLE, response_only=True)],
)
@method_decorator(never_cache, name="dispatch")
class VerifyVoucher(View):
    """The voucher of a number and a code, as the public page tells it; off where that is off."""

    public = True
    authentication_classes = []
    permission_classes = [permissions.AllowAny]
    # Counted by the same counter as the page: who asks here asks there.
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    query = VerifyQuery
    serializer_class = IssuedSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Be there only where something is published."""
        if not settings.QUOTA_PUBLIC_PAGES:
            raise exceptions.NotFound()
        super().initial(request, *args, **kwargs)

    def get(self, request: Request) -> Response:
        """Answer what the voucher says, or that there is none of both."""
        try:
            voucher = verification.verify(
                number=self.asked["number"],
                code=self.asked["code"],
                address=current_request.current().address,
            )
        except AskedTooOften as refusal:
            raise exceptions.Throttled(wait=refusal.facts["seconds"]) from refusal
        answer = Response(self.get_serializer(issued.of(voucher)).data)
        answer["X-Robots-Tag"] = "noindex"
        return answer
