"""Whether a place's binding task is done (§10): an officer's word, with the province's paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.forms import TaskResultForm
from monitoring.selectors import years
from monitoring.services import task_results
from monitoring.views.judgements import FIRST_YEAR, LIST
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import FormPage, OfOneObject
from quota_registry.kernel.vocabulary import Pollutant


class RecordTaskResult(OfOneObject, FormPage):
    """An officer's word on whether a place's task of a pollutant is done."""

    permission = Permission.RECORD_TASK_RESULT
    model = Place
    lookup = "code"
    title = _("登记任务完成情况")
    template_name = "monitoring/act.html"
    form_class = TaskResultForm
    success_message = _("完成情况已登记。")
    object: Place
    pollutant: Pollutant

    def place_of(self, found: Any) -> Place | None:
        """Return the place itself."""
        place: Place = found
        return place

    def get_object(self) -> Any:
        """Fetch the place; a pollutant or year that there is not is not there."""
        code, year = self.kwargs["pollutant"], self.kwargs["year"]
        if code not in Pollutant.values or not FIRST_YEAR <= year <= date.max.year:
            raise Http404
        self.pollutant = Pollutant(code)
        return super().get_object()

    def home(self) -> str:
        """Return the address of the year's page."""
        place, year = self.object.pk, self.kwargs["year"]
        return reverse("monitoring:judgement", args=[place, year, self.pollutant.medium])

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the year."""
        year = self.kwargs["year"]
        return [
            (str(_("年度评定")), f"{reverse(LIST)}?year={year}"),
            (f"{self.object.spoken} {year}", self.home()),
        ]

    def get_initial(self) -> dict[str, Any]:
        """Propose what the ledger's progress says; the officer's word decides (§10)."""
        for task in years.tasks_of(self.object, self.pollutant.medium, self.kwargs["year"]):
            if task.progress.task.pollutant == self.pollutant:
                return {"done": str(int(task.progress.is_done))}
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=(self.object.spoken, self.kwargs["year"], self.pollutant.label),
            will=_("以最后一次登记为准，此前的登记留存。"),
            clause_key="10.1",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        task_results.record(
            place=self.object,
            pollutant=self.pollutant,
            year=self.kwargs["year"],
            **form.cleaned_data,
            by=self.person,
            on=self.on,
        )
        return self.home()
