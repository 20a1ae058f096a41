"""§6 on the assessment sheet: of every reserve drawn on it says whom that serves first."""

from __future__ import annotations

from datetime import date

import pytest

from allocation.rules import sheet_sources
from allocation.rules.facts import Facts, ProjectFacts, SourceFacts
from allocation.rules.sheet_codes import Check, SheetCode
from allocation.vocabulary import Draw, Moment, Priority, ProjectKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant, Tier

OWN, UPPER = Draw.OWN_RESERVE, Draw.UPPER_RESERVE
NONE, INDUSTRIAL, SCITECH = Priority.NONE, Priority.INDUSTRIAL, Priority.SCITECH

SAID = (
    # draw, tier, priority of the project → what the sheet says, by which clause
    (OWN, Tier.COUNTY, INDUSTRIAL, SheetCode.LOCAL_FIRST, "6.2"),
    (OWN, Tier.COUNTY, NONE, SheetCode.LOCAL_OTHERS, "6.2"),
    (OWN, Tier.PARK, INDUSTRIAL, SheetCode.LOCAL_FIRST, "6.2"),
    (UPPER, Tier.COUNTY, SCITECH, SheetCode.LOCAL_OTHERS, "6.2"),
    (UPPER, Tier.CITY, SCITECH, SheetCode.LISTED, "6.1"),
    (UPPER, Tier.CITY, INDUSTRIAL, SheetCode.UNLISTED, "6.1"),
    # §6 does not speak of these.
    (UPPER, Tier.PROVINCE, SCITECH, None, ""),
    (Draw.OWN_HOLDING, None, SCITECH, None, ""),
    (Draw.OTHER_RESERVE, Tier.COUNTY, INDUSTRIAL, None, ""),
)


@pytest.mark.parametrize(("draw", "tier", "priority", "code", "clause"), SAID)
def test_the_sheet_says_whom_a_reserve_serves_first(
    draw: Draw, tier: Tier | None, priority: Priority, code: SheetCode | None, clause: str
) -> None:
    source = SourceFacts(
        pollutant=Pollutant.NOX,
        name="昆山市",
        draw=draw,
        grams=Grams(1),
        available=Grams(1),
        plain=Grams(1),
        tier=tier,
    )
    project = ProjectFacts(kind=ProjectKind.NEW, priority=priority)
    facts = Facts(project=project, sources=[source], on=date(2026, 9, 30))
    rows = sheet_sources.of_source(source, facts, RuleBook(), Moment.FILED)
    found = [row for row in rows if row.check is Check.PRIORITY]
    if code is None:
        assert found == []
        return
    (row,) = found
    (reason,) = row.reasons
    assert (reason.code, reason.clause.key) == (code, clause)
    assert row.passes is (code is not SheetCode.UNLISTED)
