"""What everybody may ask without signing in: whether a voucher in the hand is good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from allocation.selectors import issued, verification
from allocation.selectors.verification import AskedTooOften, NotVerified
from quota_registry.kernel import request as current_request
from quota_registry.kernel.views import PublicView


@method_decorator(never_cache, name="dispatch")
class VerifyVoucher(TemplateResponseMixin, ContextMixin, PublicView):
    """
    The voucher of a number and a code, as its paper says; off where nothing is published.

    The QR code of the paper leads here with both in the address.
    """

    template_name = "allocation/public_voucher.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the form, and what was found or why nothing was."""
        if not settings.QUOTA_PUBLIC_PAGES:
            raise Http404
        number = request.GET.get("number", "").strip()[: verification.LONGEST]
        code = request.GET.get("code", "").strip()[: verification.LONGEST]
        context: dict[str, Any] = {"number": number, "code": code}
        if not (number or code):
            return self.answer(context)
        try:
            voucher = verification.verify(
                number=number, code=code, address=current_request.current().address
            )
        except AskedTooOften as refusal:
            answer = self.answer(context | {"refusal": refusal}, status=refusal.status)
            answer.headers["Retry-After"] = str(refusal.facts["seconds"])
            return answer
        except NotVerified as refusal:
            return self.answer(context | {"refusal": refusal}, status=refusal.status)
        found = issued.of(voucher)
        return self.answer(context | {"issued": found, "said": found.said})

    def answer(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """Show the page; no search engine is to keep it."""
        return self.render_to_response(
            self.get_context_data(title=_("凭证查验"), **context),
            status=status,
            headers={"X-Robots-Tag": "noindex"},
        )
