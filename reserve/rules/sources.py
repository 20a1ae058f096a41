"""§3: what may become quota at all, by when it was finished and what it was used for before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import Verdict
from reserve.vocabulary import SourceKind

_NAMED: Final = (
    (
        clause("11.2"),
        {SourceKind.INFRASTRUCTURE, SourceKind.REDUCTION_WORKS, SourceKind.CAPACITY_WORKS},
    ),
    (
        clause("12.1"),
        {
            SourceKind.TOWN_SEWAGE,
            SourceKind.WATER_REUSE,
            SourceKind.LIVESTOCK,
            SourceKind.RURAL_SEWAGE,
            SourceKind.AQUACULTURE,
            SourceKind.GREEN_ISLAND,
            SourceKind.ECO_ISLAND,
            SourceKind.BUFFER_ZONE,
        },
    ),
    (clause("13.1"), {SourceKind.OWN_TREATMENT, SourceKind.CLEAN_PRODUCTION}),
)
"""Public works (§11), ecological capacity (§12), a polluter's own treatment (§13); else §3."""


class FinishedTooEarly(Refusal):
    """The works were finished before the period that the notice takes reductions from."""

    code = "finished_too_early"
    message = _("项目于%(finished_on)s完成，早于%(first)s，不得纳入储备库")


class NotYetFinished(Refusal):
    """The stated date of finish has not come."""

    code = "in_the_future"
    message = _("完成日期%(finished_on)s尚未到来")


class PermitNotYetChanged(Refusal):
    """The stated date of the permit's change has not come."""

    code = "in_the_future"
    message = _("许可证变更日期%(changed_on)s尚未到来")


class NotYetAccepted(Refusal):
    """The stated date of the works' acceptance has not come."""

    code = "in_the_future"
    message = _("工程验收日期%(accepted_on)s尚未到来")


class PermitChangedBeforeFinish(Refusal):
    """The permit was changed long before the works were finished: perhaps a wrong date."""

    code = "permit_before_finish"
    message = _("许可证变更日期%(changed_on)s比完成日期%(finished_on)s早%(days)s天，请核对")


def named_by(kind: SourceKind) -> Clause:
    """Say which sentence of the notice names this kind of source as one that may enter."""
    for sentence, kinds in _NAMED:
        if kind in kinds:
            return sentence
    return clause("3.1")


def finished_since_the_plan(finished_on: date, *, book: RuleBook) -> Verdict:
    """Judge whether the works were finished since the 14th five-year plan began."""
    return Verdict(
        refusal=FinishedTooEarly,
        clause=clause("3.1"),
        passes=finished_on >= book.first_finish_date,
        facts={"finished_on": finished_on, "first": book.first_finish_date},
    )


def finished_by(finished_on: date, *, on: date) -> Verdict:
    """Judge whether the works are finished on the day of the act."""
    return Verdict(
        refusal=NotYetFinished,
        clause=clause("3.1"),
        passes=finished_on <= on,
        facts={"finished_on": finished_on},
    )


def permit_changed_by(changed_on: date, *, on: date) -> Verdict:
    """Judge whether the permit is changed on the day of the act."""
    return Verdict(
        refusal=PermitNotYetChanged,
        clause=clause("4.1"),
        passes=changed_on <= on,
        facts={"changed_on": changed_on},
    )


def accepted_by(accepted_on: date, *, on: date) -> Verdict:
    """Judge whether the works are accepted on the day of the act."""
    return Verdict(
        refusal=NotYetAccepted,
        clause=clause("4.1"),
        passes=accepted_on <= on,
        facts={"accepted_on": accepted_on},
    )


def permit_follows_finish(finished_on: date, changed_on: date, *, book: RuleBook) -> Verdict:
    """Warn if the permit was changed long before the works were finished."""
    early = (finished_on - changed_on).days
    return Verdict(
        refusal=PermitChangedBeforeFinish,
        clause=clause("4.1"),
        passes=finished_on - changed_on <= timedelta(days=book.early_permit_days),
        facts={"finished_on": finished_on, "changed_on": changed_on, "days": early},
        only_warns=True,
    )
