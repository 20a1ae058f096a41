"""Places by months: the calendar of warnings, how complete the data are, judging a month anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.figures import MONTHS
from monitoring.selectors import completeness, warnings
from monitoring.selectors.warnings import Calendar
from monitoring.services import months
from monitoring.vocabulary import Level
from quota_registry.kernel.periods import Month
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act, Column, ExportedPage, Page
from quota_registry.kernel.vocabulary import Tier

FIRST_YEAR = 2021


class WarningCalendar(ExportedPage):
    """Every place in sight with the level of each month of a year."""

    permission = Permission.SEE_MONITORING
    title = gettext_lazy("预警日历")
    template_name = "monitoring/calendar.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.year = year_asked(self)
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        found = warnings.calendar(list(places.order_by("path")), self.year)
        if kind := request.GET.get("export", ""):
            name = f"{self.get_title()}-{self.year}"
            return self.taken_home(kind, name=name, columns=_columns(found), rows=found.rows)
        return self.render_to_response(self.get_context_data(calendar=found))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: Calendar = kwargs["calendar"]
        # The months of the year that are over can be judged, the last of them first.
        over = [month for month in found.months if (month.period.end or self.on) <= self.on]
        return super().get_context_data(
            year=self.year,
            years=sorted({*warnings.years(), self.on.year, self.year}, reverse=True),
            heads=[
                (name, found.versions.get(month.period.start))
                for name, month in zip(MONTHS, found.months, strict=True)
            ],
            counts=[(level, count) for level, count in found.counts.items() if count],
            newest=max(found.versions, default=None),
            judged=bool(found.versions),
            over=over[::-1],
            may_run=self.may(Permission.RUN_WARNINGS),
            exports=self.exports(),
            **kwargs,
        )


class DataCompleteness(Page):
    """Every place in sight with what each month of a year rests on, and what is missing."""

    permission = Permission.SEE_MONITORING
    title = gettext_lazy("数据完整性")
    template_name = "monitoring/completeness.html"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("预警日历"), f"{reverse('monitoring:calendar')}?year={self.year}")]

    @property
    def year(self) -> int:
        """Return the year that the address asks for, this one unless it does."""
        return year_asked(self)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = list(
            self.places()
            .filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
            .order_by("path")
        )
        found = completeness.of_places(places, self.year, until=self.on)
        ahead = [None] * len(MONTHS)
        rows = [(place, [*found[place.pk], *ahead][: len(MONTHS)]) for place in places]
        return super().get_context_data(
            year=self.year,
            years=range(self.on.year, max(FIRST_YEAR, self.on.year - 4) - 1, -1),
            heads=MONTHS,
            rows=rows,
            thin=sum(one.is_thin for row in found.values() for one in row),
            **kwargs,
        )


class JudgeMonth(Act):
    """The judging of a month and of the later ones that count on it."""

    permission = Permission.RUN_WARNINGS

    def act(self) -> str:
        month = _month(self.request.POST.get("month", ""))
        judged = months.judge_from(month=month, by=self.person, on=self.on)
        changed = sum(len(run.changes) for run, is_new in judged if is_new)
        if changed:
            said = _("%(month)s已重新评判，%(n)s处有变化。")
        elif judged[0].is_new:
            said = _("%(month)s已评判，为第%(version)s版。")
        else:
            said = _("%(month)s重新评判后没有变化，仍为第%(version)s版。")
        self.say(said % {"month": month, "n": changed, "version": judged[0].run.version})
        return f"{reverse('monitoring:calendar')}?year={month.year}"

    def back(self) -> str:
        return reverse("monitoring:calendar")


def year_asked(page: Page) -> int:
    """Return the year that a page's address asks for, this one unless it does."""
    asked = page.request.GET.get("year", "") or str(page.on.year)
    if not asked.isdecimal() or not FIRST_YEAR <= int(asked) <= page.on.year:
        raise Http404
    return int(asked)


def _month(text: str) -> Month:
    try:
        return Month.named(text)
    except ValueError:
        raise Http404 from None


def _columns(found: Calendar) -> list[Column]:
    """A place, and a column for each month with its level in words; empty where none was judged."""

    def level(index: int) -> Callable[[Any], str]:
        return lambda row: str(Level(row[1][index].level).label) if row[1][index] else ""

    return [
        Column(_("地区代码"), lambda row: row[0].code),
        Column(_("地区"), lambda row: row[0].spoken),
        *(Column(str(month), level(index)) for index, month in enumerate(found.months)),
    ]
