"""§18: a park's reward, computed, sent, confirmed by the province, and posted in one transfer."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from parks.models import ParkYear, YearLine
from parks.refusals import ClaimedSince
from parks.rules.reward import rewards
from parks.selectors import rewarded, year_figures
from parks.services import steps, tidings
from parks.workflows import YEAR
from quota_registry.kernel import mass
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Person, RuleBookVersion, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import steps_of
from reserve.rules import postings
from reserve.rules.postings import Leg, Paper
from reserve.selectors import balances, fates
from reserve.services import ledger
from reserve.vocabulary import LotSourceKind, TransferKind


@transaction.atomic
def send(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Compute the reward by the rule book of the fixed totals and send it to the province (§18).

    What earlier versions of the year brought in, and what the members' claims were verified for,
    is not paid a second time (§21).
    """
    year = steps.lock(year, "send_reward", Permission.KEEP_PARK_YEAR, by=by, on=on)
    book = rulebooks.read(_book(year))
    facts = year_figures.reward_facts(year)
    found = rewards(facts, book=book)
    paid = rewarded.paid_before(year)
    for line in year.lines.all():
        pollutant = Pollutant(line.pollutant)
        reward = found[pollutant]
        before = paid.get(pollutant, NOTHING)
        line.verified = facts[pollutant].verified
        line.paid_before = before
        line.reward = Grams(max(NOTHING, reward.grams - before))
        line.reward_reasons = [reason.value for reason in reward.reasons]
        line.save(update_fields=["verified", "paid_before", "reward", "reward_reasons"])
    return steps.take_under(
        year, "send_reward", "reward_sent", document, day, on=on, article="18.1"
    )


@transaction.atomic
def compute_again(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """Record that the province did not confirm the reward: it is computed, and sent, again."""
    year = steps.lock(year, "compute_reward_again", Permission.KEEP_PARK_YEAR, by=by, on=on)
    return steps.take(
        year, "compute_reward_again", note=note, reward_sent_document="", reward_sent_on=None
    )


@transaction.atomic
def confirm(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Record the province's confirmation and post the reward into the park's reserve (§18).

    The park's debts are repaid first (§21); where the rule book says so the rest is divided
    3 : 7. A reward of nothing posts nothing.

    :raises SamePerson: if *by* sent it, or proposed or fixed the totals.
    :raises ClaimedSince: if claims took up more of the cut since it was computed.
    :raises QuarterClosed: if the quarter of *on* is closed.
    """
    year = steps.lock(year, "confirm_reward", Permission.KEEP_PARK_YEAR, by=by, on=on)
    lines = [line for line in year.lines.order_by("pk") if line.reward]
    _lock_members(year)
    _lock_debts(year, lines)
    _refuse_claimed_since(year, lines)
    year = steps.take_under(
        year, "confirm_reward", "confirmed", document, day, on=on, article="18.1"
    )
    if lines:
        ledger.post(
            kind=TransferKind.REWARD,
            key=f"reward/{year.number}",
            legs=_legs(year, lines),
            on=on,
            by=by,
            document=year.confirmed_document,
            clause="18.1",
        )
    tidings.tell_park(year, by=by, on=on)
    return year


def _lock_members(year: ParkYear) -> None:
    """Let whoever claims for a member wait, and find the reward that this one brings in."""
    polluters = year_figures.paid_for(year).order_by("pk")
    list(polluters.select_for_update(no_key=True).values_list("pk"))


def _lock_debts(year: ParkYear, lines: list[YearLine]) -> None:
    """Make voids and rewards of the park take turns, pollutant by pollutant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT guard.lock_debt(%s, p) FROM unnest(%s::text[]) AS p",
            [year.place_id, sorted(line.pollutant for line in lines)],
        )


def _refuse_claimed_since(year: ParkYear, lines: list[YearLine]) -> None:
    now = year_figures.verified_of_members(year)
    grown = [line for line in lines if now.get(Pollutant(line.pollutant), 0) > (line.verified or 0)]
    if grown:
        raise ClaimedSince(
            pollutants="、".join(str(Pollutant(line.pollutant).label) for line in grown),
            clause=clause("21.2"),
        )


def _book(year: ParkYear) -> RuleBookVersion:
    """Give the rule book by which the totals were fixed: the reward is of the same."""
    assert year.rule_book is not None
    return year.rule_book


def _hand(year: ParkYear, verb: str) -> int:
    """Say who took a step last; the table of the year says that somebody did."""
    step: Step = steps_of(YEAR, year).filter(verb=verb).order_by("-pk")[0]
    return step.person_id


def _legs(year: ParkYear, lines: list[YearLine]) -> list[Leg]:
    book = rulebooks.read(_book(year))
    debts = balances.open_debts(place=year.place_id)
    counted = year_figures.claims_of_members(year)
    whose = sorted(year_figures.paid_for(year).values_list("pk", flat=True))
    holders = fates.shareholders(year.place)
    sent_by, fixed_by = _hand(year, "send_reward"), _hand(year, "fix_totals")
    legs = []
    for line in lines:
        paper = Paper(
            kind=LotSourceKind.REWARD,
            number=year.number,
            place=year.place_id,
            verified_grams=Grams(line.reward),
            vintage=date(year.result_year, 12, 31),
            declared_by=sent_by,
            reviewed_by=[fixed_by],
            document=year.reward_sent_document,
            evidence={
                "park_year": year.year,
                "version": year.version,
                "clause": "18.1",
                "rule_book": _book(year).number,
                "allowed": line.before,
                "actual": line.actual,
                "verified": line.verified,
                "paid_before": line.paid_before,
                # Whose cuts it paid for, but for what these claims say: what they say beyond that,
                # filed or corrected later, was paid (§21).
                "members": whose,
                "claims": dict(counted.get(Pollutant(line.pollutant), {})),
            },
            origin=year.place_id,
            provincial_number=year.confirmed_document,
            provincial_date=year.confirmed_on,
        )
        debt = debts.get((year.place_id, line.pollutant), NOTHING)
        cover = Grams(min(debt, line.reward))
        rest = Grams(line.reward - cover)
        city, park = (
            mass.split_exactly(rest, (book.city_part, book.local_part))
            if book.reward_is_split
            else (NOTHING, rest)
        )
        parts = (
            (postings.cover(year.place_id), cover),
            (postings.reserve(holders.city.code), city),
            (postings.reserve(year.place_id), park),
        )
        legs += [
            Leg(
                source=postings.origin(LotSourceKind.REWARD),
                to=to,
                pollutant=line.pollutant,
                grams=grams,
                paper=paper,
            )
            for to, grams in parts
            if grams
        ]
    return legs
