"""The notice itself: every article with its sentences, to which every refusal and help leads."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import clauses
from quota_registry.kernel.views import Page


class Law(Page):
    """The whole notice on one page, in its parts."""

    permission = None
    title = _("管理方案")
    template_name = "law/law.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts: dict[str, list[clauses.Article]] = {}
        for article in clauses.ARTICLES:
            parts.setdefault(article.division, []).append(article)
        return super().get_context_data(parts=parts, notice=notice(), gloss=gloss(), **kwargs)


class Article(Page):
    """One article, with the way to its neighbours."""

    permission = None
    template_name = "law/article.html"

    def get_title(self) -> str:
        return f"{self.article().reference} {self.article().title}"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("管理方案")), reverse("law"))]

    def article(self) -> clauses.Article:
        """Find the article that the address names."""
        for article in clauses.ARTICLES:
            if article.number == self.kwargs["number"]:
                return article
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        article = self.article()
        place = clauses.ARTICLES.index(article)
        return super().get_context_data(
            article=article,
            previous=clauses.ARTICLES[place - 1] if place else None,
            following=clauses.ARTICLES[place + 1] if place + 1 < len(clauses.ARTICLES) else None,
            notice=notice(),
            gloss=gloss(),
            **kwargs,
        )


def notice() -> str:
    """Return the title of the notice in the reader's language."""
    return clauses.TITLE_EN if gloss() else clauses.TITLE


def gloss() -> bool:
    """Say whether the reader reads the English gloss beside the binding Chinese."""
    return (get_language() or "").startswith("en")
