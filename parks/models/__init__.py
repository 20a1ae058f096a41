"""What the floor of the parks keeps."""

from parks.models.register import Member, Park, SewageWorks
from parks.models.totals import AnnualTotals, TotalsList, TotalsRemark, TotalsRow, TotalsWriter
from parks.models.year import ParkYear, YearLine

__all__ = [
    "AnnualTotals",
    "Member",
    "Park",
    "ParkYear",
    "SewageWorks",
    "TotalsList",
    "TotalsRemark",
    "TotalsRow",
    "TotalsWriter",
    "YearLine",
]
