"""§6 and P3: whom a reserve serves first, and how competing applications queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.vocabulary import Priority
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.vocabulary import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """An application as the queue sees it, with what its place did last year (P3)."""

    number: str
    priority: Priority
    strategic: bool
    outstanding_park: bool
    quality_met: bool
    task_done: bool
    improvement: Decimal | None
    filed_on: date
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Class:
    """A class of §6: its rank, whom it serves, by which clause."""

    rank: int
    label: str | Promise
    clause: Clause


FIRST: Final = Class(0, _("优先保障"), clause("6.1"))
SECOND: Final = Class(1, _("重点支持"), clause("6.1"))
LOCAL: Final = Class(0, _("本区域重大产业项目"), clause("6.2"))
OTHERS: Final = Class(2, _("其他项目"), clause("6.1"))
LOCAL_OTHERS: Final = Class(2, _("其他项目"), clause("6.2"))


def class_of(priority: Priority, *, strategic: bool, outstanding_park: bool, tier: Tier) -> Class:
    """Say which class of §6 a project belongs to, for a reserve of this tier."""
    if tier in {Tier.CITY, Tier.PROVINCE}:
        if strategic or priority in {Priority.LIVELIHOOD, Priority.SCITECH}:
            return FIRST
        if outstanding_park or priority is Priority.EARLY_REDUCER:
            return SECOND
        return OTHERS
    return LOCAL if priority is Priority.INDUSTRIAL else LOCAL_OTHERS


def standing_of(claimant: Claimant, tier: Tier) -> Class:
    """Say in which class of §6 an application queues for a reserve of this tier."""
    return class_of(
        claimant.priority,
        strategic=claimant.strategic,
        outstanding_park=claimant.outstanding_park,
        tier=tier,
    )


def order(claimant: Claimant, tier: Tier) -> tuple[int, bool, bool, Decimal, date, str]:
    """
    Give the key by which applications queue for a reserve: smallest first.

    The class of §6; within it places that met last year's targets, then their improvement (P3);
    then who asked first.
    """
    return (
        standing_of(claimant, tier).rank,
        not (claimant.quality_met and claimant.task_done),
        not claimant.quality_met,
        -(claimant.improvement if claimant.improvement is not None else Decimal("-Infinity")),
        claimant.filed_on,
        claimant.number,
    )
