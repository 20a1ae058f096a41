"""
Lists that were sent in: the bureau's claims twice, of which one waits for consent and one became
drafts, a county's polluters, the parks' totals and what monitors measured, looked at and not yet
agreed to.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from monitoring.models import MeasuredAmount
from monitoring.services import measured_list_work, measured_lists
from parks.services import totals_list_work, totals_lists
from quota_registry.demo.monitors import GAP
from quota_registry.demo.people import Cast
from quota_registry.kernel.mass import scale_down, text
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.services import polluter_list_work, polluter_lists
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import ImportBatch
from reserve.services import batch_work, batches

LIST = "claims.xlsx"
TOTALS, TOTALS_YEAR = "park-totals.xlsx", 2025


def send_in(cast: Cast, on: date) -> None:
    """Send the list in for the city, to be looked at, and for one county, which takes its rows."""
    _read("320500", cast["city.office"], on)
    mine = _read("320583", cast["kunshan.officer"], on)
    batches.consent(batch=mine, by=cast["kunshan.officer"], on=on, late_reason="季度集中申报。")
    batch_work.accept(batch=mine, by=cast["kunshan.officer"], on=on)


def send_polluters(cast: Cast, on: date) -> None:
    """Send in a county's polluters: one is new, one known, one under another name, two wrong."""
    officer, place = cast["kunshan.officer"], Place.objects.get(code="320583")
    known, renamed = Polluter.objects.filter(place=place, confirmed=True).order_by("uscc")[:2]
    new, wrong = "91320583MAD009001", "91320583MAD0090020"
    rows = [
        ("单位名称", "统一社会信用代码", "所在地", "行业代码"),
        ("昆山示范新丰食品加工9001有限公司", new + uscc.calc_check_digit(new), place.name, "C1499"),
        (known.name, known.uscc, place.name, known.industry),
        ("昆山示范更名印染9003有限公司", renamed.uscc, place.name, renamed.industry),
        ("昆山示范误码造纸9002有限公司", wrong, place.name, "C2221"),
        ("昆山示范外地水泥9004有限公司", new + uscc.calc_check_digit(new), "太仓市", "C3011"),
    ]
    content = "\n".join(",".join(row) for row in rows).encode("utf-8-sig")
    file = polluter_lists.receive(
        upload=SimpleUploadedFile("昆山排污单位.csv", content), place=place, by=officer, on=on
    )
    polluter_list_work.WORK.look_at(brought=file, by=officer, on=on)
    # Here and now; the worker finds it done.
    polluter_list_work.WORK.read(brought=file, by=officer, on=on)


def send_totals(cast: Cast, on: date) -> None:
    """Send in the bureau's workbook of the parks' totals, looked at and waiting for consent."""
    office, city = cast["city.office"], Place.objects.get(code="320500")
    content = (Path(settings.BASE_DIR) / "fixtures" / "bureau" / TOTALS).read_bytes()
    brought = totals_lists.receive(
        upload=SimpleUploadedFile(TOTALS, content), year=TOTALS_YEAR, place=city, by=office, on=on
    )
    totals_list_work.WORK.look_at(brought=brought, by=office, on=on)
    # Here and now; the worker finds it done.
    totals_list_work.WORK.read(brought=brought, by=office, on=on)


def send_measured(cast: Cast, on: date) -> None:
    """Send in what monitors measured: late months, one put right, one of nobody, one unreadable."""
    inspector, city = cast["city.inspector"], Place.objects.get(code="320500")
    first, second, third = (
        MeasuredAmount.objects.standing()
        .filter(month=date(on.year - 1, 12, 1), pollutant=Pollutant.NOX)
        .select_related("monitor__outlet__polluter")
        .order_by("monitor__outlet__polluter__uscc", "monitor__outlet__number")[:3]
    )
    late, last = f"{on.year - 1}-{GAP:02}", f"{on.year - 1}-12"
    rows = [
        ("单位名称", "统一社会信用代码", "排放口编号", "月份", "NOx（吨）"),
        (*_outlet(first), late, _tonnes(first, "1.04")),
        (*_outlet(second), late, _tonnes(second, "0.97")),
        (*_outlet(third), last, _tonnes(third, "1.10")),
        (*_outlet(third)[:2], "DA009", last, _tonnes(third, "1")),
        (*_outlet(first), last, "约2"),
    ]
    content = "\n".join(",".join(row) for row in rows).encode("utf-8-sig")
    brought = measured_lists.receive(
        upload=SimpleUploadedFile("补报监测排放量.csv", content), place=city, by=inspector, on=on
    )
    measured_list_work.WORK.look_at(brought=brought, by=inspector, on=on)
    # Here and now; the worker finds it done.
    measured_list_work.WORK.read(brought=brought, by=inspector, on=on)


def _outlet(row: MeasuredAmount) -> tuple[str, str, str]:
    outlet = row.monitor.outlet
    return outlet.polluter.name, outlet.polluter.uscc, outlet.number


def _tonnes(row: MeasuredAmount, share: str) -> str:
    assert row.grams is not None
    return text(scale_down(row.grams, Decimal(share)))


def _read(place: str, by: Person, on: date) -> ImportBatch:
    content = (Path(settings.BASE_DIR) / "fixtures" / "bureau" / LIST).read_bytes()
    batch = batches.upload(
        upload=SimpleUploadedFile(LIST, content), place=Place.objects.get(code=place), by=by, on=on
    )
    # Here and now; the worker finds it done.
    return batch_work.read(batch=batch, on=on)
