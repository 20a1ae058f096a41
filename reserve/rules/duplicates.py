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
