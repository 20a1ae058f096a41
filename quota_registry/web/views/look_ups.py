"""What fields offer while somebody types: polluters and permits in sight."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from quota_registry.kernel.models import Permit, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Page

FOUND = 12


class LookUp(Page):
    """The lines that a field offers while somebody types a name, a code or a number."""

    permission = Permission.SEE_POLLUTERS
    template_name = "register/options.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A field that takes what is typed as well sends it under its own name.
        typed = (str(text) for name, text in request.GET.items() if name.endswith("_text"))
        words = (request.GET.get("q") or next(typed, "")).strip()
        found = Polluter.objects.none()
        if words:
            found = Polluter.objects.matching(words).filter(
                access.within(self.person, Permission.SEE_POLLUTERS, on=self.on)
            )
        return self.render_to_response({"words": words, "found": self.lines(found)})

    def lines(self, found: QuerySet[Any]) -> list[dict[str, str]]:
        """Turn polluters into lines: value, text, and a second line that tells them apart."""
        return [
            {"value": str(row.pk), "text": row.name, "more": f"{row.uscc} · {row.place.spoken}"}
            for row in found.select_related("place")[:FOUND]
        ]


class LookUpCode(LookUp):
    """The same polluters, where a field stands for a credit code."""

    def lines(self, found: QuerySet[Any]) -> list[dict[str, str]]:
        return [
            {"value": row.uscc, "text": row.name, "more": f"{row.uscc} · {row.place.spoken}"}
            for row in found.select_related("place")[:FOUND]
        ]


class LookUpPermit(LookUp):
    """The same for permits; ``?polluter=`` keeps those of one polluter."""

    def lines(self, found: QuerySet[Any]) -> list[dict[str, str]]:
        permits = Permit.objects.filter(polluter__in=found)
        if polluter := self.request.GET.get("polluter", ""):
            permits = permits.filter(polluter=polluter) if polluter.isdecimal() else permits.none()
        return [
            {"value": str(row.pk), "text": row.number, "more": row.polluter.name}
            for row in permits.select_related("polluter")[:FOUND]
        ]
