"""
The stock's pages, in the namespace ``reserve``.

    claims · claim-new · claim · claim-edit · claim-act · claims-act · evidence-add · evidence ·
    evidence-remove · correction · imports · import-new · import-template · import ·
    import-progress · import-file · import-accept · import-file-claims · import-discard ·
    import-resume · openings · opening-new · opening-template · opening · opening-approve ·
    opening-close · overview · stock · account · transfers · transfer · receipt ·
    lots · lot · debts · buy-in · tasks · task-set
    and the papers of `reserve.paper_urls`
"""

from django.urls import path

from reserve import paper_urls
from reserve.views import (
    accounts,
    claim_acts,
    claim_bulk,
    claim_evidence,
    claim_writing,
    claims,
    holdings,
    import_acts,
    imports,
    lots,
    openings,
    overview,
    tasks,
    transfers,
)

app_name = "reserve"

urlpatterns = [
    # ── Claims ──
    path("claims/", claims.Claims.as_view(), name="claims"),
    path("claims/new/", claim_writing.NewClaim.as_view(), name="claim-new"),
    path("claims/together/<slug:verb>/", claim_bulk.ActOnMany.as_view(), name="claims-act"),
    path("claims/<slug:number>/", claims.OneClaim.as_view(), name="claim"),
    path("claims/<slug:number>/edit/", claim_writing.WriteClaim.as_view(), name="claim-edit"),
    path(
        "claims/<slug:number>/evidence/", claim_evidence.AddEvidence.as_view(), name="evidence-add"
    ),
    path(
        "claims/<slug:number>/act/<slug:verb>/", claim_acts.ActOnClaim.as_view(), name="claim-act"
    ),
    path("evidence/<int:pk>/", claim_evidence.ShowEvidence.as_view(), name="evidence"),
    path(
        "evidence/<int:pk>/remove/", claim_evidence.RemoveEvidence.as_view(), name="evidence-remove"
    ),
    path("corrections/<int:pk>/", claim_acts.ApproveCorrection.as_view(), name="correction"),
    path(
        "corrections/<int:pk>/reject/",
        claim_acts.RejectCorrection.as_view(),
        name="correction-reject",
    ),
    # ── Lists of claims ──
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/new/", imports.NewImport.as_view(), name="import-new"),
    path("imports/template/", imports.ImportTemplate.as_view(), name="import-template"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="import"),
    path("imports/<int:pk>/progress/", imports.ImportProgress.as_view(), name="import-progress"),
    path("imports/<int:pk>/files/<slug:which>/", imports.ImportFile.as_view(), name="import-file"),
    path("imports/<int:pk>/accept/", import_acts.AcceptImport.as_view(), name="import-accept"),
    path("imports/<int:pk>/file/", import_acts.FileImport.as_view(), name="import-file-claims"),
    path("imports/<int:pk>/discard/", import_acts.DiscardImport.as_view(), name="import-discard"),
    path("imports/<int:pk>/resume/", import_acts.ResumeImport.as_view(), name="import-resume"),
    # ── Opening stock ──
    path("openings/", openings.Openings.as_view(), name="openings"),
    path("openings/new/", openings.NewOpening.as_view(), name="opening-new"),
    path("openings/template/", openings.OpeningTemplate.as_view(), name="opening-template"),
    path("openings/<int:pk>/", openings.OneOpening.as_view(), name="opening"),
    path("openings/<int:pk>/approve/", openings.ApproveOpening.as_view(), name="opening-approve"),
    path("openings/<int:pk>/close/", openings.CloseOpening.as_view(), name="opening-close"),
    # ── The stock ──
    path("", overview.Overview.as_view(), name="overview"),
    path("stock/<slug:place>/<slug:pollutant>/", accounts.Stock.as_view(), name="stock"),
    path("accounts/<int:pk>/", accounts.Statement.as_view(), name="account"),
    path("transfers/", transfers.Transfers.as_view(), name="transfers"),
    path("transfers/<int:pk>/", transfers.OneTransfer.as_view(), name="transfer"),
    path("transfers/<int:pk>/receipt/", transfers.Receipt.as_view(), name="receipt"),
    path("lots/", lots.Lots.as_view(), name="lots"),
    path("lots/<int:pk>/", lots.OneLot.as_view(), name="lot"),
    path("debts/", lots.Debts.as_view(), name="debts"),
    path("buy-ins/<slug:uscc>/", holdings.BuyIn.as_view(), name="buy-in"),
    path("tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/set/", tasks.SetTask.as_view(), name="task-set"),
    *paper_urls.urlpatterns,
]
