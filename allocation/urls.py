"""
The desk's pages, in the namespace ``allocation``.

    application
"""

from django.urls import path

from allocation import dispatch_urls, trade_urls, voucher_urls
from allocation.views import applications

app_name = "allocation"

urlpatterns = [
    path("applications/<slug:number>/", applications.OneApplication.as_view(), name="application"),
    *voucher_urls.urlpatterns,
    *trade_urls.urlpatterns,
    *dispatch_urls.urlpatterns,
]
