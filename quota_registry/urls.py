"""The composition root of addresses: every app's pages, and the API below one root."""

from django.urls import include, path

from allocation.views import public as public_vouchers
from monitoring.views import public as public_levels
from quota_registry import celery  # noqa: F401 - web processes send tasks through this app
from quota_registry.kernel.doors import public
from quota_registry.web import health

handler400 = "quota_registry.web.views.errors.bad_request"
handler403 = "quota_registry.web.views.errors.forbidden"
handler404 = "quota_registry.web.views.errors.not_found"
handler500 = "quota_registry.web.views.errors.server_error"

urlpatterns = [
    path("healthz", public(health.healthz), name="healthz"),
    path("readyz", public(health.readyz), name="readyz"),
    path("metrics", public(health.metrics), name="metrics"),
    path("api/", include("quota_registry.web.api")),
    path("reserve/", include("reserve.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("parks/", include("parks.urls")),
    path("allocation/", include("allocation.urls")),
    path("public/", public_levels.Levels.as_view(), name="public-levels"),
    path("public/vouchers/", public_vouchers.VerifyVoucher.as_view(), name="public-voucher"),
    path("", include("quota_registry.web.register_urls")),
    path("", include("quota_registry.web.urls")),
]
