"""§18: the quota that rewards a park for a year, and why it is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parks.vocabulary import RewardReason
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.mass import NOTHING, Grams, grams_of, scale_down
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardFacts:
    """What the reward for one pollutant and year depends on, masses in grams a year."""

    target_met: bool
    task_done: bool
    allowed: Grams | None
    actual: Grams | None
    """Nothing where no total is on record, which is not an emission of nothing."""
    verified: Grams
    """What claims of the members were verified for, all fates, for works finished that year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """What a park earns of one pollutant, in grams; each step of the way stands beside it."""

    pollutant: Pollutant
    saved: Grams
    earned: Grams
    paid_already: Grams
    grams: Grams
    reasons: tuple[RewardReason, ...]
    """Why there is nothing, or less than was earned; none where it is paid in full."""
    clause: Clause


def rewards(
    facts: Mapping[Pollutant, RewardFacts], *, book: RuleBook
) -> Mapping[Pollutant, Reward]:
    """Say what a park earns of each pollutant for the year (§18), in the notice's order."""
    return {
        pollutant: reward_for(facts[pollutant], pollutant=pollutant, book=book)
        for pollutant in Pollutant
        if pollutant in facts
    }


def reward_for(facts: RewardFacts, *, pollutant: Pollutant, book: RuleBook) -> Reward:
    """
    Say what a park earns of one pollutant: a part of what it stayed below its allowed total.

    Nothing unless the target is met, the binding task done and the total kept; and what claims
    for works of that year were verified for is not paid a second time (§21).
    """
    barred = tuple(_bars(facts))
    saved = earned = NOTHING
    if facts.allowed is not None and facts.actual is not None:
        saved = Grams(max(NOTHING, facts.allowed - facts.actual))
    if not barred:
        earned = scale_down(saved, book.reward_factor)
    paid = Grams(min(earned, facts.verified))
    left = Grams(earned - paid)
    cap = left if book.reward_cap is None else grams_of(book.reward_cap)
    reasons = barred or tuple(_reductions(paid=paid, left=left, cap=cap))
    return Reward(
        pollutant=pollutant,
        saved=saved,
        earned=earned,
        paid_already=paid,
        grams=Grams(min(left, cap)),
        reasons=reasons,
        clause=clause("18.1"),
    )


def _bars(facts: RewardFacts) -> Iterator[RewardReason]:
    if not facts.target_met:
        yield RewardReason.TARGET_MISSED
    if not facts.task_done:
        yield RewardReason.TASK_NOT_DONE
    if facts.allowed is None:
        yield RewardReason.NO_ALLOWED_TOTAL
    if facts.actual is None:
        yield RewardReason.NO_ACTUAL_TOTAL
    if facts.allowed is not None and facts.actual is not None and facts.actual > facts.allowed:
        yield RewardReason.TOTAL_EXCEEDED


def _reductions(*, paid: Grams, left: Grams, cap: Grams) -> Iterator[RewardReason]:
    if paid:
        yield RewardReason.PAID_BY_CLAIMS
    if left > cap:
        yield RewardReason.CAPPED
