"""Putting back what was set aside: from the hold into the accounts it was taken from (§8)."""

from __future__ import annotations

from datetime import date

from allocation.models import Application
from allocation.selectors import stocks
from quota_registry.kernel.models import Person
from reserve.rules import postings
from reserve.rules.postings import Leg, Posted
from reserve.services import ledger
from reserve.vocabulary import TransferKind


def put_back(application: Application, *, by: Person, on: date, reason: str) -> Posted | None:
    """Return all that is set aside for *application*; nothing where nothing is."""
    legs = [
        Leg(
            source=postings.held(application.number, place=owner.place, polluter=owner.polluter),
            to=stocks.account_of(owner),
            pollutant=pollutant,
            grams=lying.total,
        )
        for (owner, pollutant), lying in sorted(
            stocks.held(application.number).items(), key=lambda item: (item[0][0].key, item[0][1])
        )
    ]
    if not legs:
        return None
    return ledger.post(
        kind=TransferKind.UNHOLD,
        key=f"application/{application.number}/unhold",
        legs=legs,
        on=on,
        by=by,
        clause="8.2",
        reason=reason[:400],
    )
