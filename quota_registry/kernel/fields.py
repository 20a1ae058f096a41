"""Mass at every door: one model field, one form field, one serializer field."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from quota_registry.kernel import identifiers, mass
from quota_registry.kernel.refusals import Refusal

GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class GramsField(models.BigIntegerField):  # type: ignore[type-arg]  # the stubs alone know its types
    """Integer grams in the database; a form of it takes and shows tonnes with six places."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return TonnesField(label=kwargs.get("label", self.verbose_name), required=not self.blank)


class TonnesField(forms.Field):
    """A form field: the text of an amount in tonnes a year in, integer grams out."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "30"}

    def prepare_value(self, value: Any) -> Any:
        return mass.text(mass.Grams(value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        # Full-width digits and thousands separators come with what is pasted from a sheet.
        text = identifiers.half_width("" if value is None else str(value)).strip()
        if not text:
            return None
        if GROUPED.fullmatch(text):
            text = text.replace(",", "")
        try:
            grams = mass.grams_of(text)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        if grams < 0:
            raise ValidationError(_("数量不得为负"), code="negative")
        return grams


class GramsAsTonnes(serializers.Field):  # type: ignore[type-arg]
    """A serializer field: grams inside, a string of tonnes with six places outside."""

    def to_representation(self, value: int) -> str:
        return mass.text(mass.Grams(value))

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str):
            raise serializers.ValidationError("an amount is a string of tonnes")
        try:
            return mass.grams_of(data)
        except Refusal as refusal:
            raise serializers.ValidationError(str(refusal), code=refusal.code) from refusal
