"""A row that leaves a sheet, signed and given to whoever took it out, to be put back unchanged."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from django.core import signing

from parks.models import AnnualTotals, TotalsRow
from parks.services.totals_rows import RowContent, content_of


def keep(row: TotalsRow) -> str:
    """Write down all that a row says; nobody can change it on the way."""
    said = asdict(content_of(row))
    said["output"] = None if row.output is None else str(row.output)
    return signing.dumps(said, salt=_salt(row.totals_id), compress=True)


def kept(totals: AnnualTotals, token: str) -> RowContent:
    """
    Read a row of *totals* that was written down.

    :raises ValueError: if it was not written here, or not of these totals.
    """
    try:
        said = signing.loads(token, salt=_salt(totals.pk))
    except signing.BadSignature as error:
        raise ValueError(token) from error
    output = said.pop("output")
    return RowContent(**said, output=None if output is None else Decimal(output))


def _salt(totals: int) -> str:
    return f"parks.totals.{totals}"
