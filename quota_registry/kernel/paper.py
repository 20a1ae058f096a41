"""
Paper: a typst template and plain data become an A4 PDF that one may sign, seal and file.

The data reach the template as JSON and are never read as markup. The fonts are those of the
installed package, so that the same data give the same bytes on every machine; nothing is
fetched from anywhere. The output is PDF/A-2a (archive) and PDF/UA-1 (read aloud).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.glyphs import GETA, Coverage, coverage
from quota_registry.kernel.mass import tonnes

FONT_PACKAGE: Final = "noto_cjk_sans_otc"
FONT_NAME: Final = "Noto Sans CJK SC"
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
MISSING: Final = "—"
SET_BY_TEMPLATE: Final = frozenset("\n\u200b₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹⁻")
"""Signs that the font has not and that paper.typ sets by other means."""

Caption = dict[str, str]
"""Words on a form: ``zh`` always, ``en`` beside it where English was asked for."""


class FontMissing(RuntimeError):
    """The package that brings the Chinese font is not installed."""

    def __str__(self) -> str:
        return _("缺少中文字体，无法生成文书：请安装依赖包 %(package)s") % {
            "package": FONT_PACKAGE.replace("_", "-")
        }


class PaperFailed(RuntimeError):
    """A template did not compile: an error of the program, told with typst's own words."""


def render(template: str, data: Mapping[str, Any], *, printed_on: date) -> bytes:
    """
    Set *data* by *template*, a path from the project's root, and return the PDF.

    The same data printed on the same day give the same bytes.

    :raises FontMissing: if the font's package is not installed.
    :raises PaperFailed: if the template does not compile.
    """
    language = data.get("language", "zh-hans")
    whole = {
        **data,
        "language": language,
        "printed_on": printed_on.isoformat(),
        "words": _furniture(language) | data.get("words", {}),
    }
    drawn = _drawable(whole, _coverage())
    compiler = typst.Compiler(
        Path(settings.BASE_DIR) / template,
        root=settings.BASE_DIR,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(drawn, ensure_ascii=False)},
    )
    midnight = datetime.combine(printed_on, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    try:
        paper = compiler.compile(
            format="pdf", pdf_standards=STANDARDS, timestamp=int(midnight.timestamp())
        )
    except typst.TypstError as error:
        raise PaperFailed(f"{template}: {error.diagnostic or error.message}") from error
    if not isinstance(paper, bytes):
        raise PaperFailed(f"{template}: typst gave no single document")
    return paper


def caption(words: str | Promise, *, language: str) -> Caption:
    """Give *words* as a form shows them: Chinese, and English beneath it for an English reader."""
    return both(lambda: str(words), language=language)


def both(say: Callable[[], str], *, language: str) -> Caption:
    """Give what *say* says in Chinese, and in English beneath it for an English reader."""
    with translation.override("zh-hans"):
        chinese = say()
    if not language.startswith("en"):
        return {"zh": chinese, "en": ""}
    with translation.override("en"):
        english = say()
    return {"zh": chinese, "en": "" if english == chinese else english}


def mass(grams: int | None) -> str:
    """Write grams as tonnes with six places; nothing is ``0``, not stated is a dash."""
    if grams is None:
        return MISSING
    if grams == 0:
        return "0"
    return f"{'−' if grams < 0 else ''}{tonnes(abs(grams)):,.6f}"


def day(value: date | None) -> str:
    """Write a day as papers do, or a dash."""
    return value.isoformat() if value else MISSING


def qr(text: str) -> str:
    """Draw *text* as a QR code in SVG, black on nothing, for a template to place."""
    drawing = io.BytesIO()
    # Level M survives a photocopy; a micro code would not be read by every phone.
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


def _furniture(language: str) -> dict[str, Caption]:
    """Give the words that stand on every paper, whatever it says."""
    return {
        key: caption(words, language=language)
        for key, words in (
            ("number", gettext_lazy("编号：")),
            ("unit", gettext_lazy("单位：吨/年")),
            ("printed", gettext_lazy("打印日期")),
            ("page", gettext_lazy("第 %(page)s 页 共 %(pages)s 页")),
            ("date_line", gettext_lazy("　　年　　月　　日")),
        )
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_font_folder()]
    )


@cache
def _coverage() -> Coverage:
    face = next((font for font in _fonts().fonts() if font.family == FONT_NAME), None)
    if face is None or face.path is None:
        raise FontMissing
    return coverage(Path(face.path), face.index)


def _font_folder() -> Path:
    package = find_spec(FONT_PACKAGE)
    if package is None or package.origin is None:
        raise FontMissing
    return Path(package.origin).parent


def _drawable(value: Any, known: Coverage) -> Any:
    """Put the printers' mark for every sign that the font has not, since an archive refuses it."""
    if isinstance(value, str):
        return "".join(
            sign if sign in known or sign in SET_BY_TEMPLATE else " " if sign < " " else GETA
            for sign in value
        )
    if isinstance(value, Mapping):
        return {key: _drawable(inner, known) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(inner, known) for inner in value]
    return value
