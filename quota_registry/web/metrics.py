"""
What is counted: requests by page and outcome, how long they took, and how the jobs stand.

Several web processes share one folder of counters (``PROMETHEUS_MULTIPROC_DIR``); without one
each process counts for itself, which is enough for a test.
"""

import os
import time
from collections.abc import Callable, Iterable
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

REQUESTS: Final = Counter(
    "quota_requests_total", "Answers by page, method and status.", ["page", "method", "status"]
)
SECONDS: Final = Histogram(
    "quota_request_seconds", "Seconds until an answer was ready, by page.", ["page"]
)


class CountingMiddleware:
    """Counts every answer under the name of its page, never under its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        page = (match.view_name or "unnamed") if match else "none"
        REQUESTS.labels(page, request.method or "", str(response.status_code)).inc()
        SECONDS.labels(page).observe(time.perf_counter() - began)
        return response


class Standing:
    """Figures that are looked up when they are asked for."""

    def collect(self) -> Iterable[Metric]:
        beat = GaugeMetricFamily("quota_beat_age_seconds", "Seconds since the last heartbeat.")
        last = cache.get("quota:beat")
        if last is not None:
            beat.add_metric([], time.time() - last)
        yield beat
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3) as client:
            yield GaugeMetricFamily(
                "quota_jobs_waiting", "Jobs in the queue.", value=int(client.llen("celery"))
            )


def write() -> tuple[bytes, str]:
    """Write all figures in the words of Prometheus."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # no types
    else:
        for family in (REQUESTS, SECONDS):
            registry.register(family)
    registry.register(Standing())
    return generate_latest(registry), CONTENT_TYPE_LATEST
