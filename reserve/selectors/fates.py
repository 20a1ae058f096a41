"""Where every verified gram of a claim goes, or went: projected before admission, then booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Claim, ClaimLine, Entry
from reserve.rules import fates as rules
from reserve.selectors import balances
from reserve.selectors.revisions import Change
from reserve.vocabulary import (
    AccountKind,
    ClaimStatus,
    Destination,
    Fate,
    LineStatus,
    LotSourceKind,
    TransferKind,
)

_OF_TIER: Final = {Tier.PROVINCE: Fate.PROVINCE, Tier.CITY: Fate.CITY}
_OF_KIND: Final = {
    AccountKind.BINDING: Fate.BINDING,
    AccountKind.PRIOR_USE: Fate.PRIOR_USE,
    AccountKind.COVER: Fate.COVER,
    AccountKind.HOLDING: Fate.HOLDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFates:
    """
    One line's verified grams by fate; they sum to ``verified``.

    ``projected`` is true until the claim is admitted. A refused line leaves and has no fates.
    """

    line: ClaimLine
    pollutant: Pollutant
    verified: Grams
    parts: Mapping[Fate, Grams]
    projected: bool


def written(found: Iterable[LineFates]) -> str:
    """Write the fates in one line, so that a decision can say which ones it was shown."""
    return " ".join(f"{name}={grams}" for name, grams in _by_name(found).items())


def difference(shown: str, found: Iterable[LineFates]) -> list[Change]:
    """List in words what differs between the fates that were *shown* and those *found* now."""
    before = dict(pair.split("=", 1) for pair in shown.split() if "=" in pair)
    after = {name: str(grams) for name, grams in _by_name(found).items()}
    return [
        Change(
            field=f"fates.{pollutant}.{fate}",
            label=f"{pollutant.symbol} {fate.label}",
            before=_tonnes(before.get(name, "")),
            after=_tonnes(after.get(name, "")),
        )
        for pollutant in Pollutant
        for fate in Fate
        if before.get(name := f"{pollutant}.{fate}") != after.get(name)
    ]


def _by_name(found: Iterable[LineFates]) -> dict[str, Grams]:
    return {
        f"{line.pollutant}.{fate}": grams for line in found for fate, grams in line.parts.items()
    }


def _tonnes(grams: str) -> str:
    return text(Grams(int(grams))) if grams.isdecimal() else ""


def used(found: Iterable[LineFates]) -> list[Fate]:
    """List the fates that at least one of the lines has, in their order."""
    lines = list(found)
    return [fate for fate in Fate if any(fate in line.parts for line in lines)]


def table(found: Iterable[LineFates]) -> list[tuple[LineFates, list[tuple[Fate, Grams | None]]]]:
    """Lay the lines out over the fates in use; what a line does not have stays blank."""
    lines = list(found)
    columns = used(lines)
    return [(line, [(fate, line.parts.get(fate)) for fate in columns]) for line in lines]


@dataclass(frozen=True, slots=True)
class Shareholders:
    """The places whose reserves take the three parts of an admitted amount (§4, P3)."""

    province: Place
    city: Place
    local: Place


def shareholders(beneficiary: Place) -> Shareholders:
    """Find the province, the city and the county or park that share what *beneficiary* brings."""
    above = {
        place.tier: place
        for place in Place.objects.filter(code__in=filter(None, beneficiary.path.split("/")))
    }
    return Shareholders(above[Tier.PROVINCE], above[Tier.CITY], beneficiary)


def open_debt(place: Place, pollutant: str) -> Grams:
    """Return what *place* still owes of a pollutant (§21)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT guard.open_debt(%s, %s)", [place.code, str(pollutant)])
        return Grams(cursor.fetchone()[0])


def of_claim(claim: Claim, *, on: date) -> list[LineFates]:
    """
    Give the fates of every line of *claim*, in the order of the pollutants.

    Before admission they are what would be booked on the day *on*; afterwards what admission and
    corrections booked. Where the mass went from there, its lots tell.
    """
    lines = [line for line in claim.lines.all() if line.status != LineStatus.REFUSED]
    lines.sort(key=lambda line: Pollutant.values.index(line.pollutant))
    if claim.status == ClaimStatus.ADMITTED:
        booked = _booked(claim)
        return [_fates(line, booked[line.pollutant], projected=False) for line in lines]
    book = rulebooks.in_force(on)
    debts = balances.open_debts(place=claim.place_id)
    return [
        _fates(
            line,
            _project(claim, line, book=book, debt=debts.get((claim.place_id, line.pollutant))),
            projected=True,
        )
        for line in lines
    ]


def _project(
    claim: Claim, line: ClaimLine, *, book: RuleBook, debt: Grams | None
) -> Mapping[Fate, Grams]:
    """
    Compute the fates of one line by the rule *book* (§3, §4, §13, §21).

    The declarer's debt comes first, then the province's grams, then 3 : 7.
    """
    return rules.of(
        rules.Line(Grams(line.verified), Grams(line.binding), Grams(line.prior_use)),
        book=book,
        debt=debt or NOTHING,
        province=None if line.province_grams is None else Grams(line.province_grams),
        destination=Destination(claim.destination),
    )


def _booked(claim: Claim) -> dict[str, dict[Fate, Grams]]:
    found: dict[str, dict[Fate, Grams]] = defaultdict(dict)
    entries = Entry.objects.filter(
        lot__source__kind=LotSourceKind.CLAIM,
        lot__source__number=claim.number,
        transfer__kind__in=(TransferKind.ADMISSION, TransferKind.CORRECTION),
        account__may_be_negative=False,
    ).select_related("account__place")
    for entry in entries:
        account = entry.account
        if account.kind == AccountKind.RESERVE and account.place is not None:
            fate = _OF_TIER.get(Tier(account.place.tier), Fate.LOCAL)
        else:
            fate = _OF_KIND[AccountKind(account.kind)]
        found[entry.pollutant][fate] = Grams(found[entry.pollutant].get(fate, 0) + entry.grams)
    return found


def _fates(line: ClaimLine, parts: Mapping[Fate, Grams], *, projected: bool) -> LineFates:
    return LineFates(
        line=line,
        pollutant=Pollutant(line.pollutant),
        verified=Grams(sum(parts.values())),
        parts={fate: parts[fate] for fate in Fate if parts.get(fate)},
        projected=projected,
    )
