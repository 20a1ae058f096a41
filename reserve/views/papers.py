"""Papers to print and take away: forms, minutes, summaries, sheets, and the auditor's ZIP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import period_named
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import OutOfReach, Refusal
from quota_registry.kernel.services import access, audit
from quota_registry.kernel.views import OfOneObject, Paper
from quota_registry.kernel.vocabulary import Medium
from reserve import bundles, papers
from reserve.models import Claim, Inspection
from reserve.selectors import claims

MOST_CLAIMS = 1000


class TooManyClaims(Refusal):
    """A paper is asked for over more claims than anybody would sign."""

    code = "too_many_claims"
    status = 400
    message = _("一份文书最多列%(most)s件申报")


class OfClaim(OfOneObject, Paper):
    """A paper of one claim, for whoever may see the claim."""

    permission = Permission.SEE_CLAIMS
    model = Claim
    lookup = "number"
    object: Claim

    def get_queryset(self) -> QuerySet[Any]:
        return Claim.objects.with_all()


class ClaimForm(OfClaim):
    """申报表."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = papers.claim_form_pdf(self.object, on=self.on)
        return self.pdf(data, _("申报表") + f"-{self.object.number}", self.object.number)


class ReviewSheet(OfClaim):
    """审核意见单 of one division."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if kwargs["medium"] not in Medium.values:
            raise Http404
        medium = Medium(kwargs["medium"])
        data = papers.review_sheet_pdf(self.object, medium=medium, on=self.on)
        name = _("审核意见单") + f"-{medium.label}-{self.object.number}"
        return self.pdf(data, name, self.object.number)


class InspectionSheet(OfOneObject, Paper):
    """现场核查表 of one visit."""

    permission = Permission.SEE_CLAIMS
    model = Inspection
    place_lookup = "claim__place"
    object: Inspection

    def get_queryset(self) -> QuerySet[Any]:
        return Inspection.objects.select_related(
            "claim__place", "claim__polluter", "ordered_by", "first_inspector"
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        number = self.object.claim.number
        data = papers.inspection_sheet_pdf(self.object, on=self.on)
        return self.pdf(data, _("现场核查表") + f"-{number}", number)


class OfManyClaims(Paper):
    """
    A paper over the claims that the address names: ``?claim=…&claim=…``, or ``?batch=7``, or
    ``?place=320583&quarter=2026Q3`` for what was filed there in that quarter. The bar of a list
    posts what was selected, each claim with the version seen, which a paper does not mind.
    """

    permission = Permission.SEE_CLAIMS

    def chosen(self) -> tuple[list[Claim], str, str]:
        """
        Return the claims, the paper's number, and the heading of its title.

        :raises OutOfReach: if one of them is not there for this person, or there is none.
        :raises TooManyClaims: if they are too many for one paper.
        """
        asked = self.request.POST or self.request.GET
        rows = claims.visible(self.person, on=self.on).with_all().order_by("number")
        heading = ""
        number = asked.get("number", "")[:60]
        if numbers := _numbers(asked.getlist("claim")):
            rows = rows.filter(number__in=numbers)
        elif asked.get("batch", "").isdecimal():
            rows = rows.filter(batch=int(asked["batch"]))
            number = number or pgettext("import", "批次") + asked["batch"]
        else:
            place, period, heading = self._place_and_quarter()
            rows = rows.below(place).filter(filed_on__gte=period.start, filed_on__lt=period.end)
            number = number or f"{place.code}-{asked['quarter']}"
        found = list(rows[: MOST_CLAIMS + 1])
        if not found or len(found) < len(numbers):
            raise OutOfReach(_("没有这个对象"))
        if len(found) > MOST_CLAIMS:
            raise TooManyClaims(most=MOST_CLAIMS)
        return found, number or self.on.isoformat(), heading

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Answer a selection as an address would be answered: printing changes nothing."""
        return self.get(request, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Print the paper over the claims chosen."""
        raise NotImplementedError

    def _place_and_quarter(self) -> tuple[Place, Any, str]:
        place = Place.objects.filter(pk=self.request.GET.get("place", "")).first()
        name = self.request.GET.get("quarter", "")
        try:
            period = period_named(name)
        except ValueError:
            raise Http404 from None
        if place is None or not access.reaches(self.person, place, on=self.on):
            raise OutOfReach(_("没有这个对象"))
        year, quarter, which = name.partition("Q")
        said = {"1": "一", "2": "二", "3": "三", "4": "四"}
        heading = f"{year}年第{said[which]}季度" if quarter else f"{year}年"
        return place, period, f"{place.name}{heading}"


class ClaimSummary(OfManyClaims):
    """汇总表 of many claims."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        found, number, heading = self.chosen()
        data = papers.claim_summary_pdf(found, number=number, heading=heading, on=self.on)
        return self.pdf(data, _("汇总表") + f"-{number}", number)


class JointMinutes(OfManyClaims):
    """会审纪要 over many claims."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        found, number, _heading = self.chosen()
        data = papers.joint_minutes_pdf(found, number=number, on=self.on)
        return self.pdf(data, _("会审纪要") + f"-{number}", number)


class Bundle(OfClaim):
    """One ZIP of a claim with all its evidence, streamed."""

    permission = Permission.EXPORT

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        claim = self.object
        pieces = bundles.stream(claim, on=self.on, language=get_language() or "zh-hans")
        audit.record(verb="export", by=self.person, subject=claim.number, kind="zip")
        return StreamingHttpResponse(
            pieces,
            content_type="application/zip",
            headers={
                "Content-Disposition": content_disposition_header(True, bundles.name_of(claim))
            },
        )


def _numbers(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(number.partition(":")[0] for number in given))
