"""A real browser for the journeys; without one they are skipped, and say so."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from quota_registry.kernel.models import Person
from quota_registry.web.pictures import camera
from quota_registry.web.pictures.walk import client_of

# Playwright runs a loop in this thread, which Django takes for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDE, NARROW = 1440, 390
# The browser writes down a page that answers a refusal; the journey looks at it itself.
REFUSED = re.compile(r"Failed to load resource: .* status of (409|412|422)")
Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of this worker."""
    try:
        camera.executable()
    except camera.NoBrowser:
        pytest.skip("NO CHROMIUM HERE: THE BROWSER JOURNEYS ARE SKIPPED")
    with camera.chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, live_server: object) -> Iterator[Opener]:
    """
    Open an address as somebody, at a width, in a language; whatever the page complains of fails.

    ``open_page("/claims/", person=officer, width=390, language="en")``
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opener(
        address: str, *, person: Person | None = None, width: int = WIDE, language: str = "zh-hans"
    ) -> Page:
        context = browser.new_context(
            base_url=str(live_server),
            viewport={"width": width, "height": 900},
            locale="en" if language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if person is not None:
            cookies[settings.SESSION_COOKIE_NAME] = client_of(person).session.session_key or ""
        context.add_cookies(
            [
                {"name": name, "value": value, "url": str(live_server)}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and not REFUSED.match(message.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address, wait_until="networkidle")
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not complaints, complaints
