"""The withdrawal of what a monitor measured in a month (§17), on a page of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.forms import WithdrawMeasuredForm
from monitoring.models import Monitor
from monitoring.selectors.measured import months_of
from monitoring.services import measured
from monitoring.services.measured import RIGHT
from monitoring.views.monitors import OfOneMonitor
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.views import FormPage
from quota_registry.kernel.vocabulary import Pollutant


class WithdrawMeasured(OfOneMonitor, FormPage):
    """Which of a month's figures count no more, and why."""

    permission = RIGHT
    title = gettext_lazy("撤回监测排放量")
    template_name = "monitoring/act.html"
    form_class = WithdrawMeasuredForm
    success_message = gettext_lazy("监测排放量已撤回。")
    month: date
    standing: dict[Pollutant, Grams]

    def get_object(self) -> Monitor:
        """Fetch the monitor; a month of which no figure stands is not there."""
        found: Monitor = super().get_object()
        year, month = self.kwargs["year"], self.kwargs["month"]
        months = {one.first.month: one for one in months_of(found, year)}
        if month not in months or not months[month].amounts:
            raise Http404
        self.month, self.standing = months[month].first, months[month].amounts
        return found

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (" · ".join(map(str, super().about())), super().home())]

    def home(self) -> str:
        return f"{super().home()}?year={self.month.year}#measured"

    def about(self) -> tuple[str, ...]:
        return (*super().about(), f"{self.month:%Y-%m}")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"standing": self.standing}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=self.about(),
            will=_("所选的数不再计入核算，原数与撤回原因保留可查；以后可再报新数。"),
            clause_key="17.2",
            cancel=self.home(),
            danger=True,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        measured.withdraw(
            monitor=self.object,
            month=self.month,
            **form.cleaned_data,
            by=self.person,
            on=self.on,
        )
        return self.home()
