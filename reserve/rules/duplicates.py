"""§21: the same project is not claimed twice for the same pollutant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import normalise_project
from quota_registry.kernel.mass import Grams
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarded:
    """A park's reward in the ledger, and the grams that it counted of the claim asked about."""

    number: str
    place: str
    year: int
    pollutant: Pollutant
    counted: Grams


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


def paid_by_no_reward(verified: Mapping[Pollutant, int], *, rewards: Iterable[Rewarded]) -> Verdict:
    """
    Judge whether no reward paid for what a claim says was cut, in grams by pollutant (§18, §21).

    A reward is of what the park's total fell by, less what claims were verified for: what one says
    beyond what was counted of it, filed or corrected since, would bring the same cut in again.
    """
    paid = [one for one in rewards if verified.get(one.pollutant, 0) > one.counted]
    pollutants = {one.pollutant for one in paid}
    facts = {
        "place": "、".join(sorted({one.place for one in paid})),
        "year": "、".join(sorted({str(one.year) for one in paid})),
        "pollutants": "、".join(str(p.label) for p in Pollutant if p in pollutants),
        "numbers": "、".join(sorted({one.number for one in paid})),
    }
    return Verdict(refusal=PaidByReward, clause=clause("21.2"), passes=not paid, facts=facts)
