"""Takes the pictures with a real browser, and hears what the pages complain of meanwhile."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from quota_registry.web.pictures.walk import Found

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS: Final = (1440, 390)
LANGUAGES: Final = ("zh-hans", "en")
_TAGS: Final = {"zh-hans": "zh-CN", "en": "en-GB"}
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# A table wider than the frame that does not scroll hides its last columns.
_CUT: Final = """() => [...document.querySelectorAll(".sheet")]
    .filter((sheet) => sheet.scrollWidth > sheet.clientWidth + 1).length"""


class NoBrowser(RuntimeError):
    """There is no Chromium on this machine."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was taken, and what is wrong on it."""

    name: str
    language: str
    width: int
    path: Path
    complaints: list[str] = field(default_factory=list)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the browser's requests are nobody's news."""


@contextmanager
def site() -> Iterator[str]:
    """Serve the registry on a free port of this machine for as long as the block runs."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def executable() -> str:
    """
    Find the browser.

    :raises NoBrowser: if there is none.
    """
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise NoBrowser("Chromium")
    return found


@contextmanager
def chromium(language: str = "zh-hans") -> Iterator[Browser]:
    """Start Debian's Chromium without a window, with its own words in the reader's language."""
    from playwright.sync_api import sync_playwright  # a developer's tool, not there in production

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(),
            args=[*_FLAGS, f"--lang={_TAGS[language]}"],
            env={
                **os.environ,
                "FONTCONFIG_FILE": str(type_case(Path(folder))),
                "LANGUAGE": _TAGS[language].replace("-", "_"),
            },
        )
        try:
            yield browser
        finally:
            browser.close()


def type_case(folder: Path) -> Path:
    """Write a font configuration that knows the system's type and, behind it, our Chinese one."""
    try:
        import noto_cjk_sans_otc

        ours = Path(str(noto_cjk_sans_otc.__file__)).parent
    except ImportError:
        ours = folder
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>/usr/share/fonts</dir><dir>{ours}</dir><cachedir>{folder}</cachedir>"
        "<alias><family>sans-serif</family>"
        "<prefer><family>Noto Sans CJK SC</family></prefer></alias>"
        "</fontconfig>"
    )
    path = folder / "fonts.conf"
    path.write_text(text, encoding="utf-8")
    return path


def take(
    pages: Iterable[Found], *, base: str, keys: dict[str, str], language: str, into: Path
) -> Iterator[Picture]:
    """
    Picture *pages* in one language at every width.

    *keys* gives the session of each person; nobody's is empty.
    """
    listed = list(pages)
    with chromium(language) as browser:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                locale=_TAGS[language],
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            for one in listed:
                cookies = {settings.LANGUAGE_COOKIE_NAME: language}
                if key := keys.get(one.person):
                    cookies[settings.SESSION_COOKIE_NAME] = key
                context.clear_cookies()
                context.add_cookies(
                    [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
                )
                page = context.new_page()
                path = into / f"{one.name.replace(':', '.')}-{language}-{width}.png"
                yield Picture(one.name, language, width, path, _picture(page, base, one, path))
                page.close()
            context.close()


def _picture(page: Page, base: str, one: Found, path: Path) -> list[str]:
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text[:200]) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)[:200]))
    answer = page.goto(f"{base}{one.address}", wait_until="load")
    for drawing in page.locator("[data-chart]").all():
        drawing.locator("svg").wait_for(state="attached")
    for sheet in page.locator("[data-totals]").all():
        sheet.locator(".tabulator-row, .tabulator-placeholder").first.wait_for(state="attached")
    expected = 404 if one.name == "not-found" else 200
    if answer is None or answer.status != expected:
        complaints.append(f"HTTP {answer.status if answer else '—'}")
    elif expected != 200:
        # The browser itself reports the status that this state is there to show.
        complaints.clear()
    # A session that ended meanwhile leads to the door: a sound page, but not the one asked for.
    if (came_to := urlsplit(page.url).path) != urlsplit(one.address).path:
        complaints.append(f"led to {came_to}")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > room:
        complaints.append(f"{wide - room} px too wide")
    if cut := page.evaluate(_CUT):
        complaints.append(f"{cut} tables are cut off")
    page.screenshot(path=str(path), full_page=True)
    return complaints
