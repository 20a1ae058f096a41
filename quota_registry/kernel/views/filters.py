"""Filters that lists of several floors share."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter

from quota_registry.kernel.querysets import polluter_named


class PolluterNamed(CharFilter):
    """
    Keep rows whose polluter's name, or its pinyin, contains what was typed.

    ``polluter`` leads from the rows to it, as ``"outlet__polluter__"``.
    """

    def __init__(self, *, polluter: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.polluter = polluter

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Leave the rows as they are where nothing was typed."""
        return qs.filter(polluter_named(value, self.polluter)) if value else qs
