"""§3, §20 and §21: every verified gram has one fate, debts come first, deceit is void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import Verdict
from reserve.rules import intake
from reserve.vocabulary import Destination, Fate


class UsesExceedVerified(Refusal):
    """What was used already is more than what was verified."""

    code = "uses_exceed_verified"
    message = _("已用于约束性减排和建设项目的%(used)s超过核定减排量%(verified)s吨/年")


class NegativeAmount(Refusal):
    """An amount is below zero."""

    code = "negative"
    message = _("减排量不得为负数")


class NothingVerified(Refusal):
    """The line verifies nothing."""

    code = "nothing_verified"
    message = _("核定减排量须大于零")


@dataclass(frozen=True, slots=True)
class Line:
    """One pollutant of a claim: what was verified and what of it was used before."""

    verified: Grams
    binding: Grams = NOTHING
    earlier: Grams = NOTHING

    @property
    def admissible(self) -> Grams:
        """Give what remains: verified = binding + earlier projects + admissible (§3)."""
        return Grams(self.verified - self.binding - self.earlier)


def no_amount_is_negative(line: Line) -> Verdict:
    """Judge whether every amount of a line is zero or more."""
    return Verdict(
        refusal=NegativeAmount,
        clause=clause("3.2"),
        passes=min(line.verified, line.binding, line.earlier) >= 0,
    )


def something_is_verified(line: Line) -> Verdict:
    """Judge whether a line verifies anything at all."""
    return Verdict(refusal=NothingVerified, clause=clause("2.1"), passes=line.verified > 0)


def uses_fit(line: Line) -> Verdict:
    """Judge whether what was used before lies within what was verified."""
    return Verdict(
        refusal=UsesExceedVerified,
        clause=clause("3.2"),
        passes=line.admissible >= 0,
        facts={
            "used": mass.text(line.binding + line.earlier),
            "verified": mass.text(line.verified),
        },
    )


def check(line: Line) -> tuple[Verdict, ...]:
    """Judge a line: amounts at all, none negative, and uses that fit."""
    return (no_amount_is_negative(line), something_is_verified(line), uses_fit(line))


def of(
    line: Line,
    *,
    book: RuleBook,
    debt: Grams = NOTHING,
    province: Grams | None = None,
    destination: Destination = Destination.RESERVE,
) -> Mapping[Fate, Grams]:
    """
    Give every verified gram its fate; the amounts sum to what was verified, zeros are left out.

    The declarer's debt is repaid first, then the province's part is taken, at most what is left;
    without a letter (None) the book's share fills it in. What a polluter keeps of its own
    treatment never was the place's, so it pays no debt and is not divided (§13).

    :raises NegativeAmount: or another refusal of `check`, if the line is not in order.
    """
    for verdict in check(line):
        verdict.require()
    found = {Fate.BINDING: line.binding, Fate.PRIOR_USE: line.earlier}
    if destination is Destination.HOLDING:
        found[Fate.HOLDING] = line.admissible
    else:
        cover = Grams(min(debt, line.admissible))
        rest = Grams(line.admissible - cover)
        stated = intake.province_part(rest, book=book) if province is None else province
        shares = intake.divide(rest, province=Grams(min(stated, rest)), book=book)
        found |= {
            Fate.COVER: cover,
            Fate.PROVINCE: shares.province,
            Fate.CITY: shares.city,
            Fate.LOCAL: shares.local,
        }
    return {fate: grams for fate, grams in found.items() if grams}


@dataclass(frozen=True, slots=True)
class VoidPlan:
    """What is taken back of a false claim: per account what is voided, and the debt that stays."""

    taken: tuple[Grams, ...]
    debt: Grams

    @property
    def voided(self) -> Grams:
        """Give all that goes to the void accounts."""
        return Grams(sum(self.taken))


def void(entered: Grams, *, unspent: Sequence[Grams]) -> VoidPlan:
    """
    Plan the void of an amount that entered by deceit (§21).

    Takes what is left of it per account, held ones first; all of that is voided, and what is
    spent becomes a debt of the declarer.
    """
    taken: list[Grams] = []
    open_amount = entered
    for left in unspent:
        part = Grams(min(left, open_amount))
        taken.append(part)
        open_amount = Grams(open_amount - part)
    return VoidPlan(taken=tuple(taken), debt=open_amount)
