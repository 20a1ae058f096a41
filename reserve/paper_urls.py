"""
Papers of the stock, in the namespace ``reserve``.

    claim-form · claim-review-sheet · inspection-sheet · claim-bundle · claim-summary ·
    joint-minutes · ledgers · official-ledger
"""

from django.urls import path

from reserve.views import official, papers

urlpatterns = [
    path("papers/summary.pdf", papers.ClaimSummary.as_view(), name="claim-summary"),
    path("papers/minutes.pdf", papers.JointMinutes.as_view(), name="joint-minutes"),
    path("papers/claims/<slug:number>/form.pdf", papers.ClaimForm.as_view(), name="claim-form"),
    path(
        "papers/claims/<slug:number>/review-<slug:medium>.pdf",
        papers.ReviewSheet.as_view(),
        name="claim-review-sheet",
    ),
    path("papers/claims/<slug:number>/bundle.zip", papers.Bundle.as_view(), name="claim-bundle"),
    path(
        "papers/inspections/<int:pk>/sheet.pdf",
        papers.InspectionSheet.as_view(),
        name="inspection-sheet",
    ),
    path("ledgers/", official.Ledgers.as_view(), name="ledgers"),
    path(
        "ledgers/<slug:place>/<slug:which>/<slug:period>.<slug:kind>",
        official.OfficialLedger.as_view(),
        name="official-ledger",
    ),
]
