"""Reading the quarter's lists of the bureau: EIA approvals and cancelled permits (P4)."""
