"""Which applications a person or a program may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from allocation.models import (
    Application,
    ApplicationSheet,
    ApplicationSource,
    DivisionOpinion,
    Signature,
)
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


def whole(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Fetch with *applications* all that says which acts they wait for, and what stands on them."""
    return applications.prefetch_related(
        "lines",
        Prefetch("opinions", DivisionOpinion.objects.select_related("by")),
        Prefetch("signatures", Signature.objects.select_related("by", "place")),
        Prefetch("sheets", ApplicationSheet.objects.select_related("by", "rule_book")),
        Prefetch("sources", ApplicationSource.objects.select_related("place", "polluter__place")),
    )
