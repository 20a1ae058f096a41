"""The facts that an assessment sheet judges by, and the sheet of an application on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from allocation.models import Application, ApplicationSource, Project, Trade
from allocation.rules import sheet as rules
from allocation.rules import sources as ways
from allocation.rules.facts import Earlier, Facts, ProjectFacts, SourceFacts
from allocation.rules.sheet import Sheet
from allocation.rules.sources import Offer, Spot
from allocation.selectors import coverage, purchases, stocks
from allocation.selectors.stocks import Lying, Owner
from allocation.vocabulary import Draw, Hand, Moment
from monitoring.rules.gate import Gate
from monitoring.selectors import gates
from monitoring.selectors.outstanding import outstanding
from monitoring.vocabulary import Way
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant, Tier


@dataclass(frozen=True, slots=True)
class Asked:
    """One account that is asked for grams of a pollutant; ``trade`` brought them there."""

    pollutant: Pollutant
    owner: Owner
    grams: Grams
    trade: int | None = None


def asked_of(application: Application) -> list[Asked]:
    """List what an application draws on, as it is on record."""
    return [
        Asked(
            Pollutant(source.pollutant),
            Owner(source.place_id, source.polluter_id),
            Grams(source.grams),
            source.trade_id,
        )
        for source in application.sources.all()
    ]


def of(application: Application, *, on: date, moment: Moment) -> Sheet:
    """
    Judge an application as it is on record, on the day *on*.

    The rule book is that of its filing (§7 is governed by that day); the gate is checked each time
    by the book of the day.
    """
    asked = asked_of(application)
    book = (
        RuleBook.from_document(application.rule_book.content)
        if application.rule_book
        else rulebooks.in_force(on)
    )
    facts = facts_of(
        application.project,
        asked,
        on=on,
        application=application,
        exception_reason=application.exception_reason,
        moment=moment,
    )
    return rules.assess(facts, book=book, moment=moment)


def facts_of(
    project: Project,
    asked: Sequence[Asked],
    *,
    on: date,
    application: Application | None = None,
    exception_reason: str = "",
    moment: Moment = Moment.FILED,
) -> Facts:
    """Gather everything that the sheet of a project judges by; the draft need not be stored."""
    supplements = application.supplements.number if application and application.supplements else ""
    return Facts(
        project=project_facts(project, on=on, supplements=bool(supplements)),
        sources=_sources(project, asked, application=application, on=on, moment=moment),
        earlier=_earlier(project, application),
        supplements=supplements,
        strategic_waiting=_strategic_waiting(asked, application),
        exception_reason=exception_reason.strip(),
        countersigned=bool(application and is_countersigned(application)),
        on=on,
    )


def project_facts(project: Project, *, on: date, supplements: bool = False) -> ProjectFacts:
    """Give a project as the rules see it; a supplement asks for what is not covered yet."""
    facts = replace(
        coverage.facts_of(project), outstanding_park=outstanding(project.place, on) is not None
    )
    return replace(facts, increments=coverage.uncovered(project)) if supplements else facts


def is_countersigned(application: Application) -> bool:
    """Say whether the second signature of §6 is under the version that stands."""
    return application.signatures.filter(
        version=application.version, hand=Hand.COUNTERSIGN
    ).exists()


def spot(place: Place) -> Spot:
    """Give a place as the rules of sources see it."""
    return Spot(code=place.code, tier=Tier(place.tier), path=place.path)


def draw_of(project: Project, owner: Place | Polluter) -> Draw:
    """Say what a reserve or a holding is to a project."""
    own = isinstance(owner, Polluter) and owner.pk == project.polluter_id
    return draw_from(project.place, owner, own=own)


def ways_of(application: Application) -> list[tuple[Pollutant, Way]]:
    """List the ways through the gate that an application takes, by pollutant."""
    drawn = [
        (Pollutant(source.pollutant), draw_of(application.project, source.owner))
        for source in application.sources.select_related("place", "polluter__place")
    ]
    return [(pollutant, draw.way) for pollutant, draw in drawn if draw.way is not None]


def draw_from(at: Place, owner: Place | Polluter, *, own: bool = False) -> Draw:
    """Say what a reserve or a holding, perhaps one's own, is to somebody at a place."""
    if isinstance(owner, Place):
        return ways.draw_on_reserve(spot(at), spot(owner))
    return ways.draw_on_holding(spot(at), spot(owner.place), own=own)


def reserves_above(place: Place) -> list[Place]:
    """List the reserves that a project in *place* may draw on, its own first, the widest last."""
    return list(Place.objects.filter(code__in=place.lineage).order_by("-path"))


def offers(application: Application, *, on: date) -> list[Offer]:
    """List what its trades, its own holding and the reserves above could give an application."""
    project = application.project
    places = [
        place
        for place in reserves_above(project.place)
        # A release by the province enters with its document: nobody proposes it (RULES §3).
        if place.tier != Tier.PROVINCE
    ]
    owners: list[Place | Polluter] = [project.polluter, *places]
    gate = gates.gates_of(project.place, on=on)
    free = stocks.free(owner_of(one) for one in owners)
    found = []
    for rank, one in enumerate(owners):
        draw = draw_of(project, one)
        available = {
            # Lots of the band go to strategic projects; others are not offered them.
            pollutant: lying.total if project.is_strategic else lying.plain
            for pollutant in Pollutant
            if (lying := free.get((owner_of(one), pollutant)))
        }
        shares = (
            ways.share_out(available, purchases.brought(application))
            if one == project.polluter
            else [(None, available)]
        )
        found += [
            Offer(
                key=owner_of(one).key,
                pollutant=pollutant,
                draw=draw,
                open=_is_open(draw, gate[pollutant]),
                available=grams,
                rank=rank,
                trade=trade,
            )
            for trade, share in shares
            for pollutant, grams in share.items()
        ]
    return found


def owner_of(one: Place | Polluter) -> Owner:
    """Name the account of a place or a polluter."""
    return Owner(place=one.pk) if isinstance(one, Place) else Owner(polluter=one.pk)


def _is_open(draw: Draw, gate: Gate) -> bool:
    return draw.way is None or gate[draw.way].open


def _sources(
    project: Project,
    asked: Sequence[Asked],
    *,
    application: Application | None,
    on: date,
    moment: Moment,
) -> list[SourceFacts]:
    released = moment is Moment.RELEASED
    places = Place.objects.in_bulk([one.owner.place for one in asked if one.owner.place])
    polluters = Polluter.objects.select_related("place").in_bulk(
        [one.owner.polluter for one in asked if one.owner.polluter]
    )
    bought = Trade.objects.prefetch_related("lines").in_bulk(
        [one.trade for one in asked if one.trade]
    )
    gate = gates.gates_of(project.place, on=on)
    own = any(one.owner.polluter == project.polluter_id for one in asked)
    bound = purchases.Bound(project) if own and not released else None
    # What is set aside for this application lies in its hold; before that, in the account.
    lying = (
        stocks.held(application.number)
        if application and released
        else stocks.free(one.owner for one in asked)
    )
    # An account that is named twice, as for a trade and without, gives to the one what is left.
    taken: dict[tuple[Owner, Pollutant], Grams] = {}
    found = []
    for one in asked:
        owner = places[one.owner.place] if one.owner.place else polluters[one.owner.polluter or 0]
        draw = draw_of(project, owner)
        account = (one.owner, one.pollutant)
        whole = lying.get(account, Lying()).after(before := taken.get(account, NOTHING))
        taken[account] = Grams(before + one.grams)
        there = whole
        if bound and draw is Draw.OWN_HOLDING:
            there = whole.less(bound.drawn(one.pollutant, one.grams, trade=one.trade))
        trade = bought.get(one.trade or 0)
        found.append(
            SourceFacts(
                pollutant=one.pollutant,
                name=owner.name,
                draw=draw,
                grams=one.grams,
                available=there.total,
                plain=there.plain,
                bound=Grams(whole.total - there.total),
                tier=Tier(owner.tier) if isinstance(owner, Place) else None,
                passage=gate[one.pollutant][draw.way] if draw.way else None,
                trade=trade.number if trade else "",
                certificate=trade.certificate if trade else "",
                traded=trade is not None
                and purchases.covers(
                    trade, project, one.pollutant, one.grams, application=application
                ),
            )
        )
    return found


def _earlier(project: Project, application: Application | None) -> list[Earlier]:
    others = project.applications.granted().prefetch_related("lines")
    return [
        Earlier(
            number=other.number,
            pollutants=frozenset(Pollutant(line.pollutant) for line in other.lines.all()),
        )
        for other in others
        if application is None or other.pk != application.pk
    ]


def _strategic_waiting(
    asked: Iterable[Asked], application: Application | None
) -> Mapping[Pollutant, Sequence[str]]:
    """Name the strategic applications that wait for the same accounts, by pollutant."""
    places = {one.owner.place for one in asked if one.owner.place}
    polluters = {one.owner.polluter for one in asked if one.owner.polluter}
    waits = Application.objects.waiting().filter(project__strategic_approved_by__isnull=False)
    rows = (
        ApplicationSource.objects.filter(application__in=waits)
        .filter(Q(place__in=places) | Q(polluter__in=polluters))
        .exclude(application=application.pk if application else None)
        .values_list("pollutant", "application__number")
        .distinct()
        .order_by("application__number")
    )
    waiting: dict[Pollutant, list[str]] = {}
    for pollutant, number in rows:
        waiting.setdefault(Pollutant(pollutant), []).append(number)
    return waiting


def held_of(application: Application) -> dict[Pollutant, Grams]:
    """Give what is set aside for an application now, by pollutant."""
    held: dict[Pollutant, Grams] = {}
    for (_owner, pollutant), lying in stocks.held(application.number).items():
        held[pollutant] = Grams(held.get(pollutant, 0) + lying.total)
    return held


def shortfalls(
    application: Application, held: Mapping[Pollutant, Grams] | None = None
) -> dict[Pollutant, tuple[Grams, Grams]]:
    """
    Say where a hold no longer covers its duty, since a lot in it proved false (§21).

    Gives, by pollutant, what is *held*, asked for where it is not given, and what is required.
    """
    if held is None:
        held = held_of(application)
    return {
        pollutant: (there, Grams(line.required))
        for line in application.lines.all()
        if (there := held.get(pollutant := Pollutant(line.pollutant), NOTHING)) < line.required
    }
