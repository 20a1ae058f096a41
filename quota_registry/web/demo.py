"""What a demonstration shows that a real installation never would."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from quota_registry.kernel.models import Appointment


def accounts() -> list[dict[str, str]]:
    """List the demonstration's accounts with their roles for the page of sign-in, else nothing."""
    if not settings.QUOTA_DEMO:
        return []
    appointments = (
        Appointment.objects.in_force(timezone.localdate())
        .filter(person__is_active=True, deputy_of=None)
        .select_related("person", "place")
        .order_by("place__path", "role", "person__username")[:40]
    )
    return [
        {"username": item.person.username, "role": f"{item.place} · {item.get_role_display()}"}
        for item in appointments
    ]
