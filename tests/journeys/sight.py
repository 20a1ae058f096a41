"""Looks at a page that has come to rest, however the journey came to it."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

# A click returns as soon as its navigation has begun; until the next page is there, a script runs
# in the old one or in none at all. Asked over and over, this survives the change of documents.
_RESTED: Final = "() => document.readyState === 'complete' && document.documentElement !== null"


def settled(page: Page) -> None:
    """Wait until a whole document is there."""
    page.wait_for_load_state()
    page.wait_for_function(_RESTED)


def assert_fits(page: Page) -> None:
    """Fail if anything but a matrix, in its own frame, is wider than the window."""
    settled(page)
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, f"{page.url} is {wide - room} px too wide"
