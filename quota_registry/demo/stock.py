"""What the demo's places had on day one, the tasks they were set, and what went wrong later."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from quota_registry.demo.people import Cast
from quota_registry.kernel.demo_accounts import COUNTIES
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Balance, Claim
from reserve.services import buy_ins, corrections, opening, tasks, voids
from reserve.services.opening import Row
from reserve.vocabulary import AccountKind, ClaimStatus, Destination, LineStatus

T: Final = 1_000_000
STOCK: Final = {
    Pollutant.COD: 60,
    Pollutant.NH3N: 5,
    Pollutant.TN: 12,
    Pollutant.TP: 0.8,
    Pollutant.SO2: 18,
    Pollutant.NOX: 40,
    Pollutant.VOCS: 22,
    Pollutant.PM: 14,
}
TASKED: Final = {Pollutant.COD: 30, Pollutant.NH3N: 2, Pollutant.NOX: 12, Pollutant.VOCS: 6}


def open_books(cast: Cast, chance: Random, plants: list[Polluter], on: date) -> None:
    """Bring every county's and park's opening stock in, by two pairs of eyes, and close it."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    for place in places.order_by("path"):
        local = [plant for plant in plants if plant.place_id == place.code]
        rows = [
            Row(
                line=line,
                what="reserve",
                pollutant=pollutant,
                grams=Grams(round(tonnes * chance.uniform(0.4, 1.6) * T)),
                vintage=on - timedelta(days=chance.randint(200, 700)),
                provincial_number=f"JS{on.year}{place.code[:6]}{line:04d}",
                note="期初结存",
            )
            for line, (pollutant, tonnes) in enumerate(STOCK.items(), start=1)
        ]
        if local:
            rows += [
                Row(
                    line=len(rows) + 1,
                    what="holding",
                    pollutant=Pollutant.NOX,
                    grams=Grams(chance.randint(1, 6) * T),
                    polluter=local[0].pk,
                ),
                Row(
                    line=len(rows) + 2,
                    what="voucher",
                    pollutant=Pollutant.COD,
                    grams=Grams(chance.randint(2, 8) * T),
                    polluter=local[-1].pk,
                    case=f"{place.code}-{on.year}-{chance.randint(1, 99):05d}",
                ),
            ]
        if place.code == "320582":
            rows.append(
                Row(line=len(rows) + 1, what="debt", pollutant=Pollutant.VOCS, grams=Grams(2 * T))
            )
        officer = cast[f"{word_of(place)}.officer"]
        stock = opening.bring(
            place=place,
            document=f"苏环办字〔{on.year}〕{chance.randint(10, 90)}号",
            effective_on=on,
            rows=rows,
            by=officer,
            on=on,
        )
        stock = opening.approve(opening=stock, by=cast["city.office"], on=on)
        # One county is still open, so that a page has something to do.
        if place.code != "320585":
            opening.close(opening=stock, by=cast["city.director"], on=on)


def set_tasks(cast: Cast, chance: Random, today: date) -> None:
    """Set two years of binding tasks for every county."""
    for place in Place.objects.filter(tier=Tier.COUNTY, valid_until=None).order_by("path"):
        for year in (today.year - 1, today.year):
            for pollutant, tonnes in TASKED.items():
                tasks.set_(
                    place=place,
                    pollutant=pollutant,
                    year=year,
                    grams=round(tonnes * chance.uniform(0.5, 1.5) * 10) * T // 10,
                    document=f"苏污防攻坚办〔{year}〕{chance.randint(1, 40)}号",
                    by=cast["city.office"],
                    on=today,
                )


def buy_in(cast: Cast, on: date) -> None:
    """Let a county buy in part of what a polluter holds, after its permit changed (§13)."""
    held = (
        Balance.objects.filter(account__kind=AccountKind.HOLDING, grams__gte=T)
        .filter(account__polluter__place__code="320583")
        .select_related("account__polluter")
        .first()
    )
    if held is None:
        return
    polluter = held.account.polluter
    assert polluter is not None
    permit = polluter.permits.get()
    version = polluters.record_permit(
        polluter=polluter,
        number=permit.number,
        changed_on=on - timedelta(days=20),
        by=cast["kunshan.officer"],
        on=on,
        reason="许可排放量核减",
    )
    buy_ins.buy_in(
        polluter=polluter,
        amounts={held.account.pollutant: held.grams // 2},
        permit_version=version,
        document=f"昆环储〔{on.year}〕3号",
        by=cast["kunshan.head"],
        on=on,
        reason="排污单位申请收储",
    )


def put_right(cast: Cast, on: date) -> None:
    """Correct one admitted claim, propose the correction of another, and void a third (§21)."""
    admitted = list(
        Claim.objects.filter(status=ClaimStatus.ADMITTED, destination=Destination.RESERVE)
        .exclude(place_id__in=("320583", "320582"))
        .order_by("number")
    )
    if len(admitted) < 3:
        return
    for number, claim in enumerate(admitted[:2]):
        line = claim.lines.filter(status=LineStatus.ACCEPTED).order_by("pk").first()
        assert line is not None
        used = line.binding + line.prior_use
        correction = corrections.propose(
            claim=claim,
            pollutant=line.pollutant,
            verified=used + (line.verified - used) * 95 // 100,
            reason="复核监测数据，核减 5%。",
            document=f"苏环办字〔{on.year}〕{61 + number}号",
            by=cast["city.office"],
            on=on,
        )
        if number == 0:
            corrections.approve(correction=correction, by=cast["city.director"], on=on)
    voids.propose(
        claim=admitted[2],
        reason="核查发现验收材料不实。",
        document=f"苏环察〔{on.year}〕5号",
        by=cast["city.office"],
        on=on,
    )
    voids.void(claim=admitted[2], by=cast["city.director"], on=on)


def word_of(place: Place) -> str:
    """Return the word by which a place's people sign in; a park's county acts for it."""
    return COUNTIES[place.code if place.code in COUNTIES else place.code[:6]][0]
