"""What the demo's polluters and reserves sold each other (§8, §13)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from allocation.models import Project, Trade
from allocation.selectors.assessments import Asked
from allocation.selectors.stocks import Owner
from allocation.services import trades
from allocation.services.trade_terms import Terms
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import TradeKind, TradeStatus
from monitoring.services import gate_openings
from monitoring.vocabulary import Way
from quota_registry.demo.clerk import Clerk
from quota_registry.demo.plans import Plan
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant

NOX: Final = Pollutant.NOX
PRICE: Final = Decimal("12500.00")

INSIDE: Final = Plan(
    place="320582", plant=1, name="造纸废液燃烧炉项目", adds={"NOX": "0.4"}, back=90
)
ACROSS: Final = Plan(
    place="320583", plant=2, name="汽车零部件热处理项目", adds={"NOX": "0.5"}, back=1
)
UNUSED: Final = Plan(
    place="320582", plant=1, name="白水回收锅炉项目", adds={"NOX": "0.1"}, back=0, to=None
)


def tell(clerk: Clerk) -> None:
    """Tell of a trade inside a county, a purchase across, and of trades under way and ended."""
    _inside(clerk)
    _unused(clerk)
    _across(clerk)
    _beyond(clerk)
    today, kunshan = clerk.today, clerk.plant("320583", 3)
    seller = clerk.plant("320583", 0)
    offered(clerk, seller, kunshan, 200_000, today - timedelta(days=2))
    accepted(clerk, offered(clerk, seller, kunshan, 150_000, today - timedelta(days=6)), today)
    reserve = Place.objects.get(pk="320581")
    offered(clerk, reserve, kunshan, 300_000, today - timedelta(days=3))
    for verb, reason, days in (
        ("decline", "价格未达成一致。", 70),
        ("withdraw", "出让方自用。", 40),
    ):
        on = today - timedelta(days=days)
        trade = offered(clerk, seller, clerk.plant("320583", 1), 100_000, on)
        trades.end(
            trade=trade,
            verb=verb,
            reason=reason,
            by=clerk.who(seller.place, "officer"),
            on=on + timedelta(days=5),
        )


def _inside(clerk: Clerk) -> None:
    """Sell inside a county, straight into a project that is vouchered with it."""
    on = clerk.begins(INSIDE)
    project = clerk.record(INSIDE, on)
    trade = offered(clerk, clerk.plant("320582", 0), project.polluter, 800_000, on, project=project)
    posted(clerk, accepted(clerk, trade, on + timedelta(days=3)), on + timedelta(days=8))
    _draw(clerk, trade, on + timedelta(days=10), S.VOUCHERED)


def _unused(clerk: Clerk) -> None:
    """Sell in the last quarter for a project that never asks for it: a dispatch finds it (P4)."""
    on = Quarter.of(clerk.today).period.start - timedelta(days=30)
    project = clerk.record(UNUSED, on)
    trade = offered(clerk, clerk.plant("320582", 0), project.polluter, 200_000, on, project=project)
    posted(clerk, accepted(clerk, trade, on + timedelta(days=3)), on + timedelta(days=8))


def _across(clerk: Clerk) -> None:
    """Buy across the county's border, which somebody else opened on application (§10)."""
    today = clerk.today
    buyer = clerk.plant(ACROSS.place, ACROSS.plant)
    gate_openings.open_(
        place=buyer.place,
        pollutant=NOX,
        way=Way.PURCHASE,
        starts=today,
        ends=today + timedelta(days=60),
        reason="链主企业配套项目，上年度空气质量同比改善",
        document=f"苏环办字〔{today.year}〕93号",
        by=clerk.cast["city.office2"],
        on=today,
    )
    project = clerk.record(ACROSS, today)
    trade = offered(clerk, clerk.plant("320505", 0), buyer, 1_000_000, today, project=project)
    posted(clerk, accepted(clerk, trade, today), today)
    _draw(clerk, trade, today, S.ASSESSED)


def _beyond(clerk: Clerk) -> None:
    """Sell to another city and buy of one, as the rule book's pilot list allows (YRD)."""
    today = clerk.today
    _pilot(clerk, today - timedelta(days=60))
    on = today - timedelta(days=30)
    out = offered(clerk, clerk.plant("320583", 0), None, 120_000, on, city="嘉兴市")
    posted(clerk, accepted(clerk, out, on, counterpart=f"嘉排交{on.year}0016"), on)
    # The gate of 昆山 is open to purchases since today (see `_across`).
    brought = offered(clerk, None, clerk.plant("320583", 2), 260_000, today, city="无锡市")
    posted(clerk, accepted(clerk, brought, today, counterpart=f"锡排交{today.year}0031"), today)


def _pilot(clerk: Clerk, starts: date) -> None:
    """Let the rule book name 昆山 and NOx as a pilot of trading across regions."""
    book = rulebooks.in_force(starts)
    drafted = rulebooks.draft(
        number=f"{starts.year}-试点",
        book=book.with_changes(pilot_list=(PilotPair("320583", NOX),)),
        starts=starts,
        document=f"苏环办字〔{starts.year}〕61号",
        by=clerk.cast["city.office"],
        on=starts,
    )
    rulebooks.approve(version=drafted, by=clerk.cast["city.director"], on=starts)


def offered(
    clerk: Clerk,
    seller: Polluter | Place | None,
    buyer: Polluter | None,
    grams: int,
    on: date,
    *,
    project: Project | None = None,
    city: str = "",
) -> Trade:
    """Record an offer of NOx at the seller's side, or at the buyer's if a city sells."""
    side = seller or buyer
    assert side is not None
    at = side.place if isinstance(side, Polluter) else side
    officer = clerk.who(at, "officer")
    serial = Trade.objects.count() + 1
    beyond = TradeKind.OUTBOUND if seller else TradeKind.INBOUND
    return trades.offer(
        terms=Terms(
            kind=beyond if city else TradeKind.LOCAL,
            city=city,
            seller=seller,
            buyer=buyer,
            project=project,
            contract=f"排污权转让〔{on.year}〕{serial}号",
            contract_on=on,
            lines={NOX: (Grams(grams), PRICE)},
        ),
        file=clerk.paper("出让申请.pdf", at, officer),
        by=officer,
        on=on,
    )


def accepted(clerk: Clerk, trade: Trade, on: date, *, counterpart: str = "") -> Trade:
    """Record the buyer's acceptance, another city's by its certificate."""
    at = trade.buyer_at or trade.home
    officer = clerk.who(at, "officer")
    return trades.accept(
        trade=trade,
        file=clerk.paper("受让申请.pdf", at, officer),
        counterpart=counterpart,
        by=officer,
        on=on,
    )


def posted(clerk: Clerk, trade: Trade, on: date) -> Trade:
    """Check a trade under the agency's certificate."""
    serial = Trade.objects.filter(status=TradeStatus.POSTED).count() + 1
    return trades.check(
        trade=trade,
        certificate=f"苏排交凭{on.year}{serial:04d}",
        by=clerk.cast["city.office"],
        on=on,
    )


def _draw(clerk: Clerk, trade: Trade, on: date, to: S) -> None:
    """Let the buyer's project draw on what was bought."""
    trade.refresh_from_db()
    assert trade.project is not None
    asked = [
        Asked(
            Pollutant(line.pollutant), Owner(polluter=trade.buyer_id), Grams(line.grams), trade.pk
        )
        for line in trade.lines.all()
    ]
    clerk.walk(clerk.draft(trade.project, asked, on), to, on)
