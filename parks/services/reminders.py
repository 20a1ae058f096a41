"""Reminding of the steps of a park's year, before the law's days and once they are past."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from parks.models import Park
from parks.selectors import calendar
from parks.selectors.calendar import Cell
from parks.vocabulary import Punctuality, YearStep
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, notices, rulebooks
from quota_registry.kernel.services.notices import Line

WHO = {
    YearStep.JUDGEMENT: Permission.KEEP_PARK_YEAR,
    YearStep.TARGETS: Permission.KEEP_PARK_YEAR,
    YearStep.TOTALS: Permission.FILL_TOTALS,
    YearStep.ALLOWED_TOTAL: Permission.KEEP_PARK_YEAR,
    YearStep.REWARD: Permission.KEEP_PARK_YEAR,
}


@transaction.atomic
def remind(*, on: date) -> int:
    """
    Tell whose step it is: on the notice day before its day, and every Monday once it is overdue.

    A step that is done is not spoken of. Returns how many reminders went out.
    """
    audit.sign(by=Person.objects.get_system())
    book = rulebooks.in_force(on)
    places = [park.place for park in Park.objects.filter(since__lte=on).select_related("place")]
    lines = [
        _line(row.place, cell, on=on)
        for row in calendar.calendar(places, on.year, on=on, book=book)
        for cell in row.cells
        if _speaks(cell, on=on, notice_days=book.park_notice_days)
    ]
    notices.send_all(lines)
    return len(lines)


def _speaks(cell: Cell, *, on: date, notice_days: int) -> bool:
    due = cell.deadline.due
    if cell.stands is Punctuality.DUE_SOON:
        return on == due - timedelta(days=notice_days)
    return cell.stands is Punctuality.OVERDUE and on.weekday() == 0


def _line(place: Place, cell: Cell, *, on: date) -> Line:
    with override(settings.LANGUAGE_CODE):
        form = (
            _("%(place)s：%(step)s将于%(due)s到期")
            if cell.stands is Punctuality.DUE_SOON
            else _("%(place)s：%(step)s已逾期，期限%(due)s")
        )
        text = form % {"place": place.name, "step": cell.step.label, "due": cell.deadline.due}
    year = on.year
    url = (
        reverse("parks:totals", args=[place.pk, year - 1])
        if cell.step is YearStep.TOTALS
        else f"{reverse('parks:years')}?year={year}"
    )
    return Line(access.holders(WHO[cell.step], place, on=on), text, url)
