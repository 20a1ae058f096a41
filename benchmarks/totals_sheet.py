"""
The sheet of a park of 2 000 members × 8 pollutants in a real browser, from its opening on.

Typed in, pasted over whole, and scrolled: what somebody at a desk waits for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import Figure, analyze
from tests.databases import Addresses

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MEMBERS: Final = 2_000
EDITS: Final = 20
NOTCH: Final = 120
"""What one notch of a mouse's wheel scrolls, in pixels."""

# From the key to the first thing that the browser does once the next frame is painted.
WATCH_KEYS: Final = """() => {
    window.spent = [];
    addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const began = performance.now();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.spent.push(performance.now() - began);
            port2.postMessage(0);
        });
    }, true);
}"""
PASTE: Final = """(element, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""
SCROLL: Final = """(holder, notch) => new Promise((done) => {
    const frames = [];
    let last = performance.now();
    const step = (now) => {
        frames.push(now - last);
        last = now;
        holder.scrollTop += notch;
        if (frames.length > 100) done(frames.slice(1));
        else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})"""


def run(addresses: Addresses) -> Iterator[Figure]:
    """Fill a park, open its sheet in a browser, type, scroll, and paste over all of it."""
    # Playwright runs a loop in this thread, which Django takes for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from quota_registry.web.pictures import camera

    person, path = _filled()
    analyze(addresses)
    with camera.site() as base, camera.chromium() as browser:
        page = _signed_in(browser, base, person)
        page.goto(base + path, wait_until="commit")
        cell = page.locator(".tabulator-row").nth(1).locator("[tabulator-field=NOX]")
        cell.dblclick()
        cell.locator("input").wait_for()
        first = page.evaluate("performance.now()") / 1000
        yield Figure(
            "totals_sheet_first_rows_seconds",
            first,
            3,
            at_most=True,
            note=f"{MEMBERS} members × 8 pollutants, last year beside them: until one can type",
        )
        page.keyboard.press("Escape")
        edit = _edited(page)
        yield Figure(
            "totals_sheet_edit_ms",
            _median(edit),
            100,
            at_most=True,
            note=f"Enter to the next painted frame, median of {EDITS}, longest {edit[-1]:.0f} ms",
        )
        holder = page.locator(".tabulator-tableholder")
        idle, frames = (sorted(holder.evaluate(SCROLL, notch)) for notch in (0, NOTCH))
        yield Figure(
            "totals_sheet_scroll_frame_ms",
            frames[int(len(frames) * 0.95)],
            50,
            at_most=True,
            note=f"{NOTCH} px a frame, 95 of 100 frames; median {_median(frames):.0f} ms,"
            f" where nothing moves {_median(idle):.0f} ms",
        )
        yield Figure(
            "totals_sheet_paste_seconds",
            _pasted(page),
            10,
            at_most=True,
            note=f"{MEMBERS} × 10 cells, from the paste until all of them are saved",
        )
    from parks.models import TotalsRow

    assert TotalsRow.objects.filter(totals__status="draft", faults={}).count() == MEMBERS


def _median(times: list[float]) -> float:
    return times[len(times) // 2]


def _edited(page: Page) -> list[float]:
    page.evaluate(WATCH_KEYS)
    for number in range(1, EDITS + 1):
        row = page.locator(".tabulator-row").nth(1 + number % 8)
        cell = row.locator("[tabulator-field=NOX]")
        cell.dblclick()
        cell.locator("input").fill(f"{number}.25")
        page.keyboard.press("Enter")
        page.wait_for_function("(n) => window.spent.length === n", arg=number)
    return sorted(page.evaluate("window.spent"))


def _pasted(page: Page) -> float:
    _saved(page)
    page.locator(".tabulator-tableholder").evaluate("(holder) => { holder.scrollTop = 0; }")
    page.locator("[data-saved]").evaluate("(place) => { place.dataset.state = ''; }")
    line = "\t".join(["自动监测", *(f"{n}.125" for n in range(1, 9)), "1200"])
    page.locator(".tabulator-row").first.locator("[tabulator-field=source]").click()
    began = time.perf_counter()
    page.locator("[data-totals]").evaluate(PASTE, "\n".join([line] * MEMBERS))
    _saved(page)
    return time.perf_counter() - began


def _saved(page: Page) -> None:
    page.locator("[data-saved][data-state=saved]").first.wait_for(timeout=300_000)


def _signed_in(browser: Browser, base: str, person: Any) -> Page:
    from django.conf import settings

    from quota_registry.web.pictures.walk import client_of

    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    key = client_of(person).session.session_key or ""
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": base}])
    page = context.new_page()
    page.set_default_timeout(120_000)
    return page


def _filled() -> tuple[Any, str]:
    """Let 2 000 polluters lie in a park, with last year's totals accepted and a draft begun."""
    from django.urls import reverse
    from django.utils import timezone

    from parks.models import Member
    from parks.services import totals
    from quota_registry.kernel.models import Polluter
    from quota_registry.kernel.vocabulary import Pollutant
    from tests import factories, parks

    today = timezone.localdate()
    year = today.year - 1
    parks.park()
    place = factories.place(parks.PARK)
    with factories.system():
        polluters = Polluter.objects.bulk_create(
            Polluter(
                name=f"示范远博材料{number:06d}有限公司",
                uscc=f"91320583MA{number:08d}",
                place=place,
                sort_key=f"{number:06d}",
            )
            for number in range(MEMBERS)
        )
        Member.objects.bulk_create(
            Member(place=place, polluter=polluter, during=(today.replace(2021, 1, 1), None))
            for polluter in polluters
        )
    last = [
        parks.row(
            number,
            polluter,
            amounts={pollutant.value: number * 1000 for pollutant in Pollutant},
            output=Decimal(1200),
        )
        for number, polluter in enumerate(polluters, start=1)
    ]
    parks.accepted(*last, year=year - 1, on=today)
    person = factories.person("kunshan.park")
    totals.begin_with_members(place=place, year=year, by=person, on=today)
    return person, reverse("parks:totals", args=[place.pk, year])
