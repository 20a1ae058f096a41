"""What is known of the polluters that a workbook of totals names, and what it makes wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models.expressions import RawSQL

from parks.imports import workbook
from parks.imports.rows import OWN_MESSAGES, TWICE
from parks.imports.workbook import ReadSheet, Workbook
from parks.models import Member
from quota_registry.kernel.models import Polluter, PolluterName


class Known:
    """What the registry knows of the polluters that a workbook names: asked once, for all rows."""

    def __init__(self, found: Workbook, year: int, names: Mapping[str, str]) -> None:
        self.year, self.names = year, names
        self.polluters = polluters_of(found)
        self.parks: dict[int | str, set[str]] = {}
        """The parks of a polluter, by its key, or by its code while nobody knows it."""
        for polluter, place in (
            Member.objects.in_year(year)
            .filter(polluter__in=one_by_one(self.polluters.values()))
            .values_list("polluter_id", "place_id")
            .order_by("pk")
        ):
            self.parks.setdefault(polluter, set()).add(place)

    def mark(self, sheet: ReadSheet) -> None:
        """
        Mark the rows of a sheet that state a polluter of another park, or one a second time.

        Whom no park has yet lies in the first that states it: sheets are asked one after another.
        """
        seen: dict[tuple[int | str, str], int] = {}
        for row in sheet.rows:
            uscc, source = row.values.get("uscc", ""), row.values.get("source", "")
            if not uscc:
                continue
            # A polluter is one under the code that it bore before, too.
            whose = self.polluters.get(uscc, uscc)
            parks = self.parks.setdefault(whose, {sheet.place})
            if sheet.place not in parks:
                facts = {"year": self.year, "place": self.names.get(min(parks), min(parks))}
                template = OWN_MESSAGES["member_elsewhere"]
                workbook.wrong(
                    sheet, row, "uscc", "member_elsewhere", facts=facts, template=template
                )
            if (first := seen.setdefault((whose, source), row.number)) != row.number:
                template = OWN_MESSAGES[TWICE]
                workbook.wrong(sheet, row, "uscc", TWICE, facts={"row": first}, template=template)


def polluters_of(found: Workbook) -> dict[str, int]:
    """Find the registered polluters that a workbook names, also by a code that one bore before."""
    usccs = {
        row.values["uscc"] for sheet in found.sheets for row in sheet.rows if "uscc" in row.values
    }
    former = PolluterName.objects.filter(uscc__in=one_by_one(usccs, "text")).order_by("until")
    now = Polluter.objects.filter(uscc__in=one_by_one(usccs, "text"))
    return dict(former.values_list("uscc", "polluter")) | dict(now.values_list("uscc", "pk"))


def one_by_one(values: Collection[Any], kind: str = "bigint") -> RawSQL:
    """Pass many values as one parameter: 100 000 places to fill take seconds to write and parse."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])
