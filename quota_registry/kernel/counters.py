"""Counters that every process shares, each gone after its time."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings


def count(name: str, *, seconds: int) -> int:
    """
    Count one more under *name* and return how many there were, this one included.

    It is one way to the server and back, and of many at once none goes uncounted. The first one
    begins the *seconds* after which the counter is gone.
    """
    key = f"quota:{name}"
    counted = int(_server(settings.REDIS_URL).incr(key))
    if counted == 1:
        _server(settings.REDIS_URL).expire(key, seconds)
    return counted


@cache
def _server(address: str) -> redis.Redis:
    """Keep one client a process: making one takes longer than asking it; threads may share it."""
    return redis.Redis.from_url(address)
