"""What the application and the ledger's functions may do to each table of the stock."""

from typing import Final

from quota_registry.kernel.database import CHANGE, GROW, KEEP, Grants

# The ledger's functions add rows and read; not even they can change or remove one. What they may
# not touch at all (balances, seals, a claim's writers) is written by triggers and functions that
# the owner owns.
LEDGER_ROWS: Final = Grants(app="SELECT", ledger="SELECT, INSERT")
KEPT_BY_GUARDS: Final = Grants(app="SELECT", ledger="SELECT")

PRIVILEGES: Final[dict[str, Grants]] = {
    "reserve_account": LEDGER_ROWS,
    "reserve_source": LEDGER_ROWS,
    "reserve_lot": LEDGER_ROWS,
    "reserve_transfer": LEDGER_ROWS,
    "reserve_entry": LEDGER_ROWS,
    "reserve_voiding": LEDGER_ROWS,
    "reserve_debt": LEDGER_ROWS,
    "reserve_balance": KEPT_BY_GUARDS,
    "reserve_seal": KEPT_BY_GUARDS,
    "reserve_position": KEPT_BY_GUARDS,
    "reserve_closedquarter": LEDGER_ROWS,
    "reserve_openingstock": Grants(app="SELECT, INSERT, UPDATE, DELETE", ledger="SELECT"),
    "reserve_openingrow": KEEP,
    "reserve_claim": CHANGE,
    "reserve_claimwriter": KEPT_BY_GUARDS,
    "reserve_claimline": KEEP,
    "reserve_claimrevision": GROW,
    "reserve_evidence": CHANGE,
    "reserve_inspection": CHANGE,
    "reserve_opinion": GROW,
    "reserve_provinceletter": GROW,
    "reserve_correction": CHANGE,
    "reserve_reductiontask": CHANGE,
    "reserve_importbatch": CHANGE,
    "reserve_importrow": KEEP,
}
