"""Telling people what waits for them, and places what was ordered of them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from monitoring.models import Judgement, PlaceWarning, Suspension
from monitoring.vocabulary import Level
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices


def people_of(place: Place, *, on: date) -> list[Person]:
    """List who acts for *place*: those who record its measures and those who release its quota."""
    found = [
        *access.holders(Permission.RECORD_MEASURES, place, on=on),
        *access.holders(Permission.RELEASE_LOCAL, place, on=on),
    ]
    return list({person.pk: person for person in found}.values())


def ask(permission: Permission, suspension: Suspension, *, by: Person, on: date) -> None:
    """Tell everybody who may do the next act on *suspension*, but not *by*."""
    people = [
        person
        for person in access.holders(permission, suspension.place, on=on)
        if person.pk != by.pk
    ]
    _tell(people, suspension)


def tell_place(suspension: Suspension, *, by: Person, on: date) -> None:
    """Tell the place's people where *suspension* stands now."""
    _tell(
        [person for person in people_of(suspension.place, on=on) if person.pk != by.pk], suspension
    )


def tell_judged(judgement: Judgement, *, corrects: bool, by: Person, on: date) -> None:
    """Tell the place's people how a year was judged; *corrects* says that it was judged before."""
    with override(settings.LANGUAGE_CODE):
        form = (
            _("更正：%(place)s%(year)s年度评定（%(medium)s）：%(quality)s，%(task)s · %(document)s")
            if corrects
            else _("%(place)s%(year)s年度评定（%(medium)s）：%(quality)s，%(task)s · %(document)s")
        )
        text = form % {
            "place": judgement.place.name,
            "year": judgement.year,
            "medium": judgement.get_medium_display(),
            "quality": _("目标完成") if judgement.quality_met else _("目标未完成"),
            "task": _("任务完成") if judgement.task_done else _("任务未完成"),
            "document": judgement.document,
        }
        notices.send(
            to=[person for person in people_of(judgement.place, on=on) if person.pk != by.pk],
            text=text,
            url=reverse(
                "monitoring:judgement",
                args=[judgement.place_id, judgement.year, judgement.medium],
            ),
        )


def warn(warning: PlaceWarning, *, again: bool, on: date) -> None:
    """Tell the place's people of a month's warning; *again* says that it was warned before."""
    warns = Level(warning.level).warns
    with override(settings.LANGUAGE_CODE):
        form = (
            _("%(place)s%(month)s：%(level)s（%(number)s）")
            if warns and not again
            else _("更正：%(place)s%(month)s：%(level)s（%(number)s）")
            if warns
            else _("%(place)s%(month)s预警已撤销，更正后为“%(level)s”")
        )
        text = form % {
            "place": warning.place.name,
            "month": f"{warning.run.month.year}年{warning.run.month.month}月",
            "level": warning.get_level_display(),
            "number": warning.number,
        }
        notices.send(
            to=people_of(warning.place, on=on),
            text=text,
            url=reverse("monitoring:warning", args=[warning.pk]),
        )


def _tell(people: list[Person], suspension: Suspension) -> None:
    with override(settings.LANGUAGE_CODE):
        text = _("%(place)s · %(scope)s：%(status)s") % {
            "place": suspension.place.name,
            "scope": suspension.get_scope_display(),
            "status": suspension.get_status_display(),
        }
        notices.send(
            to=people, text=text, url=reverse("monitoring:suspension", args=[suspension.number])
        )
