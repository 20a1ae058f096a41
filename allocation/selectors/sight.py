"""Which applications a person or a program may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from allocation.models import Application, ApplicationSource
from allocation.querysets import ApplicationQuerySet
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access


def applications(person: Person, *, on: date) -> ApplicationQuerySet:
    """
    Give the applications that *person* may see on the day *on*.

    Those of one's places, and those that draw on a reserve there: whoever signs for it looks.
    """
    return applications_near(access.within(person, Permission.SEE_PROJECTS, on=on))


def applications_near(within: Q) -> ApplicationQuerySet:
    """Give the applications whose place, or a reserve they draw on, lies *within*."""
    drawn = ApplicationSource.objects.filter(within, application=OuterRef("pk"))
    found: ApplicationQuerySet = Application.objects.filter(within | Q(Exists(drawn)))
    return found
