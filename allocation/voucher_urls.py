"""
Addresses of vouchers, in the namespace ``allocation``.

    vouchers · voucher · voucher-pdf

What the public asks about one stands at ``/public/vouchers/`` (`quota_registry.urls`).
"""

from django.urls import URLPattern, path

from allocation.views import vouchers

urlpatterns: list[URLPattern] = [
    path("vouchers/", vouchers.Vouchers.as_view(), name="vouchers"),
    path("vouchers/<slug:number>/", vouchers.OneVoucher.as_view(), name="voucher"),
    path("vouchers/<slug:number>/paper/", vouchers.VoucherPaper.as_view(), name="voucher-pdf"),
]
