"""§21: which claims are inspected on site, and what a finding means."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import Verdict

_SPAN = 2**64


class TooFewInspectors(Refusal):
    """An inspection on site is made by two different people."""

    code = "too_few_inspectors"
    message = _("现场核查须由%(needed)s名不同人员进行")


class AdverseFinding(Refusal):
    """The inspection found that the reduction is not as claimed."""

    code = "adverse_finding"
    message = _("现场核查结论不符合，不得会审")


def drawn(number: str, *, book: RuleBook) -> bool:
    """
    Say whether a claim of this number is drawn for inspection on site.

    The draw depends on the number alone, so that nobody can repeat it until it suits.
    """
    draw = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], "big")
    return Fraction(draw, _SPAN) < Fraction(book.inspection_share)


def enough_inspectors(inspectors: Collection[str], *, book: RuleBook) -> Verdict:
    """Judge whether as many different people inspected as the book demands."""
    return Verdict(
        refusal=TooFewInspectors,
        clause=clause("21.1"),
        passes=len({name.strip() for name in inspectors if name.strip()}) >= book.inspectors,
        facts={"needed": book.inspectors},
    )


def nothing_adverse(*, adverse: bool) -> Verdict:
    """Judge whether the finding lets the claim go on to the joint review."""
    return Verdict(refusal=AdverseFinding, clause=clause("21.1"), passes=not adverse)
