"""The composition root of addresses: every app's pages, and the API below one root."""

from django.urls import include, path

from quota_registry import celery  # noqa: F401 - web processes send tasks through this app
from quota_registry.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/", include("quota_registry.web.api")),
    path("", include("quota_registry.web.urls")),
]
