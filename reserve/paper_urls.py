"""
Papers of the stock, in the namespace ``reserve``.

    claim-form-pdf · claim-review-pdf · inspection-pdf · claim-bundle-zip · claim-summary-pdf ·
    joint-minutes-pdf · ledgers · ledger-file
"""

from django.urls import path

from reserve.views import official, papers

urlpatterns = [
    path("papers/summary.pdf", papers.ClaimSummary.as_view(), name="claim-summary-pdf"),
    path("papers/minutes.pdf", papers.JointMinutes.as_view(), name="joint-minutes-pdf"),
    path("papers/claims/<slug:number>/form.pdf", papers.ClaimForm.as_view(), name="claim-form-pdf"),
    path(
        "papers/claims/<slug:number>/review-<slug:medium>.pdf",
        papers.ReviewSheet.as_view(),
        name="claim-review-pdf",
    ),
    path(
        "papers/claims/<slug:number>/bundle.zip", papers.Bundle.as_view(), name="claim-bundle-zip"
    ),
    path(
        "papers/inspections/<int:pk>/sheet.pdf",
        papers.InspectionSheet.as_view(),
        name="inspection-pdf",
    ),
    path("ledgers/", official.Ledgers.as_view(), name="ledgers"),
    path(
        "ledgers/<slug:place>/<slug:which>/<slug:period>.<slug:kind>",
        official.OfficialLedger.as_view(),
        name="ledger-file",
    ),
]
