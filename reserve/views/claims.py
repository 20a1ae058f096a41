"""Claims: the list, one with its whole story, beginning one and writing it."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.querysets import polluter_named
from quota_registry.kernel.views import (
    Column,
    DetailPage,
    ListPage,
    OfOneObject,
)
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier
from quota_registry.kernel.workflow import Transition
from reserve.models import Claim, ClaimLine, Lot
from reserve.querysets import ClaimQuerySet
from reserve.rules.methods import METHODS
from reserve.selectors import claims as selected
from reserve.selectors import fates, waiting
from reserve.selectors.accounting import ROWS
from reserve.services import claims
from reserve.services.claims import WRITABLE
from reserve.views.claim_bulk import BULK
from reserve.views.claim_deeds import Deed, acts_of
from reserve.vocabulary import (
    AccountingMethod,
    ClaimStatus,
    Fate,
    LotSourceKind,
    SourceKind,
)

PATH = (
    (ClaimStatus.FILED, gettext_lazy("申报"), "file"),
    (ClaimStatus.SCREENED, gettext_lazy("初审"), "screen"),
    (ClaimStatus.REVIEWED, gettext_lazy("要素处室审核"), "review"),
    (ClaimStatus.JOINT_REVIEWED, gettext_lazy("会审"), "conclude"),
    (ClaimStatus.PROVINCE_CONFIRMED, gettext_lazy("省级确认"), "confirm"),
    (ClaimStatus.ADMITTED, gettext_lazy("入库"), "admit"),
)


# A division reviews where there is a line of its medium.
REVIEWS: Final = {"review_water": Medium.WATER, "review_air": Medium.AIR}


class ClaimFilter(django_filters.FilterSet):
    """By number, polluter or project, by place, status, kind, and by what waits for me."""

    q = django_filters.CharFilter(label=gettext_lazy("编号、单位或项目"), method="named")
    place = django_filters.ChoiceFilter(
        label=gettext_lazy("申报单位"), choices=lambda: declarers(), method="below"
    )
    status = django_filters.ChoiceFilter(label=gettext_lazy("状态"), choices=ClaimStatus.choices)
    source_kind = django_filters.ChoiceFilter(
        label=gettext_lazy("减排类型"), choices=SourceKind.choices
    )
    year = django_filters.NumberFilter(
        label=gettext_lazy("申报年度"),
        field_name="filed_on",
        lookup_expr="year",
        min_value=2000,
        max_value=2999,
    )
    batch = django_filters.NumberFilter(label=gettext_lazy("导入批次"), field_name="batch")
    letter = django_filters.CharFilter(
        label=gettext_lazy("省级文件文号"), field_name="letter__number", lookup_expr="icontains"
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = value.strip()
        return rows.filter(
            Q(number__icontains=words)
            | Q(project__icontains=words)
            | polluter_named(words, "polluter__")
            | Q(polluter__uscc__icontains=words)
        )

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        place = Place.objects.filter(code=value).first()
        return rows.filter(place__path__startswith=place.path) if place else rows.none()


def declarers() -> list[tuple[str, str]]:
    """Offer the places that declare: counties and parks."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    return [(place.code, place.spoken) for place in places]


def _verified(pollutant: Pollutant) -> Column:
    def value(claim: Claim) -> int | None:
        return next((x.verified for x in claim.lines.all() if x.pollutant == pollutant), None)

    return Column(pollutant.symbol, value, "mass")


class Claims(ListPage):
    """Every claim in sight; selected ones are dealt with together."""

    permission = Permission.SEE_CLAIMS
    model = Claim
    title = pgettext_lazy("menu", "减排项目")
    template_name = "reserve/claims.html"
    filterset_class = ClaimFilter
    orders = {"number": ("number",), "due": ("due_on", "pk"), "pk": ("pk",)}
    default_sort = "-pk"
    columns = (
        Column(gettext_lazy("申报编号"), "number"),
        Column(gettext_lazy("申报单位"), "place.name"),
        Column(gettext_lazy("排污单位"), "polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "polluter.uscc"),
        Column(gettext_lazy("项目名称"), "project"),
        Column(gettext_lazy("减排类型"), "get_source_kind_display"),
        Column(gettext_lazy("状态"), "get_status_display"),
        Column(gettext_lazy("完成日期"), "finished_on", "day"),
        Column(gettext_lazy("申报期限"), "due_on", "day"),
        Column(gettext_lazy("申报日期"), "filed_on", "day"),
        *(_verified(pollutant) for pollutant in Pollutant),
    )

    def get_queryset(self) -> QuerySet[Any]:
        rows: ClaimQuerySet = selected.visible(self.person, on=self.on)
        return rows.select_related("place", "polluter").prefetch_related("lines")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_declare=self.may(Permission.DECLARE_CLAIM),
            bulk=[one for one in BULK.values() if self.may(one.permission)],
            finals=[status.value for status in ClaimStatus if status.is_final],
            **kwargs,
        )


class OfOneClaim(OfOneObject):
    """A view of the claim that the address names by its number."""

    model = Claim
    lookup = "number"
    object: Claim

    def get_queryset(self) -> QuerySet[Any]:
        return Claim.objects.select_related(
            "place", "beneficiary", "polluter__place", "permit", "letter", "rule_book"
        )

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of claims."""
        return [(pgettext("menu", "减排项目"), reverse("reserve:claims"))]


class OneClaim(OfOneClaim, DetailPage):
    """A claim: what it is, where it stands, what is asked of me, what happened, the proof."""

    permission = Permission.SEE_CLAIMS
    template_name = "reserve/claim.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.object
        lines = sorted(
            claim.lines.select_related("reviewed_by"),
            key=lambda line: Pollutant.values.index(line.pollutant),
        )
        found = fates.of_claim(claim, on=self.on)
        story = selected.timeline(claim)
        asked = waiting.asked_of(claim)
        return super().get_context_data(
            lines=[(line, inputs_in_words(line)) for line in lines],
            fates=fates.table(found),
            fate_columns=fates.used(found),
            projected=bool(found) and found[0].projected,
            chart=stacked(found) if found else None,
            story=story,
            path=_path(claim, story),
            acts=self.acts(asked, {line.medium for line in lines}),
            asked=asked,
            writable=claim.status in WRITABLE and self.may(Permission.DECLARE_CLAIM, claim.place),
            problems=claims.check(claim, on=self.on) if claim.status in WRITABLE else [],
            evidence=claim.evidence.filter(removed_at=None).select_related("file", "added_by"),
            inspections=claim.inspections.select_related("ordered_by", "first_inspector"),
            opinions=claim.opinions.select_related("by"),
            corrections=claim.corrections.select_related(
                "proposed_by", "approved_by", "rejected_by"
            ),
            may_reject=self.may(Permission.APPROVE_CORRECTION, claim.place),
            lots=Lot.objects.filter(source__kind=LotSourceKind.CLAIM, source__number=claim.number),
            **kwargs,
        )

    def acts(self, asked: list[Transition], media: set[Medium]) -> list[tuple[Deed, bool]]:
        """List what the person may do: what is asked for first, and the very first stands out."""
        wanted = {step.verb for step in asked}
        offered = [
            deed
            for deed in acts_of(self.object, self.person, on=self.on)
            if REVIEWS.get(deed.verb, Medium.WATER) in media or deed.verb not in REVIEWS
        ]
        offered.sort(key=lambda deed: deed.verb not in wanted)
        return [
            (deed, place == 0 and (deed.verb in wanted or len(offered) == 1))
            for place, deed in enumerate(offered)
        ]


def stacked(found: list[fates.LineFates]) -> dict[str, Any]:
    """Draw the fates of every verified gram as one stacked bar a pollutant, in per cent."""

    def share(line: fates.LineFates, fate: Fate) -> str:
        return f"{line.parts.get(fate, 0) * 100 / line.verified:.2f}"

    shown = [fate for fate in Fate if any(line.parts.get(fate) for line in found)]
    return {
        "kind": "bar",
        "stacked": True,
        "horizontal": True,
        "title": _("核定量的去向"),
        "subtitle": _("占核定量的百分比，逐项相加为 100"),
        "unit": "%",
        "source": _("按规则测算") if found[0].projected else _("总量台账分录"),
        "axis": _("污染物"),
        "categories": [line.pollutant.spoken for line in found],
        "series": [
            {
                "name": str(fate.label),
                "key": fate.value,
                "values": [share(line, fate) for line in found],
            }
            for fate in shown
        ],
    }


def inputs_in_words(line: ClaimLine) -> list[tuple[str, str, str]]:
    """Call a line's inputs by their labels, with value and unit, in the method's order."""
    method = METHODS[AccountingMethod(line.method)]
    rows = line.inputs.get(ROWS, []) if method.repeated else [line.inputs]
    return [
        (str(given.label), str(row[given.name]), str(given.unit))
        for row in rows
        for given in method.inputs
        if row.get(given.name) not in (None, "")
    ]


def _path(claim: Claim, story: list[selected.Moment]) -> list[dict[str, Any]]:
    """Lay out the way of a claim: what is done, by whom and when, and where it stands."""
    last = {moment.verb.removesuffix("_water").removesuffix("_air"): moment for moment in story}
    order = [status for status, _label, _verb in PATH]
    stands = order.index(ClaimStatus(claim.status)) if claim.status in order else -1
    if claim.status == ClaimStatus.RECEIVED:
        stands = 0
    over = claim.status in {ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN, ClaimStatus.RETURNED}
    if over:
        # What was passed on the way stays passed; the way broke off at the next step.
        passed = {moment.verb.removesuffix("_water").removesuffix("_air") for moment in story}
        stands = max((n for n, step in enumerate(PATH) if step[2] in passed), default=-1)
    return [
        {
            "label": label,
            "done": place <= stands,
            "now": place == stands + 1 and not over,
            "broken": place == stands + 1 and over,
            "moment": last.get(verb) if place <= stands else None,
        }
        for place, (_status, label, verb) in enumerate(PATH)
    ]
