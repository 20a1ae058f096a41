"""Telling people that an application waits for them, and applicants what became of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from allocation.models import Application
from allocation.selectors import assessments, clocks, waiting
from allocation.workflows import APPLICATION, FILED
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.mass import text as tonnes
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices
from quota_registry.kernel.workflow import acted


def tell_next(application: Application, *, by: Person, on: date) -> None:
    """Tell everybody whose act comes next, but not *by*."""
    people = [person for person in waiting.hands_of(application, on=on) if person.pk != by.pk]
    _tell(people, application)


def tell_applicant(application: Application, *, by: Person, on: date) -> None:
    """Tell who drafted or filed the application what became of it."""
    hands = acted(APPLICATION, application, FILED) - {by.pk}
    _tell(list(Person.objects.filter(pk__in=hands)), application)


def tell_of_lapse(application: Application, *, on: date) -> None:
    """Tell applicants and releasers that a hold is about to lapse."""
    hands = acted(APPLICATION, application, FILED)
    people = {
        person.pk: person
        for person in [
            *Person.objects.filter(pk__in=hands),
            *waiting.hands_of(application, on=on),
        ]
    }
    with override(settings.LANGUAGE_CODE):
        text = _("申请%(number)s的预留将于%(day)s失效") % {
            "number": application.number,
            "day": clocks.clock_of(application, on=on).lapses_on,
        }
        notices.send(to=people.values(), text=text, url=_address(application))


def tell_of_short_holds(*, cases: Sequence[str], by: Person, on: date) -> None:
    """Tell applicants and releasers that a void took part of what was set aside (§21)."""
    for application in Application.objects.held().filter(number__in=cases).order_by("pk"):
        people = {
            person.pk: person
            for person in [
                *Person.objects.filter(pk__in=acted(APPLICATION, application, FILED)),
                *access.holders(Permission.RELEASE_LOCAL, application.place, on=on),
                *waiting.hands_of(application, on=on),
            ]
        }
        with override(settings.LANGUAGE_CODE):
            missing = "、".join(
                _("%(pollutant)s缺%(missing)s吨/年")
                % {
                    "pollutant": pollutant.spoken,
                    "missing": tonnes(Grams(required - held)),
                }
                for pollutant, (held, required) in assessments.shortfalls(application).items()
            )
            text = _("申请%(number)s的预留批次被作废，%(missing)s，不能投放") % {
                "number": application.number,
                "missing": missing,
            }
            # A hold that set more aside than it must may still cover its duty.
            if missing:
                notices.send(to=people.values(), text=text, url=_address(application))


def _tell(people: list[Person], application: Application) -> None:
    with override(settings.LANGUAGE_CODE):
        text = _("指标申请%(number)s（%(project)s）：%(status)s") % {
            "number": application.number,
            "project": application.project.name,
            "status": application.get_status_display(),
        }
        notices.send(to=people, text=text, url=_address(application))


def _address(application: Application) -> str:
    return reverse("allocation:application", args=[application.number])
