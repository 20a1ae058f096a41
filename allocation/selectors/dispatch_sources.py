"""The three sources of a quarter's dispatch, brought together as the rules ask for them (P4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Q

from allocation.models import (
    Application,
    EiaApproval,
    MatchOpinion,
    PermitCancellation,
    Project,
    Voucher,
)
from allocation.rules.dispatch_facts import (
    Amounts,
    Approved,
    CancelledPermit,
    ChangedPermit,
    ClaimMade,
    Gathered,
    Held,
    Papers,
    Subject,
)
from allocation.selectors import clocks
from allocation.vocabulary import GRANTED, CancelReason
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import PermitVersion
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim
from reserve.vocabulary import ClaimStatus, SourceKind

LOOKED_BACK: Final = 3
"""A change of a permit is chased in its own quarter and in so many after it."""

Named = tuple[str, str]
"""A project as two papers mean the same one: code of the polluter, normalised name (RULES §5)."""


def gather(quarter: Quarter, *, on: date) -> Gathered:
    """
    Bring together what is known on the day *on* of *quarter*, and of lists before it.

    What an earlier list left open is chased until it is settled.
    """
    first = quarter.period.start
    end = quarter.period.end
    assert end is not None
    permits = list(PermitCancellation.objects.brought_in_by(first).order_by("id"))
    changes = _changes(quarter.plus(-LOOKED_BACK).period.start, end)
    claims = _claims(
        {row.uscc for row in permits} | {now.permit.polluter.uscc for now, _before in changes}
    )
    projects = _projects()
    return Gathered(
        cancelled=[
            CancelledPermit(
                number=row.number,
                subject=_subject(row),
                cancelled_on=row.cancelled_on,
                reason=CancelReason(row.reason),
                reason_word=row.reason_word,
                amounts=_amounts(row.amounts),
                claims=claims[row.uscc],
            )
            for row in permits
        ],
        changed=[_changed(now, before, claims) for now, before in changes],
        approved=_approved(first, projects),
        papers=[
            papers
            for papers in projects.values()
            if papers.issued_on is not None and papers.issued_on < end
        ],
        held=_held(on),
    )


def _subject(row: Any, *, project: str = "") -> Subject:
    return Subject(place=row.place_id, uscc=row.uscc, name=row.name, project=project)


def _amounts(stored: Mapping[str, int]) -> Amounts:
    return {Pollutant(code): Grams(grams) for code, grams in stored.items()}


# ── Claims and permits ──
def _claims(usccs: Iterable[str]) -> Mapping[str, Sequence[ClaimMade]]:
    found: dict[str, list[ClaimMade]] = defaultdict(list)
    rows = (
        Claim.objects.filter(polluter__uscc__in=set(usccs))
        .exclude(status=ClaimStatus.WITHDRAWN)
        .order_by("id")
        .values_list(
            "polluter__uscc",
            "number",
            "filed_on",
            "source_kind",
            "permit__number",
            "permit_changed_on",
        )
    )
    for uscc, number, filed_on, kind, permit, changed_on in rows:
        found[uscc].append(
            ClaimMade(
                number=number,
                filed=filed_on is not None,
                closure=kind == SourceKind.CLOSURE,
                permit=permit or "",
                permit_changed_on=changed_on,
            )
        )
    return found


def _changes(starts: date, ends: date) -> list[tuple[PermitVersion, PermitVersion]]:
    """Pair each version of a permit that was made in these days with the one before it."""
    made = PermitVersion.objects.filter(
        changed_on__gte=starts, changed_on__lt=ends, number__gt=1, cancelled=False
    )
    versions = (
        PermitVersion.objects.filter(permit__in=made.values("permit"))
        .select_related("permit__polluter")
        .prefetch_related("amounts")
        .order_by("permit_id", "number")
    )
    pairs = []
    before: PermitVersion | None = None
    for now in versions:
        follows = before is not None and before.permit_id == now.permit_id
        if before is not None and follows and starts <= now.changed_on < ends and not now.cancelled:
            pairs.append((now, before))
        before = now
    return pairs


def _changed(
    now: PermitVersion, before: PermitVersion, claims: Mapping[str, Sequence[ClaimMade]]
) -> ChangedPermit:
    polluter = now.permit.polluter
    return ChangedPermit(
        number=f"{now.permit.number}/{now.number}",
        subject=Subject(place=polluter.place_id, uscc=polluter.uscc, name=polluter.name),
        changed_on=now.changed_on,
        before=_stated(before),
        after=_stated(now),
        claims=[
            one for one in claims.get(polluter.uscc, ()) if one.permit in ("", now.permit.number)
        ],
    )


def _stated(version: PermitVersion) -> Amounts:
    return {Pollutant(one.pollutant): Grams(one.grams) for one in version.amounts.all()}


# ── Projects, their vouchers and the approvals that name them ──
def _projects() -> dict[Named, Papers]:
    """Give every project that has a voucher, had one, or is exempt, by code and name."""
    rows = (
        Project.objects.filter(Q(applications__voucher__isnull=False) | ~Q(exempt_kind=""))
        .distinct()
        .select_related("polluter")
        .prefetch_related("applications__lines", "applications__voucher")
        .order_by("id")
    )
    return {(row.polluter.uscc, row.project_key): _papers(row) for row in rows}


def _papers(project: Project) -> Papers:
    good = [
        application
        for application in project.applications.all()
        if application.status in GRANTED and hasattr(application, "voucher")
    ]
    increments: dict[Pollutant, Grams] = {}
    for application in good:
        for line in application.lines.all():
            # What was approved smaller than asked for went back; the rest is what is covered.
            covered = (
                line.increment if line.approved is None else min(line.increment, line.approved)
            )
            pollutant = Pollutant(line.pollutant)
            increments[pollutant] = Grams(increments.get(pollutant, NOTHING) + covered)
    return Papers(
        project=project.number,
        subject=Subject(
            place=project.place_id,
            uscc=project.polluter.uscc,
            name=project.polluter.name,
            project=project.name,
        ),
        vouchers=tuple(sorted(application.voucher.number for application in good)),
        issued_on=min((application.voucher.issued_on for application in good), default=None),
        increments=increments,
        approvals=tuple(sorted({one.approval_number for one in good if one.approval_number})),
        exempt_kind=project.exempt_kind,
    )


def _approved(first: date, projects: Mapping[Named, Papers]) -> list[Approved]:
    rows = list(EiaApproval.objects.brought_in_by(first).order_by("id"))
    opinions = _opinions(rows)
    by_voucher = _by_voucher(projects, {row.voucher_number for row in rows})
    recorded = {
        number: papers
        for papers in projects.values()
        for number in papers.approvals
        if papers.vouchers
    }
    named: dict[str, list[EiaApproval]] = defaultdict(list)
    for row in rows:
        named[row.voucher_number].append(row)
    found = []
    for row in rows:
        key = (row.uscc, row.project_key)
        opinion = opinions.get(row.pk)
        written = by_voucher.get(row.voucher_number)
        agreed = by_voucher.get(opinion.voucher.number) if opinion and opinion.agrees else None
        found.append(
            Approved(
                number=row.number,
                subject=_subject(row, project=row.project),
                approved_on=row.approved_on,
                increments=_amounts(row.amounts),
                exempt_kind=row.exempt_kind,
                voucher_number=row.voucher_number,
                written=written,
                written_is_good=written is not None and row.voucher_number in written.vouchers,
                written_elsewhere=next(
                    (
                        other.number
                        for other in named[row.voucher_number]
                        if row.voucher_number and (other.uscc, other.project_key) != key
                    ),
                    "",
                ),
                recorded=recorded.get(row.number)
                or (agreed if agreed is not None and agreed.vouchers else None),
                same=projects.get(key),
                denied=opinion is not None and not opinion.agrees,
            )
        )
    return found


def _opinions(rows: Sequence[EiaApproval]) -> dict[int, MatchOpinion]:
    """Give what was said last of each approval's probable match."""
    found = {}
    for opinion in (
        MatchOpinion.objects.filter(approval__in=rows).select_related("voucher").order_by("id")
    ):
        found[opinion.approval_id] = opinion
    return found


def _by_voucher(projects: Mapping[Named, Papers], numbers: set[str]) -> dict[str, Papers]:
    """Give the project of every voucher, also of those that are no longer good."""
    found = {number: papers for papers in projects.values() for number in papers.vouchers}
    rows = Voucher.objects.filter(number__in=numbers - found.keys()).values_list(
        "number",
        "application__project__polluter__uscc",
        "application__project__project_key",
    )
    return found | {number: projects[uscc, key] for number, uscc, key in rows}


def _held(on: date) -> list[Held]:
    rows = (
        Application.objects.held()
        .select_related("project__polluter", "project__place", "place")
        .prefetch_related("lines")
        .order_by("id")
    )
    return [
        Held(
            number=row.number,
            subject=Subject(
                place=row.place_id,
                uscc=row.project.polluter.uscc,
                name=row.project.polluter.name,
                project=row.project.name,
            ),
            lapses_on=clocks.clock_of(row, on=on).lapses_on,
            amounts={Pollutant(one.pollutant): Grams(one.required) for one in row.lines.all()},
        )
        for row in rows
    ]
