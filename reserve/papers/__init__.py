"""The papers of a claim as PDF: what an officer prints, signs, seals and files (§4, §21–23)."""

from reserve.papers.printing import (
    claim_form_pdf,
    claim_summary_pdf,
    inspection_sheet_pdf,
    joint_minutes_pdf,
    official_ledger_pdf,
    official_ledger_xlsx,
    review_sheet_pdf,
)

__all__ = [
    "claim_form_pdf",
    "claim_summary_pdf",
    "inspection_sheet_pdf",
    "joint_minutes_pdf",
    "official_ledger_pdf",
    "official_ledger_xlsx",
    "review_sheet_pdf",
]
