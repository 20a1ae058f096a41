"""What a voucher says, and what a project has left of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from allocation.models import Application, Voucher
from allocation.selectors.stocks import Owner
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Entry, Lot
from reserve.vocabulary import AccountKind


@dataclass(frozen=True, slots=True)
class Part:
    """Some grams of one lot that came to a project out of one account."""

    owner: Owner
    lot: int
    pollutant: Pollutant
    grams: Grams


def parts_of(transfer: int) -> list[Part]:
    """List what a release moved, by the account it was held for and by lot, oldest lot first."""
    rows = (
        Entry.objects.filter(transfer=transfer, grams__lt=0, account__kind=AccountKind.HELD)
        .order_by("account__pollutant", "account_id", "lot__vintage", "lot_id")
        .values_list("account__place", "account__polluter", "lot_id", "account__pollutant", "grams")
    )
    return [
        Part(Owner(place, polluter), lot, Pollutant(pollutant), Grams(-grams))
        for place, polluter, lot, pollutant, grams in rows
    ]


def lefts(vouchers: Collection[Voucher]) -> dict[int, dict[Pollutant, Grams]]:
    """Give what projects still have of several vouchers, by their keys, in two questions."""
    found: dict[int, dict[Pollutant, Grams]] = {voucher.pk: {} for voucher in vouchers}
    of = {voucher.transfer_id: voucher.pk for voucher in vouchers}
    moved = Entry.objects.filter(grams__lt=0).order_by("pollutant")
    out = moved.filter(transfer__in=of, account__kind=AccountKind.HELD)
    for transfer, pollutant, grams in out.values_list("transfer", "pollutant").annotate(
        total=Sum("grams")
    ):
        found[of[transfer]][Pollutant(pollutant)] = Grams(-grams)
    back = moved.filter(transfer__give_back__voucher__in=found, account__kind=AccountKind.USED)
    for voucher, pollutant, grams in back.values_list(
        "transfer__give_back__voucher", "pollutant"
    ).annotate(total=Sum("grams")):
        before = found[voucher].get(Pollutant(pollutant), 0)
        found[voucher][Pollutant(pollutant)] = Grams(before + grams)
    return found


def returned(voucher: Voucher) -> Mapping[tuple[int, Pollutant], Grams]:
    """Give what went back of a voucher already, by lot and pollutant, over all give-backs."""
    rows = (
        Entry.objects.filter(
            transfer__give_back__voucher=voucher,
            grams__lt=0,
            account__kind=AccountKind.USED,
        )
        .values("lot_id", "pollutant")
        .annotate(total=Sum("grams"))
    )
    return {(row["lot_id"], Pollutant(row["pollutant"])): Grams(-row["total"]) for row in rows}


def left(voucher: Voucher) -> dict[Pollutant, Grams]:
    """Give what a project still has of a voucher, by pollutant."""
    return lefts([voucher])[voucher.pk]


def content(
    application: Application,
    *,
    number: str,
    bureau: Place,
    transfer: int,
    by: Person,
    on: date,
) -> dict[str, Any]:
    """
    Write down what the paper of a voucher says: all in plain values, frozen with it.

    Masses are text in tonnes a year with six places.
    """
    project = application.project
    assert application.rule_book is not None
    return {
        "number": number,
        "bureau": {"code": bureau.code, "name": bureau.name, "name_en": bureau.name_en},
        "issued_on": on.isoformat(),
        "issued_by": by.name,
        "application": application.number,
        "rule_book": application.rule_book.number,
        "polluter": {"name": project.polluter.name, "uscc": project.polluter.uscc},
        "project": {
            "number": project.number,
            "name": project.name,
            "kind": project.kind,
            "site": project.site,
            "place": application.place.name,
            "place_en": application.place.name_en,
            "strategic": project.is_strategic,
        },
        "lines": [
            {
                "pollutant": line.pollutant,
                "increment": text(Grams(line.increment)),
                "ratio": format(line.ratio.normalize(), "f"),
                "clause": line.clause,
                "required": text(Grams(line.required)),
            }
            for line in application.lines.all()
        ],
        "sources": _sources(transfer),
        "trades": _trades(application),
        "signatures": [
            {
                "hand": signature.hand,
                "place": signature.place.name if signature.place else "",
                "place_en": signature.place.name_en if signature.place else "",
                "document": signature.document,
                "by": signature.by.name,
                "on": signature.on.isoformat(),
            }
            for signature in application.signatures.filter(
                version=application.version
            ).select_related("place", "by")
        ],
        "reason": application.exception_reason,
        "supplements": application.supplements.number if application.supplements else "",
    }


def _sources(transfer: int) -> list[dict[str, Any]]:
    """List the account and lot that each gram came from, with the lot's paper."""
    parts = parts_of(transfer)
    lots = Lot.objects.select_related("source").in_bulk({part.lot for part in parts})
    names = _names({part.owner for part in parts})
    return [
        {
            "owner": names[part.owner]["name"],
            "owner_en": names[part.owner]["name_en"],
            "tier": names[part.owner]["tier"],
            "pollutant": part.pollutant.value,
            "grams": text(part.grams),
            "lot": lots[part.lot].pk,
            "paper": lots[part.lot].source.number,
            "paper_kind": lots[part.lot].source.kind,
            "vintage": lots[part.lot].vintage.isoformat(),
            "lake_tai": lots[part.lot].lake_tai,
            "provincial_number": lots[part.lot].provincial_number,
        }
        for part in parts
    ]


def _trades(application: Application) -> list[dict[str, Any]]:
    """List the trades by which its holding was bought, with the agency's certificates."""
    return [
        {
            "number": source.trade.number,
            "certificate": source.trade.certificate,
            "contract": source.trade.contract,
            "seller": source.trade.seller_name,
            "pollutant": source.pollutant,
            "grams": text(Grams(source.grams)),
        }
        for source in application.sources.exclude(trade=None).select_related(
            "trade__seller_polluter", "trade__seller_place"
        )
        if source.trade
    ]


def _names(owners: set[Owner]) -> dict[Owner, dict[str, str]]:
    places = Place.objects.in_bulk([owner.place for owner in owners if owner.place])
    polluters = Polluter.objects.in_bulk([owner.polluter for owner in owners if owner.polluter])
    return {
        owner: {
            "name": places[owner.place].name,
            "name_en": places[owner.place].name_en,
            "tier": places[owner.place].tier,
        }
        if owner.place
        else {"name": polluters[owner.polluter or 0].name, "name_en": "", "tier": ""}
        for owner in owners
    }
