"""Claims and reduction tasks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import DetailView, ListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.workflow import steps_of
from reserve.api import examples
from reserve.models import Claim, Evidence, ReductionTask
from reserve.querysets import ClaimQuerySet
from reserve.selectors import tasks
from reserve.serializers import ClaimDetailSerializer, ClaimSerializer, TaskSerializer
from reserve.vocabulary import ClaimStatus, SourceKind
from reserve.workflows import CLAIM


class ClaimsQuery(Page):
    """What claims are asked for by."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    status = serializers.ChoiceField(
        [choice for choice in ClaimStatus.choices if choice[0] != ClaimStatus.DRAFT],
        required=False,
    )
    source_kind = serializers.ChoiceField(SourceKind.choices, required=False)
    polluter = serializers.CharField(required=False, max_length=18, help_text=_("统一社会信用代码"))
    filed_from = parameters.DayField(required=False)
    filed_until = parameters.DayField(required=False)
    admitted_from = parameters.DayField(required=False)
    admitted_until = parameters.DayField(required=False)


FIELDS = {
    "status": "status",
    "source_kind": "source_kind",
    "polluter": "polluter__uscc",
    "filed_from": "filed_on__gte",
    "filed_until": "filed_on__lte",
    "admitted_from": "admitted_on__gte",
    "admitted_until": "admitted_on__lte",
}


WRITTEN = {"source_kind": "source_kind", "polluter": "uscc"}
"""What of these a declarer may write over, and where what was filed keeps it."""


@extend_schema(
    tags=["claims"],
    summary=_("减排项目申报"),
    description=_("草稿不在其中；退回后未再申报的修改不在其中；最近的在前。"),
    examples=[OpenApiExample("claims", value=examples.CLAIM, response_only=True)],
)
class Claims(ListView):
    """Claims that places in the caller's reach filed; drafts are nobody's business yet."""

    scope = Scope.CLAIMS_READ
    query = ClaimsQuery
    serializer_class = ClaimSerializer
    order = ("-id",)
    table_name = "claims"

    def get_queryset(self) -> QuerySet[Claim]:
        """Keep what was asked for."""
        claims: Any = filed(self.reach.within()).prefetch_related("lines")
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            claims = (
                claims.below(place) if self.asked.get("descendants") else claims.filter(place=place)
            )
        kept: QuerySet[Claim] = claims.filter(
            *(told(name, self.asked[name]) for name in FIELDS if name in self.asked)
        )
        return kept


@extend_schema(tags=["claims"], summary=_("一件申报及其办理经过"))
class OneClaim(DetailView):
    """A claim with its lines, its proof and its way so far."""

    scope = Scope.CLAIMS_READ
    serializer_class = ClaimDetailSerializer
    lookup_field = "number"
    table_name = "claim"

    def get_queryset(self) -> QuerySet[Claim]:
        """Fetch what a claim is shown with, in a fixed number of queries."""
        standing = Evidence.objects.filter(removed_at=None).select_related("file")
        return filed(self.reach.within()).prefetch_related("lines", Prefetch("evidence", standing))

    def found(self, **kwargs: Any) -> Any:
        """Find the claim and the acts on it."""
        claim: Any = super().found(**kwargs)
        if claim is not None:
            claim.steps = steps_of(CLAIM, claim)
        return claim


class TasksQuery(Page):
    """What tasks are asked for by."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2200)
    pollutant = parameters.PollutantField(required=False)


@extend_schema(tags=["claims"], summary=_("约束性减排任务及进度"))
class Tasks(ListView):
    """Binding reduction tasks in the caller's reach, with what claims gave to them."""

    scope = Scope.CLAIMS_READ
    query = TasksQuery
    serializer_class = TaskSerializer
    order = ("-year", "place_id", "id")
    table_name = "tasks"

    def get_queryset(self) -> QuerySet[ReductionTask]:
        """Keep what was asked for."""
        found = tasks.with_given().filter(self.reach.within())
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            found = (
                found.filter(place__path__startswith=place.path)
                if self.asked.get("descendants")
                else found.filter(place=place)
            )
        for name in ("year", "pollutant"):
            if name in self.asked:
                found = found.filter(**{name: self.asked[name]})
        return found


def filed(within: Any) -> ClaimQuerySet:
    """Return the claims inside that were filed, with what every row shows of them as filed."""
    claims: ClaimQuerySet = Claim.objects.filter(within).filed_once().with_filed()
    return claims.select_related("polluter", "permit", "letter")


def told(name: str, value: Any) -> Q:
    """Ask for what a claim said when it was last filed, whatever its declarer types since."""
    if name not in WRITTEN:
        return Q((FIELDS[name], value))
    return Q((FIELDS[name], value), as_filed__isnull=True) | Q(
        (f"as_filed__{WRITTEN[name]}", value)
    )
