"""Every page of the desk fits and can be used: wide in Chinese, narrow in English."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from django.urls import reverse

from allocation.models import Application
from allocation.vocabulary import ApplicationStatus
from quota_registry.kernel.periods import Quarter
from tests import desk, dispatched, factories, trading, watch
from tests.desk import T, asks
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LATER: Final = date(2026, 10, 10)


def told() -> list[tuple[str, str]]:
    """Make one of everything; returns who reads which page."""
    factories.all_places()
    watch.improved()
    desk.stocked("320583", 60 * T)
    voucher = desk.vouchered(desk.project({"NOX": "1.5"}), asks(("NOX", "320583", 3 * T)))
    held = desk.carry(
        desk.drafted(desk.project(number=2), asks(("NOX", "320583", 2 * T))),
        ApplicationStatus.HELD,
    )
    short = desk.drafted(
        desk.project({"NOX": "90"}, number=3), asks(("NOX", "320583", 2 * T), ("NOX", "320500", T))
    )
    draft = desk.drafted(desk.project(number=4), asks(("NOX", "320583", 2 * T)))
    filed = desk.carry(
        desk.drafted(desk.project(number=5), asks(("NOX", "320583", 2 * T))),
        ApplicationStatus.FILED,
    )
    seller, buyer = factories.polluter(21), factories.polluter(22)
    trading.holding(seller, 10 * T)
    trade = trading.accepted(trading.offered(trading.terms(seller, buyer)))
    dispatched.listed(dispatched.approval(31), dispatched.approval(32))
    dispatched.listed(dispatched.cancellation(33))
    round_ = dispatched.run(on=LATER)
    quarter = str(Quarter.of(round_.quarter))

    def of(name: str, *args: object) -> str:
        return reverse(f"allocation:{name}", args=args)

    def application(name: str, one: Application, *args: object) -> str:
        return of(name, one.number, *args)

    return [
        ("kunshan.officer", of("projects")),
        ("kunshan.officer", of("project-new")),
        ("kunshan.officer", of("project", voucher.application.project.number)),
        ("kunshan.officer", of("project-edit", draft.project.number)),
        ("kunshan.officer", of("applications")),
        ("kunshan.officer", application("application", held)),
        ("kunshan.officer", application("application-edit", short)),
        ("kunshan.officer", application("application-edit", draft)),
        ("kunshan.screener", application("application-act", filed, "screen")),
        ("kunshan.head", application("application-act", held, "release")),
        ("kunshan.head", application("application", voucher.application)),
        ("city.auditor", of("vouchers")),
        ("city.auditor", of("voucher", voucher.number)),
        ("city.auditor", of("queues")),
        ("city.auditor", of("queue", "320583")),
        ("city.auditor", of("trades")),
        ("kunshan.officer", of("trade-new")),
        ("city.office", of("trade", trade.number)),
        ("city.office", of("trade-act", trade.number, "check")),
        ("city.office", of("dispatches")),
        ("city.office", of("dispatch-lists")),
        ("city.office", of("dispatch-list-new")),
        ("city.office", of("dispatch", quarter, round_.version)),
        ("city.director", of("dispatch-confirm", quarter, round_.version)),
        ("", f"{reverse('public-voucher')}?number={voucher.number}&code={voucher.code}"),
    ]


@pytest.mark.parametrize(("width", "language"), [(WIDE, "zh-hans"), (NARROW, "en")])
def test_every_page_of_the_desk_fits_and_can_be_used(
    open_page: Opener, width: int, language: str
) -> None:
    pages = told()
    seen = {
        name: open_page(
            "/", person=factories.person(name) if name else None, width=width, language=language
        )
        for name, _address in pages
    }
    for name, address in pages:
        page = seen[name]
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert_fits(page)
        assert_usable(page)
