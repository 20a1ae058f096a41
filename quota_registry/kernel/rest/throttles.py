"""How often one caller may ask: a fixed number a minute, counted for all processes."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from quota_registry.kernel import counters
from quota_registry.kernel.models import Client

MINUTE = 60


class PerCaller(BaseThrottle):
    """
    Count the requests of a client, a person or, where neither is known, an address.

    One counter a minute: an entry per caller, and no list of moments to carry.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        """Say whether this request is still within the minute's number."""
        now = time.time()
        self.left = MINUTE - now % MINUTE
        count = counters.count(f"api:{self._caller(request)}:{int(now // MINUTE)}", seconds=MINUTE)
        return bool(count <= settings.QUOTA_API_REQUESTS_PER_MINUTE)

    def wait(self) -> float:
        """Give the seconds until the next minute begins."""
        return max(1.0, self.left)

    def _caller(self, request: Any) -> str:
        caller = request.user
        if isinstance(caller, Client):
            return f"client:{caller.prefix}"
        if caller and caller.is_authenticated:
            return f"person:{caller.pk}"
        return f"address:{self.get_ident(request)}"
