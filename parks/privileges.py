"""What the application may do to each table of the parks."""

from typing import Final

from quota_registry.kernel.database import CHANGE, GROW, KEEP, Grants

PRIVILEGES: Final[dict[str, Grants]] = {
    "parks_park": CHANGE,
    "parks_member": CHANGE,
    "parks_sewageworks": CHANGE,
    "parks_annualtotals": CHANGE,
    "parks_totalswriter": GROW,
    "parks_totalsrow": KEEP,
    "parks_totalsremark": GROW,
    "parks_totalslist": CHANGE,
    "parks_parkyear": CHANGE,
    "parks_yearline": KEEP,
}
