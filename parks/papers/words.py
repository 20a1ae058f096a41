"""Wording that the parks' papers share."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from quota_registry.kernel.clauses import Clause


def article(found: Clause, language: str) -> dict[str, Any]:
    """Write a sentence of the notice with its article, and its gloss for an English reader."""
    with translation.override("zh-hans"):
        reference = found.reference
    return {
        "reference": reference,
        "zh": found.zh,
        "en": found.en if language.startswith("en") else "",
    }
