"""The queue of a reserve (§6, P3): who is served first and why, and what would be left."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allocation.rules.queue import left_after
from allocation.selectors import queue
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import DetailPage, Page
from quota_registry.kernel.vocabulary import Pollutant

LIST: Final = "allocation:queues"


class Queues(Page):
    """The reserves in sight, with how many applications wait for each."""

    permission = Permission.SEE_PROJECTS
    title = _("申请排队")
    template_name = "allocation/queues.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = list(self.places().filter(valid_until=None).order_by("path"))
        waiting = queue.waiting_at(places)
        rows = [(place, waiting.get(place.pk, 0)) for place in places]
        return super().get_context_data(rows=rows, **kwargs)


class OneQueue(DetailPage):
    """The applications that wait for a reserve, in order, and what is left if some are granted."""

    permission = Permission.SEE_PROJECTS
    model = Place
    lookup = "code"
    template_name = "allocation/queue.html"
    object: Place

    def get_queryset(self) -> QuerySet[Any]:
        return Place.objects.all()

    def place_of(self, found: Place) -> Place:
        """Say that a place lies where it is."""
        return found

    def get_title(self) -> str:
        return str(_("%(place)s储备申请排队")) % {"place": self.object.spoken}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("申请排队")), reverse(LIST))]

    def get_template_names(self) -> list[str]:
        """Give the what-if alone where the page asks for it again."""
        asked = getattr(self.request, "htmx", None) and self.request.GET.get("part") == "left"
        return ["allocation/queue_left.html"] if asked else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = queue.of(self.object, on=self.on)
        chosen = set(self.request.GET.getlist("grant"))
        granted = [row for row in rows if row.application.number in chosen]
        free = queue.free(self.object)
        left = left_after(free, [row.wanted for row in granted])
        return super().get_context_data(
            rows=rows,
            chosen={row.application.number for row in granted},
            granted=len(granted),
            left=[
                {
                    "pollutant": pollutant,
                    "free": free[pollutant],
                    "wanted": free[pollutant] - left[pollutant],
                    "left": left[pollutant],
                    "short": left[pollutant] < 0,
                }
                for pollutant in Pollutant
            ],
            **kwargs,
        )
