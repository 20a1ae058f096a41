"""
The English catalogue: ``python -m quota_registry.translations [--check]``.

Chinese is what the program is written in, so only English needs one. Every floor keeps its
sentences in ``locale/en/parts``; here they become one compiled file, without GNU gettext. The
check refuses a sentence without its English, since a missing one falls back in silence.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

HOUSE: Final = Path(__file__).resolve().parent.parent
LANGUAGE: Final = "en"
PARTS: Final = HOUSE / "locale" / LANGUAGE / "parts"
COMPILED: Final = HOUSE / "locale" / LANGUAGE / "LC_MESSAGES" / "django.mo"
APPS: Final = ("quota_registry", "reserve", "monitoring", "parks", "allocation")
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Key = tuple[str | None, str]


def merge() -> tuple[Catalog, list[str]]:
    """Put the parts together; the second answer names what two of them translate differently."""
    whole, quarrels = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False), []
    for part in sorted(PARTS.glob("*.po")):
        with part.open("rb") as file:
            catalogue = read_po(file, locale=LANGUAGE, charset="utf-8")
        for message in catalogue:
            if not message.id or not _text(message):
                continue
            standing = whole.get(_identity(message), message.context)
            if standing is not None and standing.string != message.string:
                quarrels.append(
                    f"{part.name}: {_identity(message)!r} is {_text(message)!r} here "
                    f"and {_text(standing)!r} elsewhere"
                )
                continue
            whole.add(message.id, message.string, context=message.context)
    return whole, quarrels


def compile_catalogue() -> None:
    """Write the compiled catalogue, whole or not at all."""
    whole, _quarrels = merge()
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_mo(buffer, whole)
    if COMPILED.exists() and COMPILED.read_bytes() == buffer.getvalue():
        return
    draft = COMPILED.with_suffix(f".{os.getpid()}")
    draft.write_bytes(buffer.getvalue())
    draft.replace(COMPILED)


def spoken() -> dict[Key, str]:
    """Gather every sentence that the program can say, with one place where it says it."""
    found: dict[Key, str] = {}
    for path, source in _sources():
        place = str(path.relative_to(HOUSE))
        calls: Iterator[Any] = extract_python(
            io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"}
        )
        for line, function, words, _comments in calls:
            given: list[str | None] = list(words) if isinstance(words, tuple) else [words]
            with_context = "pgettext" in (function or "")
            # What is not written out, such as ``_(variable)``, was said elsewhere.
            if len(given) < 1 + with_context or None in given[: 1 + with_context]:
                continue
            key = (given[0], str(given[1])) if with_context else (None, str(given[0]))
            found.setdefault(key, f"{place}:{line}")
    return found


def complaints() -> list[str]:
    """Name every sentence without English, every quarrel and every lost place-holder."""
    whole, quarrels = merge()
    said = spoken()
    english = {(message.context, _identity(message)): message for message in whole if message.id}
    missing = [
        f"{place}: no English for {text!r}" + (f" ({context})" if context else "")
        for (context, text), place in sorted(said.items(), key=lambda item: item[1])
        if (context, text) not in english and _is_chinese(text)
    ]
    broken = [
        f"{_identity(message)!r}: {error}"
        for message in english.values()
        for error in message.check(whole)
    ]
    unused = [f"nobody says {text!r} any more" for _context, text in english.keys() - said.keys()]
    return [*quarrels, *missing, *broken, *sorted(unused)]


def _sources() -> Iterator[tuple[Path, str]]:
    for app in APPS:
        for path in sorted((HOUSE / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")
    folders = [HOUSE / "templates", *(HOUSE / app / "templates" for app in APPS)]
    for folder in folders:
        for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.txt")):
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # Read as Python, a template has no indentation.
            yield path, "\n".join(line.strip() for line in source.splitlines())


def _identity(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _text(message: Message) -> str:
    string = message.string
    return string if isinstance(string, str) else (string or ("",))[0]


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


def main() -> str | None:
    """Compile, or check and answer the complaints."""
    if not settings.configured:
        settings.configure()
    if "--check" not in sys.argv:
        compile_catalogue()
        return None
    found = complaints()
    return "\n".join([*found, f"{len(found)} complaints about the translations"]) if found else None


if __name__ == "__main__":
    sys.exit(main())
