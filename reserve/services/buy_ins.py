"""Buying in: the local reserve takes over what a polluter holds, whole and unsplit (§13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import PermitVersion, Person, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, numbers
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import intake, postings
from reserve.rules.postings import Leg, Posted
from reserve.selectors.holdings import standings_of
from reserve.services import ledger
from reserve.vocabulary import TransferKind


class PermitNotChanged(Refusal):
    """Quota is bought in after the polluter's permit was changed."""

    code = "permit_not_changed"
    message = _("收储须在该排污单位的排污许可证变更之后")


class BuyInIncomplete(Refusal):
    """A buy-in names its amounts and its document."""

    code = "buy_in_incomplete"
    message = _("收储须有数量和文号")


class HoldingBound(Refusal):
    """What is left of a holding was promised elsewhere."""

    code = "holding_bound"
    message = _(
        "%(polluter)s自持的%(pollutant)s可收储%(free)s吨/年，欲收储%(wanted)s吨/年；"
        "已被占用的：%(binding)s"
    )


@transaction.atomic
def buy_in(
    *,
    polluter: Polluter,
    amounts: Mapping[str, int],
    permit_version: PermitVersion,
    document: str,
    by: Person,
    on: date,
    reason: str = "",
) -> Posted:
    """
    Move grams of each named pollutant from a polluter's holding to the reserve where it lies.

    ``permit_version`` is the change of the permit that gave the quota up.

    :raises PermitNotChanged: if that change is another polluter's or has not come.
    :raises HoldingBound: if what is bound elsewhere would have to be touched.
    :raises Overdrawn: if the polluter holds less.
    """
    access.require(by, Permission.BUY_IN, polluter.place, on=on)

    polluter = Polluter.objects.select_for_update(no_key=True).get(pk=polluter.pk)
    if permit_version.permit.polluter_id != polluter.pk or permit_version.changed_on > on:
        raise PermitNotChanged(clause=clause("13.2"))
    number = clean_document_number(document)
    if not number or not amounts or min(amounts.values()) <= 0:
        raise BuyInIncomplete(clause=clause("13.2"))

    _refuse_bound(polluter, amounts)

    series = f"buy-in/{polluter.place_id}/{on.year}"
    serial = numbers.take(series=series)
    return ledger.post(
        kind=TransferKind.BUY_IN,
        key=f"{series}/{serial}",
        legs=[
            Leg(
                source=postings.holding(polluter.pk),
                to=postings.reserve(polluter.place_id),
                pollutant=Pollutant(code),
                grams=intake.bought_in(Grams(amounts[code])).local,
            )
            for code in sorted(amounts, key=Pollutant.values.index)
        ],
        on=on,
        by=by,
        document=number,
        clause="13.2",
        reason=reason,
    )


def _refuse_bound(polluter: Polluter, amounts: Mapping[str, int]) -> None:
    """
    Refuse amounts that reach into what applications and trades bind of a holding.

    :raises HoldingBound: naming all that binds it.
    """
    standings = {one.pollutant: one for one in standings_of(polluter)}
    for code in sorted(amounts, key=Pollutant.values.index):
        found = standings.get(Pollutant(code))
        if found and found.bindings and amounts[code] > found.free:
            raise HoldingBound(
                polluter=polluter.name,
                pollutant=found.pollutant.spoken,
                free=text(found.free),
                wanted=text(Grams(amounts[code])),
                binding="、".join(f"{one.by} {text(one.grams)}" for one in found.bindings),
                clause=clause("13.2"),
            )
