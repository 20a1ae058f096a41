"""What forms of several floors share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from quota_registry.kernel.models import Place


class PlaceForm(forms.Form):
    """A form whose field ``place`` offers the places that its view hands in."""

    def __init__(self, *args: Any, places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.queryset = places


class ChosenOrTyped(forms.TextInput):
    """Takes what was chosen of those that were looked up, or else what was typed instead."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Read the choice, and where there is none the text."""
        return super().value_from_datadict(data, files, name) or data.get(f"{name}_text")
