"""The three sources of a quarter's dispatch, brought together as the rules ask for them (P4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from allocation.models import (
    Application,
    ApplicationSource,
    EiaApproval,
    MatchOpinion,
    Project,
    Trade,
    Voucher,
)
from allocation.rules.dispatch_facts import (
    Amounts,
    Approved,
    Bought,
    Gathered,
    Held,
    Papers,
    Subject,
)
from allocation.selectors import clocks, coverage, dispatch_permits, purchases, vouchers
from allocation.selectors.dispatch_permits import amounts_of, subject_of
from allocation.selectors.purchases import Open
from allocation.vocabulary import GRANTED
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant

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
    projects, trades = _projects(), purchases.open_ones(before=end)
    return Gathered(
        cancelled=dispatch_permits.cancelled(first),
        changed=dispatch_permits.changed(quarter, since=rulebooks.in_force(on).first_finish_date),
        approved=_approved(first, projects, trades),
        papers=[
            papers
            for papers in projects.values()
            if papers.issued_on is not None and papers.issued_on < end
        ],
        bought=[_bought(trade, left) for trade, left in trades if trade.project_id],
        held=_held(on),
    )


# ── Projects, their vouchers and the approvals that name them ──
def _projects() -> dict[Named, Papers]:
    """Give every project that has a voucher, had one, or is exempt, by code and name."""
    rows = list(
        Project.objects.filter(Q(applications__voucher__isnull=False) | ~Q(exempt_kind=""))
        .distinct()
        .select_related("polluter")
        .prefetch_related("applications__lines", "applications__voucher")
        .order_by("id")
    )
    good = {row.pk: _good(row) for row in rows}
    left = vouchers.lefts([one.voucher for those in good.values() for one in those])
    return {(row.polluter.uscc, row.project_key): _papers(row, good[row.pk], left) for row in rows}


def _good(project: Project) -> list[Application]:
    return [
        application
        for application in project.applications.all()
        if application.status in GRANTED and hasattr(application, "voucher")
    ]


def _papers(
    project: Project, good: Sequence[Application], left: Mapping[int, Mapping[Pollutant, Grams]]
) -> Papers:
    increments: dict[Pollutant, Grams] = {}
    for application in good:
        covered = coverage.covered_by(application, left[application.voucher.pk])
        for pollutant, grams in covered.items():
            increments[pollutant] = Grams(increments.get(pollutant, NOTHING) + grams)
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


def _approved(
    first: date, projects: Mapping[Named, Papers], trades: Sequence[Open]
) -> list[Approved]:
    rows = list(EiaApproval.objects.brought_in_by(first).with_code().order_by("id"))
    opinions = _opinions(rows)
    numbers = {row.voucher_number for row in rows} - {""}
    by_voucher = _by_voucher(projects, numbers | {o.voucher.number for o in opinions.values()})
    certificates = _certificates(projects, numbers)
    # A number that was recorded on another polluter's project, by a slip, hides nobody's approval.
    recorded = {
        (number, papers.subject.uscc): papers
        for papers in projects.values()
        for number in papers.approvals
        if papers.vouchers
    }
    # Of every voucher named: by project, the first approval that names it.
    named: dict[str, dict[Named, str]] = defaultdict(dict)
    for row in rows:
        if row.voucher_number not in certificates:
            named[row.voucher_number].setdefault(_named(row), row.number)
    bought = _by_project(trades)
    home = {papers.project: key for key, papers in projects.items()}
    listed: dict[Named, str] = {}
    for row in rows:
        listed.setdefault(_named(row), row.number)
    found = []
    for row in rows:
        key = _named(row)
        opinion = opinions.get(row.pk)
        served = certificates.get(row.voucher_number, {})
        written = served.get(key) or by_voucher.get(row.voucher_number)
        agreed = by_voucher.get(opinion.voucher.number) if opinion and opinion.agrees else None
        elsewhere = ""
        if row.voucher_number:
            elsewhere = _elsewhere(named[row.voucher_number], key)
            # Or it serves its own project, whose approval names it in no list.
            if not elsewhere and written is not None and row.voucher_number not in certificates:
                own = home[written.project]
                elsewhere = _at_home(written, row, listed.get(own, "")) if own != key else ""
        found.append(
            Approved(
                number=row.number,
                subject=subject_of(row, project=row.project),
                approved_on=row.approved_on,
                increments=amounts_of(row.amounts),
                exempt_kind=row.exempt_kind,
                voucher_number=row.voucher_number,
                written=written,
                written_is_good=key in served
                or (written is not None and row.voucher_number in written.vouchers),
                written_is_certificate=row.voucher_number in certificates,
                written_elsewhere=elsewhere,
                recorded=recorded.get((row.number, row.code))
                or (agreed if agreed is not None and agreed.vouchers else None),
                same=projects.get(key),
                denied=opinion is not None and not opinion.agrees,
                certificates=(*bought[key], *bought[key[0], ""]),
            )
        )
    return found


def _named(row: Any) -> Named:
    return row.code, row.project_key


def _elsewhere(named: Mapping[Named, str], key: Named) -> str:
    """Name an approval that is of another project than *key*, or nothing."""
    return next((number for other, number in named.items() if other != key), "")


def _at_home(papers: Papers, row: Any, listed: str) -> str:
    """Name the approval of a voucher's own project, where *row* is another; or nothing."""
    if row.number in papers.approvals:
        return ""
    own = next(iter(papers.approvals), listed)
    return "" if own == row.number else own


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


# ── Trades ──
def _certificates(
    projects: Mapping[Named, Papers], numbers: set[str]
) -> dict[str, dict[Named, Papers]]:
    """Give the projects that hold their quota by posted certificates of these numbers, by code."""
    posted = Trade.objects.posted().filter(certificate__in=numbers)
    found: dict[str, dict[Named, Papers]] = {one.certificate: {} for one in posted}
    rows = ApplicationSource.objects.filter(
        trade__in=posted, application__status__in=GRANTED
    ).values_list(
        "trade__certificate",
        "application__project__polluter__uscc",
        "application__project__project_key",
    )
    for certificate, uscc, key in rows:
        found[certificate][uscc, key] = projects[uscc, key]
    return found


def _by_project(trades: Sequence[Open]) -> dict[Named, list[str]]:
    """Give the certificates of each project; those that name none stand under no name."""
    found: dict[Named, list[str]] = defaultdict(list)
    for trade, _left in trades:
        assert trade.buyer is not None
        key = trade.project.project_key if trade.project else ""
        found[trade.buyer.uscc, key].append(trade.certificate)
    return found


def _bought(trade: Trade, left: Amounts) -> Bought:
    assert trade.project is not None
    assert trade.buyer is not None
    assert trade.checked_on is not None
    return Bought(
        number=trade.number,
        subject=Subject(
            place=trade.project.place_id,
            uscc=trade.buyer.uscc,
            name=trade.buyer.name,
            project=trade.project.name,
        ),
        certificate=trade.certificate,
        posted_on=trade.checked_on,
        left=left,
    )


def _held(on: date) -> list[Held]:
    rows = list(
        Application.objects.held()
        .select_related("project__polluter", "project__place", "place")
        .prefetch_related("lines")
        .order_by("id")
    )
    lapses = clocks.clocks_of(rows, on=on)
    return [
        Held(
            number=row.number,
            subject=Subject(
                place=row.place_id,
                uscc=row.project.polluter.uscc,
                name=row.project.polluter.name,
                project=row.project.name,
            ),
            lapses_on=lapses[row.pk].lapses_on,
            amounts={Pollutant(one.pollutant): Grams(one.required) for one in row.lines.all()},
        )
        for row in rows
    ]
