"""Applications (指标申请): one with its sheet, its sources and its way."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from allocation.models import Application
from allocation.rules import sheet
from allocation.workflows import APPLICATION
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import DetailPage
from quota_registry.kernel.workflow import steps_of


class OneApplication(DetailPage):
    """What is asked for, from whom, by which clauses, and who did what."""

    permission = Permission.SEE_PROJECTS
    model = Application
    lookup = "number"
    template_name = "allocation/application.html"
    object: Application

    def get_queryset(self) -> QuerySet[Any]:
        return Application.objects.select_related("place", "project__polluter")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stored = self.object.sheets.order_by("-id").first()
        return super().get_context_data(
            rows=sheet.read(stored.content) if stored else [],
            story=steps_of(APPLICATION, self.object),
            **kwargs,
        )
