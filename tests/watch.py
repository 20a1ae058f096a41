"""A small watch to test on: targets, orders, judgements, openings and monitors in a few words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from monitoring.models import (
    GateOpening,
    Judgement,
    Monitor,
    PlaceMonth,
    SectionMonth,
    Station,
    Suspension,
    Target,
)
from monitoring.services import gate_openings, judgements, monitors, stations, suspensions, targets
from monitoring.vocabulary import Way
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Medium, Pollutant
from tests import factories
from tests.factories import ON

ORDER: Final = "苏环办字〔2026〕30号"
LIFT: Final = "苏环办字〔2026〕41号"
PAPER: Final = "苏环发〔2026〕9号"


def asked_target(
    code: str = "320583", value: str = "30", *, indicator: str = "pm25", year: int = 2026
) -> Target:
    """Propose a target."""
    return targets.propose(
        place=factories.place(code),
        indicator=indicator,
        year=year,
        value=Decimal(value),
        document=PAPER,
        by=factories.person("city.air"),
        on=ON,
    )


def target(
    value: str = "30", *, code: str = "320583", indicator: str = "pm25", year: int = 2026
) -> Target:
    """Set a target by two people."""
    asked = asked_target(code, value, indicator=indicator, year=year)
    return targets.approve(target=asked, by=factories.person("city.office"), on=ON)


def proposed(code: str = "320583", scope: str = "reserves", **more: Any) -> Suspension:
    """Propose a suspension."""
    facts: dict[str, Any] = {
        "reason": "PM2.5年均浓度连续两个月红色预警",
        "by": factories.person("city.air"),
        "on": ON,
    }
    return suspensions.propose(place=factories.place(code), scope=scope, **facts | more)


def ordered(
    code: str = "320583",
    scope: str = "reserves",
    *,
    starts: date = ON,
    ends: date | None = None,
) -> Suspension:
    """Put a suspension in force."""
    return suspensions.order(
        suspension=proposed(code, scope),
        document=ORDER,
        starts=starts,
        ends=ends,
        by=factories.person("city.director"),
        on=ON,
    )


def lift_proposed(
    code: str = "320583", scope: str = "reserves", *, starts: date = ON, ends: date | None = None
) -> Suspension:
    """Put a suspension in force and propose to lift it."""
    return suspensions.propose_lift(
        suspension=ordered(code, scope, starts=starts, ends=ends),
        reason="环境质量改善",
        by=factories.person("city.air"),
        on=ON,
    )


def judgement(
    *,
    code: str = "320583",
    medium: str = Medium.AIR,
    year: int = 2025,
    met: bool = True,
    done: bool = True,
    confirmed: bool = True,
    on: date = ON,
    **more: Any,
) -> Judgement:
    """Judge a year by two people, against the record where it says nothing."""
    factories.rule_book()
    found = judgements.propose(
        place=factories.place(code),
        medium=medium,
        year=year,
        quality_met=met,
        task_done=done,
        reason="以省厅通报为准",
        by=factories.person("city.air"),
        on=on,
        **more,
    )
    if not confirmed:
        return found
    office = factories.person("city.office")
    return judgements.confirm(judgement=found, document=PAPER, by=office, on=on)


def opening(
    *,
    code: str = "320583",
    pollutant: str = Pollutant.NOX,
    way: str = Way.PURCHASE,
    starts: date = ON,
    ends: date = date(2026, 12, 1),
    by: str = "city.office2",
) -> GateOpening:
    """Open a way on application."""
    return gate_openings.open_(
        place=factories.place(code),
        pollutant=pollutant,
        way=way,
        starts=starts,
        ends=ends,
        reason="重大项目用地已落实",
        document=PAPER,
        by=factories.person(by),
        on=ON,
    )


def station(code: str = "320583", number: int = 1, **more: Any) -> Station:
    """Register an air station."""
    facts: dict[str, Any] = {"kind": "air", "valid_from": date(2020, 1, 1)}
    return stations.register(
        place=factories.place(code),
        code=f"{code}A{number:02d}",
        name=f"示范空气站{number}",
        by=factories.person("city.air"),
        on=ON,
        **facts | more,
    )


OFFICERS: Final = {
    "320583": "kunshan.officer",
    "320583P01": "kunshan.officer",
    "320581": "changshu.officer",
}


def monitor(code: str = "320583", *, number: int = 1, kind: str = "automatic") -> Monitor:
    """Note that an outlet is due a monitor by mid-year."""
    officer = factories.person(OFFICERS[code])
    outlet = monitors.add_outlet(
        polluter=factories.polluter(number, code),
        number="DA001",
        name="锅炉排气筒",
        medium=Medium.AIR,
        by=officer,
        on=ON,
    )
    return monitors.require_monitor(
        outlet=outlet, kind=kind, due_on=date(2026, 6, 30), by=officer, on=ON
    )


def networked(found: Monitor) -> Monitor:
    """Record that a monitor was put up in May and networked in June."""
    return monitors.record_dates(
        monitor=found,
        due_on=date(2026, 6, 30),
        installed_on=date(2026, 5, 1),
        accepted_on=date(2026, 5, 20),
        networked_on=date(2026, 6, 1),
        compared_on=None,
        by=factories.person(OFFICERS.get(found.outlet.polluter.place_id, "kunshan.officer")),
        on=ON,
    )


def month_of_air(
    year: int, pm25: str, *, days: int = 365, code: str = "320583", month: int = 12
) -> None:
    """December's row of a place, or that of another *month*: its year to date is the year."""
    with factories.system():
        PlaceMonth.objects.create(
            place=factories.place(code),
            month=date(year, month, 1),
            days=31,
            pm25_sum=Decimal(pm25) * 31,
            index_days=31,
            good_days=31,
            year_days=days,
            year_pm25_sum=Decimal(pm25) * days,
            year_index_days=days,
            year_good_days=days * 4 // 5,
        )


def year_of_section(number: int, year: int, water_class: int | None, *, months: int = 12) -> None:
    """Register a section and class its year to the end of so many months, if it has a class."""
    section = station(
        number=number, kind="section", body="river", target_class=3, valid_from=date(2020, 1, 1)
    )
    if water_class is None:
        return
    with factories.system():
        SectionMonth.objects.create(
            station=section, month=date(year, months, 1), year_class=water_class, months=months
        )


def improved(met: bool = True, done: bool = True, *, code: str = "320583") -> None:
    """Judge a year in which the air improved by 5 %."""
    month_of_air(2024, "30", code=code)
    month_of_air(2025, "28.5", code=code)
    judgement(met=met, done=done, code=code)


def measuring(polluter: Polluter, *, number: str = "DA001", since: date) -> Monitor:
    """Put an automatic monitor at an outlet into the air, accepted and networked on one day."""
    officer = factories.person(OFFICERS[polluter.place_id[:6]])
    outlet = monitors.add_outlet(
        polluter=polluter,
        number=number,
        name="锅炉排气筒",
        medium=Medium.AIR,
        by=officer,
        on=ON,
    )
    found = monitors.require_monitor(
        outlet=outlet, kind="automatic", due_on=since, by=officer, on=ON
    )
    return monitors.record_dates(
        monitor=found,
        due_on=since,
        installed_on=since,
        accepted_on=since,
        networked_on=since,
        compared_on=None,
        by=officer,
        on=ON,
    )


def measured_list(
    *rows: str, heads: str = "统一社会信用代码,排放口编号,月份,COD（吨）,NOx（吨）"
) -> Any:
    """Give a list of measured amounts as somebody sends it in, line by line."""
    content = "\n".join([heads, *rows]).encode()
    return SimpleUploadedFile("监测排放量.csv", content)
