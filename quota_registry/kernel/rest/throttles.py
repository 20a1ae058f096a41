"""How often one caller may ask: a fixed number a minute, counted for all processes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from quota_registry.kernel import counters
from quota_registry.kernel.models import Client


class PerCaller(BaseThrottle):
    """Count the requests of a client, a person or, where neither is known, an address."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Say whether this request is still within the minute's number."""
        self.seconds = counters.too_often(
            f"api:{self._caller(request)}", most=settings.QUOTA_API_REQUESTS_PER_MINUTE
        )
        return not self.seconds

    def wait(self) -> float:
        """Give the seconds until the next minute begins."""
        return float(max(1, self.seconds))

    def _caller(self, request: Any) -> str:
        caller = request.user
        if isinstance(caller, Client):
            return f"client:{caller.prefix}"
        if caller and caller.is_authenticated:
            return f"person:{caller.pk}"
        return f"address:{self.get_ident(request)}"
