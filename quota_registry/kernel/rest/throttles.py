"""How often one caller may ask: a fixed number a minute, counted in the shared cache."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from quota_registry.kernel.models import Client

MINUTE = 60


class PerCaller(BaseThrottle):
    """
    Count the requests of a client, a person or, where neither is known, an address.

    One counter a minute: an entry in the cache per caller, and no list of moments to carry.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        """Say whether this request is still within the minute's number."""
        now = time.time()
        self.left = MINUTE - now % MINUTE
        key = f"api:{self._caller(request)}:{int(now // MINUTE)}"
        try:
            count = cache.incr(key)
        except ValueError:
            # Of two first requests at once one may go uncounted, which is no harm.
            count = 1
            cache.set(key, count, MINUTE)
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
