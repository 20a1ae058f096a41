"""What projects must give up, and what the ledger says they have for it (§7, §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from allocation.models import Application, Project
from allocation.rules import replacement
from allocation.rules.facts import ProjectFacts
from allocation.rules.replacement import Duty
from allocation.selectors import vouchers
from allocation.vocabulary import Priority, ProjectKind
from quota_registry.kernel.mass import NOTHING, Grams, scale_down
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance
from reserve.vocabulary import AccountKind


@dataclass(frozen=True, slots=True)
class Cover:
    """Of one pollutant: what a project owes, if anything, and the grams it has used up for it."""

    pollutant: Pollutant
    duty: Duty | None
    used: Grams

    @property
    def required(self) -> Grams:
        """Say how much must be replaced."""
        return self.duty.required if self.duty else NOTHING


def of(projects: Sequence[Project], *, book: RuleBook) -> dict[int, list[Cover]]:
    """
    Say of each of *projects*, by its id, how far its duties by *book* are covered.

    One question for all of them; their amounts come with them. What was given back is not there.
    """
    used = _used([project.number for project in projects])
    return {project.pk: _covers(project, used, book) for project in projects}


def _covers(
    project: Project, used: Mapping[tuple[str, Pollutant], Grams], book: RuleBook
) -> list[Cover]:
    owed = duties(project, book=book)
    found = [
        Cover(pollutant, owed.get(pollutant), used.get((project.number, pollutant), NOTHING))
        for pollutant in Pollutant
    ]
    return [cover for cover in found if cover.duty or cover.used]


def uncovered(project: Project) -> dict[Pollutant, Grams]:
    """
    Give what the EIA approved beyond what the project's vouchers still cover, by pollutant.

    What was approved last counts, also where its own voucher went back since.
    """
    approved = _approved(project)
    covered: dict[Pollutant, int] = {}
    granted = list(
        project.applications.granted().select_related("voucher").prefetch_related("lines")
    )
    left = vouchers.lefts([application.voucher for application in granted])
    for application in granted:
        for pollutant, grams in covered_by(application, left[application.voucher.pk]).items():
            covered[pollutant] = covered.get(pollutant, 0) + grams
    return {
        pollutant: Grams(grams - covered.get(pollutant, 0))
        for pollutant, grams in approved.items()
        if grams > covered.get(pollutant, 0)
    }


def _approved(project: Project) -> dict[Pollutant, int]:
    """Give the increments that the EIA approved last; a supplement only covers what it did."""
    asked = project.applications.filter(supplements=None, approved_on__isnull=False)
    last = asked.order_by("-pk").first()
    if last is None:
        return {}
    lines = {Pollutant(one.pollutant): one.approved for one in last.lines.all()}
    beyond = {Pollutant(p): grams for p, grams in last.approved_beyond.items()}
    return {p: grams for p, grams in (lines | beyond).items() if grams is not None}


def covered_by(application: Application, left: Mapping[Pollutant, Grams]) -> dict[Pollutant, Grams]:
    """
    Give the increments that a voucher still covers, of which so much is left.

    That is what the ledger has left of it, back through its ratio: quota that was given back
    covers nothing (§21).
    """
    return {
        Pollutant(line.pollutant): Grams(
            min(
                scale_down(left.get(Pollutant(line.pollutant), NOTHING), 1 / Fraction(line.ratio)),
                line.increment,
            )
        )
        for line in application.lines.all()
    }


def facts_of(project: Project) -> ProjectFacts:
    """Give a project on record as the rules see it, but for where it lies."""
    return ProjectFacts(
        kind=ProjectKind(project.kind),
        strategic=project.is_strategic,
        strategic_waits=bool(project.strategic_class) and not project.is_strategic,
        priority=Priority(project.priority),
        exempt_kind=project.exempt_kind,
        increments={
            Pollutant(row.pollutant): Grams(row.increment) for row in project.amounts.all()
        },
    )


def duties(project: Project, *, book: RuleBook) -> Mapping[Pollutant, Duty]:
    """Say what a project on record must replace by *book*."""
    return replacement.duties(facts_of(project), book=book)


def _used(numbers: Sequence[str]) -> dict[tuple[str, Pollutant], Grams]:
    rows = (
        Balance.objects.filter(account__kind=AccountKind.USED, account__case__in=numbers)
        .values_list("account__case", "account__pollutant")
        .annotate(total=Sum("grams"))
        .order_by()
    )
    return {(case, Pollutant(pollutant)): Grams(total) for case, pollutant, total in rows}
