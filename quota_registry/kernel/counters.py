"""Counters that every process shares, each gone after its time."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import Final

import redis
from django.conf import settings

MINUTE: Final = 60


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


def too_often(name: str, *, most: int) -> int:
    """
    Count one more in this minute; return 0 up to *most*, else the seconds until the next minute.

    One counter a minute: an entry per name, and no list of moments to carry.
    """
    now = time.time()
    counted = count(f"{name}:{int(now // MINUTE)}", seconds=MINUTE)
    return 0 if counted <= most else math.ceil(MINUTE - now % MINUTE)


@cache
def _server(address: str) -> redis.Redis:
    """Keep one client a process: making one takes longer than asking it; threads may share it."""
    return redis.Redis.from_url(address)
