"""The report of a round: a PDF and a workbook, of a county or of all that one sees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allocation.papers import dispatch_report
from allocation.papers.dispatch_report import Report
from allocation.selectors import dispatches
from allocation.views.dispatches import OfRound
from quota_registry.kernel import exports
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import audit
from quota_registry.kernel.views import Paper, PermittedView
from quota_registry.kernel.vocabulary import Tier


class OfReport(OfRound):
    """What is reported of a round, by the address."""

    permission = Permission.SEE_PROJECTS

    def report(self) -> Report:
        """Gather what the person sees of the round, at the place asked for."""
        found, place = self.findings(), self.place()
        places = (
            self.places()
            .filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
            .order_by("path")
        )
        if place is not None:
            places = places.filter(path__startswith=place.path)
        last = dispatches.last_quarter(self.round)
        return Report(
            round=self.round,
            where=place.name if place else _("所辖各地"),
            found=found,
            counted=dispatches.matrix(found, list(places)),
            beside_last=dispatches.beside(found, self.findings(last)) if last else None,
            owners=dispatches.owners({one.place for one in found}, on=self.on),
        )


class RoundPaper(OfReport, Paper):
    """季度调度报告, printed."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        data = dispatch_report.pdf(self.report(), on=self.on, language=get_language() or "zh-hans")
        return self.pdf(data, self.name(_("季度调度报告")), str(self.round))


class RoundWorkbook(OfReport, PermittedView):
    """季度调度报告 as a workbook, to be worked with."""

    permission = Permission.EXPORT

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        data = dispatch_report.workbook(
            self.report(), on=self.on, language=get_language() or "zh-hans"
        )
        audit.record(verb="export", by=self.person, subject=request.path[:120], kind="xlsx")
        return exports.attachment(data, name=self.name(_("季度调度报告")) + ".xlsx")
