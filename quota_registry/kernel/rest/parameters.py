"""Parameters of a request: declared once, checked strictly, and the schema's own description."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

from quota_registry.kernel.vocabulary import Pollutant, Tier

PLACE: Final = r"^[0-9]{6}(P[0-9]{2})?$"
NUMBER: Final = r"^[0-9A-Z]{1,9}(-[0-9A-Z]{1,6}){1,4}$"
"""The number of a paper of this registry, such as 320583-XM-2026-00001."""
USCC: Final = r"^[0-9A-HJ-NPQRTUWXY]{18}$"
CURSOR: Final = r"^[0-9A-Za-z_:-]{1,400}$"
"""What a list signs: base64 for addresses, and the signature behind a colon."""
INDUSTRY: Final = r"^[A-T][0-9]{4}$"
"""A class of GB/T 4754-2017, such as C2761."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)(Z|[+ -]\d{2}:\d{2})", re.ASCII
)
# Four digits of year in every time zone; the schema says it in one sign.
_YEARS: Final = range(1000, 9000)


class Query(serializers.Serializer[Any]):
    """
    The parameters that a view knows. One that it does not know is an error of the caller's, not
    something to pass over: ``?polutant=NOX`` must not answer with every pollutant.
    """

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """
        Return what was asked for, checked.

        :raises serializers.ValidationError: naming every parameter that is unknown, repeated or
            wrong.
        """
        fields = _fields_of(cls)
        asked: dict[str, Any] = {
            name: field.default for name, field in fields.items() if field.default is not empty
        }
        wrong: dict[str, Any] = {
            name: [field.error_messages["required"]]
            for name, field in fields.items()
            if field.required and name not in request.query_params
        }
        for name, values in request.query_params.lists():
            try:
                asked[name] = _read(fields.get(name), values)
            except serializers.ValidationError as error:
                wrong[name] = error.detail
        if wrong:
            raise serializers.ValidationError(wrong)
        return asked


@cache
def _fields_of(query: type[Query]) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Make the fields once: they keep nothing of what they read."""
    return dict(query().fields)


def _read(field: serializers.Field[Any, Any, Any, Any] | None, values: list[str]) -> Any:
    if field is None:
        raise serializers.ValidationError(_("不认识的参数"))
    if len(values) > 1:
        raise serializers.ValidationError(_("参数重复"))
    return field.run_validation(values[0])


class WordField(serializers.RegexField):
    """A text of a certain form; a number is none, whatever it looks like when written down."""

    def __init__(self, pattern: str, **kwargs: Any) -> None:
        super().__init__(pattern, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Take a text, and nothing that could become one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


# To the end of extension G: what came later Python's own tables do not know as characters yet.
_LETTERS: Final = "0-9A-Za-z㐀-鿿𠀀-𱍊"
_MARKS: Final = r"（）()〔〕\[\]·、，。：:,.“”+&/#% —-"


class NameField(WordField):
    """A name or a sentence: letters, figures, characters and marks, of which none begins it."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        # The length stands beside the form: spelled out within it, readers of it run out of room.
        super().__init__(f"^[{_LETTERS}][{_LETTERS}{_MARKS}]*$", max_length=most, **kwargs)


class Page(Query):
    """The parameters of a list that comes in pages."""

    cursor = WordField(CURSOR, required=False, help_text=_("上一页给出的游标，原样传回"))
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=500, default=100, help_text=_("每页行数")
    )


class PlaceField(serializers.RegexField):
    """A place's registry code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("地区代码，如 320583 或 320583P01"))
        super().__init__(PLACE, max_length=9, **kwargs)


class UsccField(WordField):
    """A unified social credit code, by its form alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(USCC, **kwargs)


class PollutantField(serializers.ChoiceField):
    """One of the eight pollutants of §1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Pollutant.choices, **kwargs)


class TierField(serializers.ChoiceField):
    """Whose reserve."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Tier.choices, **kwargs)


class FlagField(serializers.ChoiceField):
    """``1`` for yes and ``0`` for no, and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(["0", "1"], **kwargs)

    def to_internal_value(self, data: Any) -> bool:  # type: ignore[override]  # a choice that means yes or no
        return bool(super().to_internal_value(data) == "1")


class DayField(serializers.DateField):
    """A day as ``2026-09-30`` and in no other way of writing it."""

    def to_internal_value(self, value: Any) -> datetime.date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")


@extend_schema_field({"type": "string", "format": "date-time", "pattern": "^[1-8]"})
class MomentField(serializers.DateTimeField):
    """
    A moment as RFC 3339 writes it, with its offset.

    A plus sign that nobody escaped arrives as a space, and is read as the plus it was.
    """

    def to_internal_value(self, value: Any) -> datetime.datetime:
        found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+08:00")
        try:
            moment = datetime.datetime.fromisoformat(found[1] + found[2].replace(" ", "+"))
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+08:00")
        if moment.year not in _YEARS:
            raise serializers.ValidationError(_("年份超出范围"))
        # The database knows no offset of sixteen hours; the moment is the same in any.
        return moment.astimezone(datetime.UTC)


class OfPlaces(Page):
    """The parameters of a list whose rows lie at places."""

    place = PlaceField(required=False)
    descendants = FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
