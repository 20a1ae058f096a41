"""The composition root of addresses: every app's pages, and the API below one root."""

from django.urls import include, path

urlpatterns = [
    path("", include("quota_registry.web.urls")),
]
