"""Telling places what a dispatch found of theirs, and the director that it waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from allocation.models import DispatchRound
from allocation.rules.dispatch_facts import Found
from allocation.selectors import dispatches
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices


def tell(made: DispatchRound, found: Sequence[Found], *, by: Person, on: date) -> None:
    """Tell the officers of every place once how many matters are theirs, and who confirms."""
    counts = Counter(one.subject.place for one in found)
    officers: Counter[Person] = Counter()
    for code, people in dispatches.owners(Place.objects.filter(pk__in=counts), on=on).items():
        for person in people:
            officers[person] += counts[code]
    url = reverse("allocation:dispatch", args=[str(made.of), made.version])
    with override(settings.LANGUAGE_CODE):
        quarter = _("%(year)s年第%(number)s季度") % {
            "year": made.of.year,
            "number": made.of.number,
        }
        for person, count in officers.items():
            text = _("%(quarter)s调度：贵地%(count)s项待办（第%(version)s版）") % {
                "quarter": quarter,
                "count": count,
                "version": made.version,
            }
            notices.send(to=[person], text=text, url=url)
        notices.send(
            to=[
                person
                for person in access.holders(Permission.CONFIRM_DISPATCH, made.place, on=on)
                if person.pk != by.pk
            ],
            text=_("%(quarter)s调度第%(version)s版待确认")
            % {
                "quarter": quarter,
                "version": made.version,
            },
            url=url,
        )
