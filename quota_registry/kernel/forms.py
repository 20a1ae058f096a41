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
