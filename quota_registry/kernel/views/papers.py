"""Papers to print and take away: a PDF in the browser, and a line that it was printed."""

from __future__ import annotations

from csp.decorators import csp_exempt
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header

from quota_registry.kernel.services import audit
from quota_registry.kernel.views.base import PermittedView


# A PDF runs no script, and readers inside browsers style their own page.
@method_decorator(csp_exempt(), name="dispatch")
class Paper(PermittedView):
    """A PDF, shown in the browser; that it was printed is written down."""

    def pdf(self, data: bytes, name: str, subject: str) -> HttpResponse:
        """Answer *data* as a paper called *name*, printed about *subject*."""
        audit.record(verb="print", by=self.person, subject=subject, paper=name)
        return HttpResponse(
            data,
            content_type="application/pdf",
            headers={"Content-Disposition": content_disposition_header(False, f"{name}.pdf")},
        )
