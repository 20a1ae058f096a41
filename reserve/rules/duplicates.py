"""§21: the same project is not claimed twice for the same pollutant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import normalise_project
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.verdicts import Verdict
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import ClaimStatus


class ClaimedBefore(Refusal):
    """The same project was claimed before for the same pollutant."""

    code = "claimed_before"
    message = _("同一项目的%(pollutants)s已由%(number)s申报，不得重复")


class PaidByReward(Refusal):
    """The park's reward of the year in which the works were finished paid for the cut already."""

    code = "paid_by_reward"
    message = _(
        "%(place)s%(year)s年度的%(pollutants)s奖励额度已入库（%(numbers)s），其中含该年完成的减排，"
        "不得再次入库；奖励额度作废后可以申报，由新版园区年度重新核算"
    )


@dataclass(frozen=True, slots=True)
class ProjectKey:
    """What makes a project the same: the polluter's code and the project's normalised name."""

    uscc: str
    project: str

    @classmethod
    def of(cls, uscc: str, project: str) -> ProjectKey:
        """Make the key of a project from the names on paper."""
        return cls(uscc=uscc, project=normalise_project(project))


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A claim on record: its number, project, pollutants and status."""

    number: str
    key: ProjectKey
    pollutants: frozenset[Pollutant]
    status: ClaimStatus


def claimed_once(
    key: ProjectKey, pollutants: Collection[Pollutant], *, known: Iterable[KnownClaim]
) -> Verdict:
    """
    Judge whether a project is claimed for the first time, for each of its pollutants.

    Refused and withdrawn claims do not count, and a claim does not stand in its own way if the
    caller leaves it out of those known.
    """
    for claim in known:
        again = claim.pollutants.intersection(pollutants)
        if claim.key == key and claim.status.bars_the_same_project and again:
            names = "、".join(str(p.label) for p in Pollutant if p in again)
            return Verdict(
                refusal=ClaimedBefore,
                clause=clause("21.2"),
                passes=False,
                facts={"number": claim.number, "pollutants": names},
            )
    return Verdict(refusal=ClaimedBefore, clause=clause("21.2"), passes=True)


def paid_by_no_reward(
    pollutants: Collection[Pollutant],
    *,
    rewards: Iterable[tuple[Pollutant, str]],
    place: str,
    year: int,
) -> Verdict:
    """
    Judge whether no reward of the park paid for what was finished in a year (§18, §21).

    A reward counts what the park's total fell by, less what claims brought in; a claim filed only
    after it would bring the same cut in again. *rewards* are those in the ledger before that day,
    by pollutant and number.
    """
    paid = [(pollutant, number) for pollutant, number in rewards if pollutant in pollutants]
    facts = {
        "place": place,
        "year": year,
        "pollutants": "、".join(str(p.label) for p in Pollutant if p in dict(paid)),
        "numbers": "、".join(sorted({number for _pollutant, number in paid})),
    }
    return Verdict(refusal=PaidByReward, clause=clause("21.2"), passes=not paid, facts=facts)
