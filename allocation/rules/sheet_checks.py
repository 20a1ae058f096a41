"""What an assessment sheet asks of the project as a whole (§7, §21): facts in, rows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocation.rules.facts import Facts
from allocation.rules.replacement import Duty, is_exempt
from allocation.rules.sheet_codes import Check, SheetCode
from allocation.rules.sheet_rows import Row, says
from monitoring.rules.reasons import Reason
from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant


# ── §7 ──
def replacement(facts: Facts, owed: Mapping[Pollutant, Duty], book: RuleBook) -> Iterator[Row]:
    """Say what §7 demands of each pollutant, or that it demands nothing."""
    if is_exempt(facts.project, book=book):
        yield Row(check=Check.REPLACEMENT, passes=True, reasons=[says(SheetCode.EXEMPT, "7.0")])
        return
    if not owed:
        yield Row(
            check=Check.REPLACEMENT, passes=True, reasons=[says(SheetCode.NO_INCREMENT, "7.0")]
        )
    for pollutant, duty in owed.items():
        found = Reason(
            code=SheetCode.DUTY,
            clause=duty.clause,
            facts={
                "pollutant": pollutant,
                "increment": text(duty.increment),
                "ratio": duty.ratio,
                "required": text(duty.required),
            },
        )
        yield Row(check=Check.REPLACEMENT, passes=True, reasons=[found], pollutant=pollutant)
        waits = facts.project.strategic_waits and pollutant in book.nutrient_pollutants
        if waits and facts.project.kind in book.strategic_kinds:
            yield Row(
                check=Check.REPLACEMENT,
                passes=False,
                only_warns=True,
                reasons=[
                    says(SheetCode.STRATEGIC_WAITS, "7.1", pollutant=pollutant, ratio=duty.ratio)
                ],
                pollutant=pollutant,
                remedy=says(SheetCode.CAN_APPROVE, "7.1", ratio=book.strategic_ratio),
            )


# ── §21: nothing is used twice ──
def once(facts: Facts, owed: Mapping[Pollutant, Duty]) -> Iterator[Row]:
    """Say whether the project has a voucher already (§21)."""
    if facts.supplements:
        yield Row(
            check=Check.ONCE,
            passes=True,
            reasons=[says(SheetCode.SUPPLEMENTS, "21.2", number=facts.supplements)],
        )
        return
    twice = [
        (pollutant, earlier.number)
        for pollutant in owed
        for earlier in facts.earlier
        if pollutant in earlier.pollutants
    ]
    for pollutant, number in twice:
        yield Row(
            check=Check.ONCE,
            passes=False,
            reasons=[says(SheetCode.VOUCHERED, "21.2", pollutant=pollutant, number=number)],
            pollutant=pollutant,
            remedy=says(SheetCode.CAN_SUPPLEMENT, "21.2"),
        )
    if not twice:
        yield Row(check=Check.ONCE, passes=True, reasons=[says(SheetCode.FIRST_TIME, "21.2")])


# ── §7 again: the offered is no less than the required ──
def cover(facts: Facts, owed: Mapping[Pollutant, Duty]) -> Iterator[Row]:
    """Say whether the offered is no less than the required (§7)."""
    for pollutant in Pollutant:
        duty = owed.get(pollutant)
        offered = facts.offered(pollutant)
        required = duty.required if duty else NOTHING
        if not required and not offered:
            continue
        missing = Grams(required - offered)
        code = (
            SheetCode.NOT_COVERED
            if missing > 0
            else SheetCode.OVERCOVERED
            if missing < 0
            else SheetCode.COVERED
        )
        yield Row(
            check=Check.COVER,
            passes=missing == 0,
            # More than needed is lawful (不低于), and still worth a look.
            only_warns=missing < 0 and duty is not None,
            reasons=[
                says(
                    code,
                    "7.0",
                    pollutant=pollutant,
                    offered=text(offered),
                    required=text(required),
                )
            ],
            pollutant=pollutant,
            remedy=says(
                SheetCode.CAN_ADD if missing > 0 else SheetCode.CAN_LESSEN,
                "7.0",
                missing=text(Grams(abs(missing))),
            )
            if missing
            else None,
        )
