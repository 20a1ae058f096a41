"""The clauses of the notice: article, sentence and English gloss, by a key such as "7.1"."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

_LAW: Final = Path(__file__).parent / "law"
_PAGES: Final = (
    "principles.toml",
    "articles-01-10.toml",
    "articles-11-19.toml",
    "articles-20-25.toml",
    "yangtze-delta.toml",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the notice, or with a bare number as its key one whole article."""

    key: str
    article: str
    zh: str
    en: str

    @property
    def sentence(self) -> str:
        """Give the sentence of the notice in the language active now."""
        return self.en if _speaks_english() else self.zh

    @property
    def reference(self) -> str:
        """Name the article as refusals, sheets and vouchers cite it, such as 第7条."""
        if self.article.startswith("YRD"):
            return _("长三角方案·%(number)s") % {"number": self.article.removeprefix("YRD")}
        if self.article.startswith("P"):
            return str(_PRINCIPLES[self.article])
        return _("第%(number)s条") % {"number": self.article}

    @property
    def anchor(self) -> str:
        """Name the place of this sentence on the page of the law, for a link."""
        return "clause-" + self.key.replace(".", "-")

    def __str__(self) -> str:
        return f"{self.reference}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the notice with its sentences in order; their texts in a row are its text."""

    number: str
    part: str
    part_en: str
    heading: str
    heading_en: str
    sentences: tuple[Clause, ...]

    @property
    def zh(self) -> str:
        """Give the article's full text as the notice has it."""
        return "".join(clause.zh for clause in self.sentences)

    @property
    def en(self) -> str:
        """Give the English gloss of the whole article."""
        return " ".join(clause.en for clause in self.sentences)

    @property
    def title(self) -> str:
        """Give the article's heading in the language active now."""
        return self.heading_en if _speaks_english() else self.heading

    @property
    def division(self) -> str:
        """Give the heading of the part that the article stands in, in the active language."""
        return self.part_en if _speaks_english() else self.part

    @property
    def reference(self) -> str:
        """Name the article as refusals cite it."""
        return self.sentences[0].reference


class NoSuchClause(LookupError):
    """The notice has no clause of this key."""


def clause(key: str) -> Clause:
    """
    Find a clause by its key: "7.1" is a sentence, "7" the whole article, "P3.1", "YRD4.1".

    :raises NoSuchClause: if the notice has none of that key, which is a programming error.
    """
    try:
        return CLAUSES[key]
    except KeyError:
        raise NoSuchClause(key) from None


def _speaks_english() -> bool:
    return (get_language() or "zh").startswith("en")


def _read(table: dict[str, Any]) -> Article:
    return Article(
        number=table["number"],
        part=table["part"],
        part_en=table["part_en"],
        heading=table["heading"],
        heading_en=table["heading_en"],
        sentences=tuple(
            Clause(key=row["key"], article=table["number"], zh=row["zh"], en=row["en"])
            for row in table["sentence"]
        ),
    )


def _pages() -> list[dict[str, Any]]:
    return [tomllib.loads((_LAW / page).read_text(encoding="utf-8")) for page in _PAGES]


_PRINCIPLES: Final = {
    "P1": gettext_lazy("基本原则（一）"),
    "P2": gettext_lazy("基本原则（二）"),
    "P3": gettext_lazy("基本原则（三）"),
    "P4": gettext_lazy("基本原则（四）"),
}

_DOCUMENTS: Final = _pages()
TITLE: Final[str] = _DOCUMENTS[0]["notice"]["title"]
TITLE_EN: Final[str] = _DOCUMENTS[0]["notice"]["title_en"]

ARTICLES: Final = tuple(_read(table) for page in _DOCUMENTS for table in page["article"])
"""The four principles, the twenty-five articles and the regional plan, in order."""

CLAUSES: Final = MappingProxyType(
    {sentence.key: sentence for article in ARTICLES for sentence in article.sentences}
    | {
        article.number: Clause(article.number, article.number, article.zh, article.en)
        for article in ARTICLES
    }
)
"""Every sentence by its key, and every article by its number."""
