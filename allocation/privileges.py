"""What the application may do to each table of the desk."""

from typing import Final

from quota_registry.kernel.database import CHANGE, GROW, KEEP, Grants

PRIVILEGES: Final[dict[str, Grants]] = {
    "allocation_project": CHANGE,
    "allocation_projectamount": KEEP,
    "allocation_application": CHANGE,
    "allocation_applicationline": KEEP,
    "allocation_applicationsource": KEEP,
    "allocation_applicationsheet": GROW,
    "allocation_divisionopinion": GROW,
    "allocation_signature": GROW,
    "allocation_voucher": GROW,
    "allocation_giveback": GROW,
    "allocation_dispatchlist": CHANGE,
    "allocation_eiaapproval": CHANGE,
    "allocation_permitcancellation": CHANGE,
    "allocation_matchopinion": GROW,
    "allocation_dispatchround": CHANGE,
    "allocation_dispatchtask": CHANGE,
    "allocation_finding": GROW,
    "allocation_trade": CHANGE,
    "allocation_tradeline": GROW,
}
