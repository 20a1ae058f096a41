"""The contact sheet: all pictures on one page, and that page as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from quota_registry.web.pictures.camera import Picture, chromium

_STYLE: Final = (
    "body{margin:24px;font:13px sans-serif;color:#17222e;background:#f3f5f8}"
    "main{display:grid;grid-template-columns:1fr 1fr;gap:24px 32px}section{min-width:0}"
    "h2{font-size:15px;margin:0 0 8px}"
    "div{display:flex;gap:16px;align-items:flex-start}"
    "figure{margin:0;background:#fff;border:1px solid #d8dee5}"
    "img{display:block;object-fit:cover;object-position:top}"
    ".w1440 img{width:440px;height:275px}.w390 img{width:119px;height:275px}"
    "figcaption{padding:4px 8px;color:#44525f}.wrong figcaption{color:#981b1b;font-weight:700}"
)


def lay_out(pictures: Sequence[Picture], into: Path) -> None:
    """Write ``index.html`` and ``contact.png`` beside the pictures."""
    names = list(dict.fromkeys(picture.name for picture in pictures))
    sections = "".join(
        f"<section><h2>{escape(name)}</h2><div>"
        + "".join(_figure(picture) for picture in pictures if picture.name == name)
        + "</div></section>"
        for name in names
    )
    index = into / "index.html"
    index.write_text(
        f'<!doctype html><meta charset="utf-8"><title>{len(names)} pages</title>'
        f"<style>{_STYLE}</style><main>{sections}</main>",
        encoding="utf-8",
    )
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 2520, "height": 900})
        page.goto(index.as_uri())
        page.screenshot(path=str(into / "contact.png"), full_page=True)


def _figure(picture: Picture) -> str:
    wrong = " wrong" if picture.complaints else ""
    caption = escape(" · ".join([picture.language, str(picture.width), *picture.complaints]))
    return (
        f'<figure class="w{picture.width}{wrong}"><a href="{picture.path.name}">'
        f'<img src="{picture.path.name}" alt=""></a><figcaption>{caption}</figcaption></figure>'
    )
