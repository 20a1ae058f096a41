"""What became of the demo's applications after they were walked: one act for every outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from allocation.models import Application
from allocation.services import applications, assessments, holds, vouchers
from allocation.vocabulary import ApplicationStatus as S
from quota_registry.demo.clerk import Clerk
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Medium, Pollutant


def _smaller(clerk: Clerk, application: Application, begins: date) -> None:
    line = application.lines.get()
    less = {Pollutant(line.pollutant): Grams(line.increment * 4 // 5)}
    clerk.approve(application, clerk.after(begins, 50), less)


def _larger(clerk: Clerk, application: Application, begins: date) -> None:
    line = application.lines.order_by("pk")[0]
    on = clerk.after(begins, 50)
    more = {Pollutant(line.pollutant): Grams(line.increment * 5 // 4)}
    approved = clerk.approve(application, on, more)
    project = approved.project
    sources = clerk.asked(project, on, supplement=True)
    supplement = clerk.draft(project, sources, on, supplements=approved)
    clerk.walk(supplement, S.VOUCHERED, on)
    vouchers.use(
        application=approved,
        version=approved.version,
        used_on=clerk.after(begins, 200),
        by=clerk.who(project.place, "officer"),
        on=clerk.after(begins, 200),
    )


def _returned(clerk: Clerk, application: Application, begins: date) -> None:
    _give_back(clerk, application, None, clerk.after(begins, 120))


def _returned_in_part(clerk: Clerk, application: Application, begins: date) -> None:
    line = application.lines.get()
    part = {Pollutant(line.pollutant): Grams(line.required // 3)}
    _give_back(clerk, application, part, clerk.after(begins, 90))


def _give_back(
    clerk: Clerk, application: Application, amounts: dict[Pollutant, Grams] | None, on: date
) -> None:
    vouchers.give_back(
        application=application,
        version=application.version,
        amounts=amounts,
        document=f"{application.place.name[:1]}环函〔{on.year}〕{on.month}号",
        reason="项目取消。" if amounts is None else "建设规模缩减。",
        by=clerk.who(application.place, "head"),
        on=on,
    )


def _annulled(clerk: Clerk, application: Application, begins: date) -> None:
    on = clerk.after(begins, 60)
    vouchers.annul(
        application=application,
        version=application.version,
        document=f"苏环察〔{on.year}〕{on.month}号",
        reason="申请材料与现场不符，凭证作废。",
        by=clerk.cast["city.director"],
        on=on,
    )


def _lapsed(clerk: Clerk, application: Application, begins: date) -> None:
    holds.expire(application=application, on=clerk.after(begins, 192))


def _withdrawn(clerk: Clerk, application: Application, begins: date) -> None:
    applications.withdraw(
        application=application,
        version=application.version,
        reason="建设单位暂缓实施。",
        by=clerk.who(application.place, "officer"),
        on=clerk.after(begins, 2),
    )


def _refused(clerk: Clerk, application: Application, begins: date) -> None:
    applications.refuse(
        application=application,
        version=application.version,
        reason="选址不符合国土空间规划。",
        by=clerk.who(application.place, "screener"),
        on=clerk.after(begins, 3),
    )


def _refused_by_division(clerk: Clerk, application: Application, begins: date) -> None:
    assessments.refuse(
        application=application,
        version=application.version,
        medium=Medium.AIR,
        reason="源强核算依据不足。",
        by=clerk.cast["city.air"],
        on=clerk.after(begins, 7),
    )


def _declined(clerk: Clerk, application: Application, begins: date) -> None:
    holds.decline(
        application=application,
        version=application.version,
        reason="优先保障本年度重大产业项目，暂不投放。",
        by=clerk.who(application.place, "head"),
        on=clerk.after(begins, 25),
    )


AFTER: Final[dict[str, Callable[[Clerk, Application, date], None]]] = {
    "smaller": _smaller,
    "larger": _larger,
    "returned": _returned,
    "returned in part": _returned_in_part,
    "annulled": _annulled,
    "lapsed": _lapsed,
    "withdrawn": _withdrawn,
    "refused": _refused,
    "refused by the division": _refused_by_division,
    "declined": _declined,
}
