"""§21: what a reward paid wrongly is voided by a second person; its year is taken up again."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parks.models import ParkYear
from parks.refusals import NothingToVoid
from parks.selectors import reward_lots
from parks.services import steps, tidings
from parks.workflows import YEAR
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.workflow import steps_of
from reserve.services import voids
from reserve.services.ledger import Voided

K: Final = Permission.KEEP_PARK_YEAR
V: Final = Permission.VOID_CLAIM


@transaction.atomic
def propose(
    *, year: ParkYear, document: str, day: date, note: str, by: Person, on: date
) -> ParkYear:
    """
    Propose to void all that the rewards of a closed year brought in, under a paper, for a reason.

    :raises NothingToVoid: if no reward of any version of it stands.
    """
    year = steps.lock(year, "propose_void", K, by=by, on=on)
    if not reward_lots.standing(year.place_id, year.year).exists():
        raise NothingToVoid(place=year.place.name, year=year.year, clause=clause("21.1"))
    return steps.take_under(
        year, "propose_void", "void", document, day, on=on, article="21.1", note=note.strip()
    )


@transaction.atomic
def void(*, year: ParkYear, by: Person, on: date) -> list[Voided]:
    """
    Void the year's rewards as proposed: unspent mass goes, the park owes what was spent.

    What is owed is repaid by the park's next rewards and admissions. The year may then be taken up
    again; what it earns then is paid in full.

    :raises SamePerson: if *by* proposed it.
    """
    year = steps.lock(year, "void_reward", V, by=by, on=on)
    lots = list(reward_lots.standing(year.place_id, year.year))
    proposal = steps_of(YEAR, year).filter(verb="propose_void").order_by("-pk")[0]
    voided = voids.void_lots(
        lots=lots,
        key=f"reward/{year.number}/void/{proposal.pk}",
        on=on,
        by=by,
        prepared_by=proposal.person,
        document=year.void_document,
        reason=proposal.note,
    )
    year = steps.take(year, "void_reward", note=year.void_document)
    tidings.tell_park(year, by=by, on=on, what=_("奖励已作废，已用出的记为园区亏欠"))
    return voided


@transaction.atomic
def reject(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """Say no to a void that somebody else proposed: the rewards stand as they are."""
    year = steps.lock(year, "reject_void", V, by=by, on=on)
    return steps.take(year, "reject_void", note=note, void_document="", void_on=None)


@transaction.atomic
def take_back(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """Take a proposal back before anybody has decided on it."""
    year = steps.lock(year, "take_back_void", K, by=by, on=on)
    return steps.take(year, "take_back_void", note=note, void_document="", void_on=None)
