"""The demo's last two quarters dispatched: lists written from its own projects, brought in, held
against each other; the earlier one confirmed, the later one run twice and waiting (P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils.translation import override

from allocation.imports.lists import INCREMENT, PERMITTED, exempt_kinds
from allocation.models import Application, DispatchList, DispatchRound, Project, Voucher
from allocation.rules import dispatch_days
from allocation.services import (
    dispatch_list_work,
    dispatch_lists,
    dispatch_rounds,
    dispatch_tasks,
    matches,
)
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import FindingKind, ListKind, ProjectKind
from quota_registry.demo import pending, plans
from quota_registry.demo.clerk import Clerk
from quota_registry.demo.plans import Plan
from quota_registry.kernel.demo_accounts import CITY
from quota_registry.kernel.mass import text
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.services import polluters, rulebooks
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Claim
from reserve.vocabulary import SourceKind

Row = dict[str, str]

STATED: Final = (Pollutant.COD, Pollutant.NOX, Pollutant.VOCS)
EIA: Final = (
    "审批文号",
    "审批日期",
    "建设单位",
    "统一社会信用代码",
    "项目名称",
    "性质",
    "所在地",
    "免于替代的类型",
    *(f"{INCREMENT}-{pollutant.symbol}（吨/年）" for pollutant in STATED),
    "总量凭证编号",
)
CANCELLED: Final = (
    "排污许可证编号",
    "单位名称",
    "统一社会信用代码",
    "所在地",
    "注销日期",
    "注销原因",
    *(f"{PERMITTED}-{pollutant.symbol}（吨/年）" for pollutant in STATED),
)

SERVED: Final = Plan(
    place="320508", plant=2, name="数据中心备用电源项目", adds={"NOX": "0.16"}, back=0
)
PROBABLE: Final = Plan(
    place="320583", plant=3, name="电镀园区集中供热项目", adds={"NOX": "0.24"}, back=0
)
DIFFERS: Final = Plan(place="320582", plant=3, name="植物油精炼项目", adds={"COD": "0.36"}, back=0)


def tell(clerk: Clerk) -> None:
    """Dispatch the last two quarters that are over."""
    later = Quarter.of(clerk.today).plus(-1)
    earlier = later.plus(-1)
    served = _vouchered(clerk, SERVED, earlier)
    clerk.approve(served, earlier.period.start + timedelta(days=40), {})
    _vouchered(clerk, PROBABLE, later)
    _vouchered(clerk, DIFFERS, later)
    _lessen_a_permit(clerk, later.period.start + timedelta(days=50))
    _first(clerk, earlier)
    _second(clerk, later)


def _vouchered(clerk: Clerk, plan: Plan, quarter: Quarter) -> Application:
    """Voucher a project in a quarter, out of its own reserve."""
    begins = quarter.period.start + timedelta(days=5)
    project = clerk.record(plan, begins)
    draft = clerk.draft(project, clerk.asked(project, begins), begins)
    return clerk.walk(draft, S.VOUCHERED, begins)


def _lessen_a_permit(clerk: Clerk, on: date) -> None:
    """Change a permit to smaller amounts, of which nobody declares the difference (§4)."""
    polluter = clerk.plant("320582", 3)
    permit = polluter.permits.get()
    stated = permit.versions.order_by("-number")[0].amounts.all()
    polluters.record_permit(
        polluter=polluter,
        number=permit.number,
        changed_on=on,
        amounts={one.pollutant: one.grams * 9 // 10 for one in stated},
        reason="产能调整，许可排放量核减",
        by=clerk.who(polluter.place, "officer"),
        on=clerk.today,
    )


# ── The earlier quarter: confirmed, and closed with it ──
def _first(clerk: Clerk, quarter: Quarter) -> None:
    office, on = clerk.cast["city.office"], _day(clerk, quarter)
    closed, moved = _without_claim(quarter)[:2]
    served, exempt = _project(SERVED), _project(pending.UNASKED[0])
    unasked = _project(pending.BLOCKED["gate"])
    eia = [
        _approval(served, served.eia_number, served.eia_on, voucher=_voucher(served).number),
        _approval(exempt, "", quarter.period.start + timedelta(days=20)),
        # §21: approved, and nobody had asked for its quota.
        _approval(unasked, "", quarter.period.start + timedelta(days=61)),
    ]
    cancelled = [
        _cancellation(closed, quarter.period.start + timedelta(days=30), "关闭"),
        _cancellation(moved, quarter.period.start + timedelta(days=33), "搬迁"),
    ]
    _bring(clerk, ListKind.EIA, quarter, _csv(EIA, eia), office, on)
    _bring(clerk, ListKind.CANCELLED, quarter, _csv(CANCELLED, cancelled), office, on)
    made = dispatch_rounds.run(quarter=quarter, by=office, on=on)
    _settle(clerk, made, FindingKind.MOVED_UNDECIDED, "迁入地已承接，不纳入储备。", on)
    _settle(clerk, made, FindingKind.EIA_UNVOUCHERED, "已约谈建设单位，责令补办。", on)
    dispatch_rounds.confirm(
        found=made,
        document=f"苏环办字〔{on.year}〕96号",
        by=clerk.cast["city.director"],
        on=on,
    )


# ── The later one: a match said, a row corrected, run again ──
def _second(clerk: Clerk, quarter: Quarter) -> None:
    office, on = clerk.cast["city.office"], _day(clerk, quarter)
    officer = clerk.cast["kunshan.officer"]
    probable, differs = _project(PROBABLE), _project(DIFFERS)
    start, closed = quarter.period.start, _without_claim(quarter)[2]
    short = _project(pending.BLOCKED["stock"])
    annulled = _project(next(plan for plan in plans.GRANTED if plan.then == "annulled"))
    wrong = _approval(differs, "", start + timedelta(days=70), voucher="", more=1)
    eia = [
        _approval(probable, "", start + timedelta(days=60)),
        _approval(
            differs, "", start + timedelta(days=70), voucher=_voucher(differs).number, more=40_000
        ),
        # §21: the voucher of another project, and one that was annulled besides.
        _approval(short, "", start + timedelta(days=75), voucher=_voucher(annulled).number),
        wrong | {"统一社会信用代码": f"{differs.polluter.uscc[:-1]}*"},
    ]
    cancelled = [_cancellation(closed, start + timedelta(days=44), "关闭")]
    _bring(clerk, ListKind.EIA, quarter, _csv(EIA, eia), office, on)
    _bring(clerk, ListKind.CANCELLED, quarter, _csv(CANCELLED, cancelled), office, on)
    first = dispatch_rounds.run(quarter=quarter, by=office, on=on)
    _settle(clerk, first, FindingKind.CLOSED_UNCLAIMED, "已通知属地一周内申报。", on)
    found = first.findings.get(kind=FindingKind.EIA_PROBABLE, approval__project=probable.name)
    assert found.approval is not None
    matches.say(approval=found.approval, voucher=_voucher(probable), agrees=True, by=officer, on=on)
    dispatch_rounds.run(quarter=quarter, by=office, on=clerk.after(on, 4))
    # Read, and not agreed to yet: the county's own list of the month that runs.
    mine = [_approval(_project(pending.BLOCKED["trade"]), "", clerk.today)]
    _bring(clerk, ListKind.EIA, quarter, _csv(EIA, mine), officer, clerk.today, take=False)


def _day(clerk: Clerk, quarter: Quarter) -> date:
    """Say when a quarter is dispatched: on the next day for it, today where that lies ahead."""
    last = quarter.period.last
    assert last is not None
    day = dispatch_days.next_day(last, book=rulebooks.in_force(last))
    return min(day, clerk.today)


def _settle(clerk: Clerk, made: DispatchRound, kind: FindingKind, note: str, on: date) -> None:
    found = made.findings.filter(kind=kind)[0]
    officer = clerk.who(found.place, "officer")
    dispatch_tasks.settle(task=found.task, note=note, by=officer, on=on)


# ── The lists ──
def _bring(
    clerk: Clerk,
    kind: ListKind,
    quarter: Quarter,
    content: bytes,
    by: Person,
    on: date,
    *,
    take: bool = True,
) -> DispatchList:
    """Bring a list in and do here what its worker does."""
    place = Place.objects.get(pk=CITY if by.username.startswith("city.") else "320583")
    brought = dispatch_lists.receive(
        upload=SimpleUploadedFile(f"{quarter}{kind.label}.csv", content),
        kind=kind,
        quarter=quarter,
        place=place,
        by=by,
        on=on,
    )
    dispatch_list_work.WORK.read(brought=brought, by=by, on=on)
    if take:
        dispatch_list_work.WORK.take(brought=brought, by=by, on=on)
    return brought


def _csv(headers: Sequence[str], rows: Sequence[Row]) -> bytes:
    lines = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode("utf-8-sig")


def _approval(
    project: Project, number: str, on: date | None, *, voucher: str = "", more: int = 0
) -> Row:
    """State the approval of a project, with so many grams more than it asked for."""
    assert on is not None
    with override(None):
        kind = str(ProjectKind(project.kind).label)
    amounts = {one.pollutant: one.increment + more for one in project.amounts.all()}
    words = {str(value): word for word, value in exempt_kinds().items()}
    return {
        "审批文号": number or f"苏环建〔{on.year}〕83第{2000 + project.pk}号",
        "审批日期": on.isoformat(),
        "建设单位": project.polluter.name,
        "统一社会信用代码": project.polluter.uscc,
        "项目名称": project.name,
        "性质": kind,
        "所在地": project.place.name,
        "免于替代的类型": words.get(project.exempt_kind, ""),
        "总量凭证编号": voucher,
    } | _amounts(INCREMENT, amounts)


def _cancellation(polluter: Polluter, on: date, reason: str) -> Row:
    permit = polluter.permits.get()
    stated = permit.versions.order_by("-number")[0].amounts.all()
    return {
        "排污许可证编号": permit.number,
        "单位名称": polluter.name,
        "统一社会信用代码": polluter.uscc,
        "所在地": polluter.place.name,
        "注销日期": on.isoformat(),
        "注销原因": reason,
    } | _amounts(PERMITTED, {one.pollutant: one.grams for one in stated})


def _amounts(over: str, amounts: Mapping[str, int]) -> Row:
    return {
        f"{over}-{pollutant.symbol}（吨/年）": text(amounts[pollutant])
        for pollutant in STATED
        if pollutant in amounts
    }


def _without_claim(quarter: Quarter) -> list[Polluter]:
    """List polluters that declared neither a closure nor a change since *quarter* began."""
    declared = Claim.objects.filter(
        Q(source_kind=SourceKind.CLOSURE) | Q(permit_changed_on__gte=quarter.period.start)
    )
    return list(
        Polluter.objects.filter(confirmed=True, place__tier=Tier.COUNTY)
        .exclude(pk__in=declared.values("polluter"))
        .exclude(pk__in=Project.objects.values("polluter"))
        .select_related("place")
        .order_by("-uscc")
    )


def _project(plan: Plan) -> Project:
    found: Project = Project.objects.select_related("polluter", "place").get(name=plan.name)
    return found


def _voucher(project: Project) -> Voucher:
    return Voucher.objects.get(application__project=project)
