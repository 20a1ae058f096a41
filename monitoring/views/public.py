"""What everybody may read without signing in: the levels of a month, and what is suspended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from monitoring.models import MonthRun, Suspension
from monitoring.vocabulary import Level
from quota_registry.kernel.views import PublicView


class Levels(TemplateResponseMixin, ContextMixin, PublicView):
    """The newest judged month's levels and the suspensions in force; off unless switched on."""

    template_name = "monitoring/public.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the page, or nothing where the installation does not publish."""
        if not settings.QUOTA_PUBLIC_PAGES:
            raise Http404
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        run = MonthRun.objects.order_by("-month", "-version").first()
        found = run.warnings.select_related("place").order_by("place__path") if run else ()
        return super().get_context_data(
            title=_("环境质量预警与暂停公示"),
            on=on,
            run=run,
            levels=[(one.place, one.level, Level(one.level).label) for one in found],
            suspensions=Suspension.objects.closing(on)
            .select_related("place")
            .order_by("place__path", "pk"),
            **kwargs,
        )
