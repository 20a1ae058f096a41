"""What came over the demo's desk in two years: projects, applications, vouchers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from allocation.models import Application, Project
from allocation.refusals import NotAssessable
from allocation.rules.sheet_codes import Check
from allocation.selectors import stocks
from allocation.selectors.assessments import Asked
from allocation.selectors.stocks import Lying, Owner
from allocation.services import applications, holds
from monitoring.services import outstanding_parks
from quota_registry.demo import bargains, pending, plans, quarters
from quota_registry.demo.clerk import Clerk
from quota_registry.demo.outcomes import AFTER
from quota_registry.demo.people import Cast
from quota_registry.demo.plans import Plan
from quota_registry.kernel.mass import Grams, grams_of, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Balance, Claim
from reserve.services import voids
from reserve.vocabulary import AccountKind

Say = Callable[[str], None]


def tell(cast: Cast, *, proof: bytes, today: date, say: Say) -> None:
    """Tell the desk's stories: first whose hold was made short, the dispatches last."""
    clerk = Clerk(cast, proof, today)
    make_short(clerk, plans.SHORT)
    for plan in (*plans.GRANTED, *plans.HELD, *plans.ENDED, *pending.UNASKED):
        tell_of(clerk, plan)
    holds.watch_over(on=today)
    recognised = today - timedelta(days=20)
    outstanding_parks.record(
        place=Place.objects.get(pk="320583P01"),
        starts=recognised,
        ends=recognised.replace(year=recognised.year + 1, day=1),
        document=f"苏环办字〔{today.year}〕95号",
        reason="限值限量管理成效显著",
        by=cast["city.office"],
        on=recognised,
    )
    for plan in pending.WAITING:
        tell_of(clerk, plan)
    for check, plan in pending.BLOCKED.items():
        be_stopped(clerk, Check(check), plan)
    ask_again(clerk)
    say(f"{Project.objects.count()} projects")
    bargains.tell(clerk)
    say("trades")
    quarters.tell(clerk)
    say("two quarters dispatched")


def tell_of(clerk: Clerk, plan: Plan) -> Application | None:
    """Record a project and walk its application as far as its story goes."""
    begins = clerk.begins(plan)
    project = clerk.record(plan, begins)
    if plan.to is None:
        return None
    sources = clerk.asked(project, begins, source=plan.source)
    application = clerk.draft(project, sources, begins, exception=plan.exception)
    application = clerk.walk(application, plan.to, begins)
    if plan.then:
        AFTER[plan.then](clerk, application, begins)
    return application


def be_stopped(clerk: Clerk, check: Check, plan: Plan) -> Application:
    """
    Draft an application that the sheet stops by *check*, and try to file it.

    :raises AssertionError: if the sheet lets it pass, or something else stops it.
    """
    begins = clerk.begins(plan)
    if check is Check.EARMARK:
        plan = _beyond_plain(plan)
    project = clerk.record(plan, begins)
    application = clerk.draft(project, _asked(clerk, check, plan, project), begins)
    _require_stopped(clerk, application, check)
    return application


def ask_again(clerk: Clerk) -> Application:
    """Ask once more for a project that has its voucher (§21)."""
    project = Project.objects.get(name=plans.GRANTED[0].name)
    application = clerk.draft(project, clerk.asked(project, clerk.today), clerk.today)
    _require_stopped(clerk, application, Check.ONCE)
    return application


def _asked(clerk: Clerk, check: Check, plan: Plan, project: Project) -> list[Asked]:
    owner = Owner(place=plan.source or plan.place)
    if check is Check.TRADE:
        owner = Owner(polluter=clerk.plant(plan.place, 0).pk)
    # Too little by a gram is too little (§7).
    less = 1 if check is Check.COVER else 0
    return [
        Asked(Pollutant(code), owner, Grams(grams_of(tonnes) * 2 - less))
        for code, tonnes in plan.adds.items()
    ]


def _require_stopped(clerk: Clerk, application: Application, check: Check) -> None:
    stopped: set[Check] = set()
    try:
        applications.file(
            application=application, by=clerk.who(application.place, "officer"), on=clerk.today
        )
    except NotAssessable as refused:
        stopped = {row.check for row in refused.rows}
    if stopped != {check}:
        raise AssertionError(f"{application.number}: {check} is to stop it, not {stopped}")


def make_short(clerk: Clerk, plan: Plan) -> Application:
    """Set the city's oldest lots aside, and void the claim that one of them came from."""
    application = tell_of(clerk, plan)
    assert application is not None
    lot = (
        Balance.objects.filter(
            account__kind=AccountKind.HELD, account__case=application.number, grams__gt=0
        )
        .select_related("lot__source")[0]
        .lot
    )
    claim = Claim.objects.get(number=lot.source.number)
    voids.propose(
        claim=claim,
        reason="在线监测数据被篡改，减排量不实。",
        document=f"苏环察〔{clerk.today.year}〕9号",
        by=clerk.cast["city.office"],
        on=clerk.today,
    )
    voids.void(claim=claim, by=clerk.cast["city.director"], on=clerk.today)
    return application


def _beyond_plain(plan: Plan) -> Plan:
    """Let a project need more than its reserve has outside the band of Lake Tai."""
    owner, pollutant = Owner(place=plan.place), Pollutant(next(iter(plan.adds)))
    lying = stocks.free([owner]).get((owner, pollutant), Lying())
    band = lying.total - lying.plain
    assert band > 1, f"{plan.place} has nothing of the band"
    increment = Grams((lying.plain + band // 2 + 1) // 2)
    return replace(plan, adds={pollutant.value: text(increment)})
