"""What the registry computes for a park's year (§16, §18): always beside what people state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from monitoring.models import Judgement, Target
from monitoring.vocabulary import TargetStatus
from parks.models import ParkYear, TotalsRow, YearLine
from parks.rules.allowed_total import allowed_totals, first_totals
from parks.rules.reward import RewardFacts
from parks.selectors import members, totals
from parks.vocabulary import TotalMethod, YearStatus
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import Balance, ClaimLine, Lot
from reserve.vocabulary import AccountKind, ClaimStatus, LineStatus, LotSourceKind

NEVER_COUNTS = (ClaimStatus.DRAFT, ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What is computed for one pollutant, in grams, and how; nothing where it cannot be."""

    pollutant: Pollutant
    before: Grams | None
    before_method: str
    allowed: Grams | None
    allowed_method: str
    actual: Grams | None
    actual_method: str
    target_met: bool
    rate: str

    @property
    def figures(self) -> tuple[Grams | None, Grams | None, Grams | None]:
        """Give the three figures that a person may state otherwise, with a reason."""
        return self.before, self.allowed, self.actual

    def written(self) -> dict[str, Any]:
        """Write it down beside what was stated, so that it can be compared years later."""
        return {
            "before": self.before,
            "allowed": self.allowed,
            "actual": self.actual,
            "target_met": self.target_met,
            "rate": self.rate,
        }


def targets_of(year: ParkYear) -> QuerySet[Target]:
    """List the year's targets of the park that are proposed or in force (§15)."""
    return Target.objects.filter(
        place=year.place_id,
        year=year.year,
        status__in=(TargetStatus.PROPOSED, TargetStatus.IN_FORCE),
    ).order_by("indicator")


def proposed(year: ParkYear, *, book: RuleBook) -> Mapping[Pollutant, Proposed]:
    """
    Compute both totals of every pollutant (§16).

    Last year's allowed total is what was fixed then, or where none was fixed before the sum of its
    members' permits; the actual one is the sum of the accepted annual totals. For a park that left
    a year out nothing is computed: it is stated, with its reason.
    """
    met = {medium: judged.quality_met for medium, judged in _judgements(year).items()}
    fixed = fixed_totals(year.place_id, year.result_year)
    permitted = {} if _was_fixed_before(year) else first_totals(_permitted(year))
    before = fixed or permitted
    carried = allowed_totals(before, targets_met=met, book=book)
    actual = totals.counted(year.totals)
    return {
        pollutant: Proposed(
            pollutant=pollutant,
            before=before.get(pollutant),
            before_method=_named(
                pollutant in before, TotalMethod.CARRIED if fixed else TotalMethod.PERMITS
            ),
            allowed=carried[pollutant].grams if pollutant in carried else None,
            allowed_method=_named(pollutant in carried, TotalMethod.CARRIED),
            actual=actual.get(pollutant),
            actual_method=_named(pollutant in actual, TotalMethod.REPORTED),
            target_met=met[pollutant.medium],
            rate=str(carried[pollutant].rate) if pollutant in carried else "0",
        )
        for pollutant in Pollutant
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A total that is to be fixed, in grams: how it was found, and what the registry computed."""

    grams: Grams | None
    method: str
    computed: Grams | None

    @property
    def differs(self) -> bool:
        """Say whether somebody proposed another figure than the computed one."""
        return self.grams != self.computed


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFix:
    """What is fixed of one pollutant, and what was emitted in the year before the result year."""

    pollutant: Pollutant
    before: Figure
    actual: Figure
    allowed: Figure
    last_actual: Grams | None
    reason: str


def to_fix(year: ParkYear) -> list[ToFix]:
    """List the very figures that a second person is about to fix, pollutant by pollutant (§16)."""
    last = dict(
        YearLine.objects.filter(
            of__place=year.place_id, of__year=year.year - 1, of__fixed_on__isnull=False
        )
        .exclude(of__status=YearStatus.REPLACED)
        .exclude(actual=None)
        .values_list("pollutant", "actual")
    )
    lines = {line.pollutant: line for line in year.lines.all()}
    return [
        ToFix(
            pollutant=pollutant,
            before=_figure(line, "before"),
            actual=_figure(line, "actual"),
            allowed=_figure(line, "allowed"),
            last_actual=None if (grams := last.get(pollutant)) is None else Grams(grams),
            reason=line.reason,
        )
        for pollutant in Pollutant
        if (line := lines.get(pollutant)) is not None
    ]


def fixed_totals(place: str, year: int) -> Mapping[Pollutant, Grams]:
    """Give a park's allowed totals of a year as last fixed: a version under way changes none."""
    fixed = ParkYear.objects.filter(place=place, year=year, fixed_on__isnull=False)
    last = fixed.order_by("-version").first()
    lines = [] if last is None else last.lines.exclude(allowed=None)
    return {Pollutant(line.pollutant): Grams(line.allowed) for line in lines}


def _was_fixed_before(year: ParkYear) -> bool:
    """Say whether an allowed total was ever fixed for the park before: then none is the first."""
    earlier = ParkYear.objects.filter(place=year.place_id, year__lt=year.year)
    return earlier.filter(fixed_on__isnull=False).exists()


def reward_facts(year: ParkYear) -> Mapping[Pollutant, RewardFacts]:
    """Gather what each reward depends on (§18): results, both totals, what claims verified."""
    judged = _judgements(year)
    verified = verified_of_members(year)
    return {
        pollutant: RewardFacts(
            target_met=judged[pollutant.medium].quality_met,
            task_done=judged[pollutant.medium].task_done,
            allowed=None if line.before is None else Grams(line.before),
            actual=None if line.actual is None else Grams(line.actual),
            verified=verified.get(pollutant, NOTHING),
        )
        for line in year.lines.all()
        if (pollutant := Pollutant(line.pollutant))
    }


def paid_for(year: ParkYear) -> QuerySet[Polluter]:
    """
    Give those whose cuts a reward pays for: the members, and whoever the totals counted.

    Whoever was found to have left before the year is counted all the same, once it was reported.
    """
    return Polluter.objects.filter(
        Q(pk__in=members.of_year(year.place_id, year.result_year))
        | Q(pk__in=TotalsRow.objects.filter(totals=year.totals_id).values("polluter"))
    )


def verified_of_members(year: ParkYear) -> Mapping[Pollutant, Grams]:
    """Sum what claims of the members were verified for, works finished in the result year."""
    return {
        pollutant: Grams(sum(by_claim.values()))
        for pollutant, by_claim in claims_of_members(year).items()
    }


def claims_of_members(year: ParkYear) -> Mapping[Pollutant, Mapping[str, Grams]]:
    """
    Give what claims of the park's members were verified for, by their numbers.

    All fates count, and claims under way too: whoever's claim is admitted later has been paid by
    it. Admitted ones count as corrected since, voided ones not at all (§21).
    """
    polluters = paid_for(year).values("pk")
    first, last = date(year.result_year, 1, 1), date(year.result_year, 12, 31)
    found: dict[Pollutant, dict[str, Grams]] = defaultdict(dict)
    under_way = (
        ClaimLine.objects.filter(
            claim__polluter__in=polluters, claim__finished_on__range=(first, last)
        )
        .exclude(claim__status__in=(*NEVER_COUNTS, ClaimStatus.ADMITTED))
        .exclude(status=LineStatus.REFUSED)
    )
    for pollutant, number, grams in under_way.values_list("pollutant", "claim__number", "verified"):
        found[Pollutant(pollutant)][number] = Grams(grams)
    admitted = Lot.objects.filter(
        source__kind=LotSourceKind.CLAIM,
        polluter__in=polluters,
        vintage__range=(first, last),
        voiding=None,
    )
    came = Balance.objects.filter(account__kind=AccountKind.ORIGIN, lot__in=admitted)
    for pollutant, number, grams in (
        came.order_by()
        .values_list("account__pollutant", "lot__source__number")
        .annotate(grams=Sum("grams"))
    ):
        # What came into being stands below zero where it came from.
        found[Pollutant(pollutant)][number] = Grams(-grams)
    return found


def _figure(line: YearLine, name: str) -> Figure:
    method = getattr(line, f"{name}_method")
    return Figure(
        grams=getattr(line, name),
        method=str(TotalMethod(method).label) if method else "",
        computed=line.inputs.get(name),
    )


def _judgements(year: ParkYear) -> Mapping[Medium, Judgement]:
    assert year.air is not None
    assert year.water is not None
    return {Medium.AIR: year.air, Medium.WATER: year.water}


def _permitted(year: ParkYear) -> list[Mapping[Pollutant, Grams]]:
    """
    List what the permits of the members state at the end of the result year.

    Whoever left before lies elsewhere: its permit counts where it lies now, and counts once.
    """
    last = date(year.result_year, 12, 31)
    return list(members.permitted(members.on_the_day(year.place_id, last), last).values())


def _named(known: bool, method: TotalMethod) -> str:
    return method.value if known else ""
