"""Everything that stands between a draft and its filing, all at once (§2–4, §11–13, §21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.calendar import WorkingCalendar
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import PermittedAmount
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.verdicts import Verdict
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, ClaimLine
from reserve.rules import duplicates, evidence, fates, intake, sources
from reserve.rules.duplicates import KnownClaim, ProjectKey
from reserve.rules.evidence import Flags
from reserve.rules.problems import (
    DeclaredElsewhere,
    ForeignPermit,
    Missing,
    NoHolding,
    NotTheComputedAmount,
    Problem,
)
from reserve.selectors import accounting, rewards
from reserve.vocabulary import (
    AccountingMethod,
    ClaimStatus,
    Destination,
    EvidenceKind,
    LineStatus,
    SourceKind,
)


def problems(claim: Claim, *, on: date, book: RuleBook | None = None) -> list[Problem]:
    """
    List everything that stands in the way of filing *claim* on the day *on*, and what only warns.

    Fields are those of the form: ``finished_on``, ``lines.COD.verified``, ``evidence``. Whoever
    has the *book* of that day at hand may give it.
    """
    book = book or rulebooks.in_force(on)
    lines = list(claim.lines.all())
    return [
        *_of_the_works(claim, book, on),
        *_of_the_dates(claim, book, on),
        *_of_the_evidence(claim, lines),
        *_of_the_destination(claim),
        *(problem for line in lines for problem in _of_a_line(line)),
        *(problem for given in claim.unfinished for problem in _of_an_unfinished_line(given)),
        *_of_the_lines(claim, lines),
        *_of_other_claims(claim, lines),
        *_of_rewards(claim, lines),
    ]


def due_date(claim: Claim, *, book: RuleBook) -> date | None:
    """Give the day by which *claim* is due, or None while the dates it follows from are open."""
    try:
        return intake.due_on(
            permit_changed_on=claim.permit_changed_on, accepted_on=claim.accepted_on, book=book
        )
    except intake.NoDueDate:
        return None


def _missing(field: str, what: object, key: str) -> Problem:
    return Problem(field=field, refusal=Missing(clause=clause(key), what=str(what)))


def _judged(field: str, verdict: Verdict) -> Iterator[Problem]:
    if not verdict.passes:
        yield Problem(field=field, refusal=verdict.as_refusal(), only_warns=verdict.only_warns)


def _of_the_works(claim: Claim, book: RuleBook, on: date) -> Iterator[Problem]:
    if not claim.project_key:
        yield _missing("project", _("项目名称"), "3.1")
    if claim.finished_on is None:
        yield _missing("finished_on", _("完成日期"), "3.1")
        return
    yield from _judged("finished_on", sources.finished_since_the_plan(claim.finished_on, book=book))
    yield from _judged("finished_on", sources.finished_by(claim.finished_on, on=on))
    if claim.permit_changed_on is not None:
        yield from _judged(
            "permit_changed_on",
            sources.permit_follows_finish(claim.finished_on, claim.permit_changed_on, book=book),
        )


def _of_the_dates(claim: Claim, book: RuleBook, on: date) -> Iterator[Problem]:
    kind = SourceKind(claim.source_kind)
    if claim.permit is not None and claim.permit.polluter_id != claim.polluter_id:
        yield Problem(field="permit", refusal=ForeignPermit(permit=claim.permit.number))
    if claim.permit is None and not kind.permit_is_optional:
        yield Problem(
            field="permit",
            refusal=Missing(clause=clause("4.1"), what=str(_("排污许可证"))),
            only_warns=True,
        )
    # A date that has not come would put off the day by which the claim is due.
    if claim.permit_changed_on is not None:
        changed = sources.permit_changed_by(claim.permit_changed_on, on=on)
        yield from _judged("permit_changed_on", changed)
    if claim.accepted_on is not None:
        yield from _judged("accepted_on", sources.accepted_by(claim.accepted_on, on=on))
    due = due_date(claim, book=book)
    if due is None:
        yield Problem(
            field="accepted_on" if kind.permit_is_optional else "permit_changed_on",
            refusal=intake.NoDueDate(clause=clause("4.1")),
        )
        return
    # A claim that was returned keeps the day on which it was first filed.
    returned = claim.status == ClaimStatus.RETURNED and claim.filed_on is not None
    yield from _judged(
        "late_reason",
        intake.filed_by_due_date(
            due=due,
            filed_on=claim.filed_on if returned and claim.filed_on else on,
            calendar=WorkingCalendar(),
            reason=claim.late_reason or (claim.batch.late_reason if claim.batch else ""),
        ),
    )
    if claim.place_id != claim.beneficiary_id:
        yield Problem(
            field="place",
            refusal=DeclaredElsewhere(
                clause=clause("4.1"),
                declarer=claim.place.name,
                beneficiary=claim.beneficiary.name,
            ),
            only_warns=True,
        )


def _of_the_evidence(claim: Claim, lines: list[ClaimLine]) -> Iterator[Problem]:
    flags = Flags(claim.monitorable, claim.reportable, claim.verifiable)
    kinds = _evidence_kinds(claim)
    files = Flags(
        EvidenceKind.MONITORABLE in kinds,
        EvidenceKind.REPORTABLE in kinds,
        EvidenceKind.VERIFIABLE in kinds,
    )
    scanned = EvidenceKind.BATCH_SCAN in kinds
    yield from _judged(
        "monitorable",
        evidence.flags_are_set(
            SourceKind(claim.source_kind),
            flags,
            permit_states_amount=_permit_states_amounts(claim, lines),
        ),
    )
    yield from _judged("evidence", evidence.flags_are_proved(flags, files, batch_scan=scanned))
    if not kinds:
        yield _missing("evidence", _("证明材料"), "2.2")


def _evidence_kinds(claim: Claim) -> set[str]:
    # The sealed scan of a batch proves every claim in it.
    scan = {EvidenceKind.BATCH_SCAN} if claim.batch and claim.batch.scan_id else set()
    return scan | set(claim.evidence.filter(removed_at=None).values_list("kind", flat=True))


def _permit_states_amounts(claim: Claim, lines: list[ClaimLine]) -> bool:
    if claim.permit_id is None or not lines:
        return False
    stated = set(
        PermittedAmount.objects.filter(version__permit=claim.permit_id).values_list(
            "pollutant", flat=True
        )
    )
    return {line.pollutant for line in lines} <= stated


def _of_the_destination(claim: Claim) -> Iterator[Problem]:
    if claim.destination != Destination.HOLDING:
        return
    if not SourceKind(claim.source_kind).may_become_holding:
        yield Problem(field="destination", refusal=NoHolding(clause=clause("13.1")))
    if not {EvidenceKind.COMPLIANCE, EvidenceKind.BATCH_SCAN} & _evidence_kinds(claim):
        yield _missing("evidence", _("达标排放证明"), "13.1")


def _of_an_unfinished_line(given: dict[str, Any]) -> Iterator[Problem]:
    line = ClaimLine(**given)
    stated = line.verified
    if stated is None:
        # An amount that cannot be computed is told by the inputs that it lacks.
        try:
            line.verified = accounting.compute(
                method=line.method, pollutant=line.pollutant, inputs=line.inputs
            ).grams
        except Refusal:
            line.verified = line.binding + line.prior_use + 1
    yield from _of_a_line(line)


def _of_a_line(line: ClaimLine) -> Iterator[Problem]:
    field = f"lines.{line.pollutant}"
    for verdict in fates.check(
        fates.Line(Grams(line.verified), Grams(line.binding), Grams(line.prior_use))
    ):
        yield from _judged(f"{field}.verified", verdict)
    if line.method == AccountingMethod.APPROVAL_DOCUMENT and not line.document:
        yield _missing(f"{field}.document", _("核定文件文号"), "2.1")
    try:
        computed = accounting.compute(
            method=line.method, pollutant=line.pollutant, inputs=line.inputs
        )
    except Refusal as refusal:
        name = refusal.facts.get("field")
        yield Problem(field=f"{field}.inputs.{name}" if name else field, refusal=refusal)
        return
    if computed.grams != line.verified:
        yield Problem(
            field=f"{field}.verified",
            refusal=NotTheComputedAmount(
                clause=clause("2.1"),
                stated=mass.text(line.verified),
                computed=mass.text(computed.grams),
            ),
        )


def _of_the_lines(claim: Claim, lines: list[ClaimLine]) -> Iterator[Problem]:
    if not lines and not claim.unfinished:
        yield _missing("lines", _("至少一种污染物的减排量"), "2.1")


def _of_other_claims(claim: Claim, lines: list[ClaimLine]) -> Iterator[Problem]:
    key = ProjectKey(claim.polluter.uscc, claim.project_key)
    others = (
        Claim.objects.standing()
        .filter(polluter=claim.polluter_id, project_key=claim.project_key)
        .exclude(pk=claim.pk)
        # A draft that nobody filed claims nothing yet.
        .exclude(status=ClaimStatus.DRAFT)
        .prefetch_related("lines")
        .order_by("id")
    )
    known = [
        KnownClaim(
            number=other.number,
            key=key,
            pollutants=frozenset(
                Pollutant(line.pollutant)
                for line in other.lines.all()
                if line.status != LineStatus.REFUSED
            ),
            status=ClaimStatus(other.status),
        )
        for other in others
    ]
    yield from _judged(
        "project",
        duplicates.claimed_once(key, [Pollutant(line.pollutant) for line in lines], known=known),
    )


def _of_rewards(claim: Claim, lines: list[ClaimLine]) -> Iterator[Problem]:
    said = {Pollutant(line.pollutant): line.verified for line in lines}
    yield from _judged("finished_on", rewards.verdict_on(claim, said))
