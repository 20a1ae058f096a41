"""What the API says of itself: OpenAPI 3, drawn from the views and their declarations."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from quota_registry.kernel.rest import once, problems


class ClauseSerializer(serializers.Serializer[Any]):
    """The sentence of the notice that a refusal rests on."""

    key = serializers.CharField()
    reference = serializers.CharField()
    sentence = serializers.CharField()


class ParameterErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter."""

    parameter = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457) as this API writes them."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    clause = ClauseSerializer(required=False)
    facts = serializers.DictField(required=False)
    errors = ParameterErrorSerializer(  # type: ignore[assignment]  # a member of the problem
        many=True, required=False
    )
    request = serializers.CharField(required=False)


Direction = Literal["request", "response"]
PROBLEMS: Final = (400, 401, 403, 404, 406, 409, 429)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped there
    """How a program signs its requests."""

    target_class = "quota_registry.kernel.authentication.ClientAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "description": str(_("接口令牌"))}


class TonnesInText(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped there
    """A mass outside: tonnes with six places, as text."""

    target_class = "quota_registry.kernel.fields.GramsAsTonnes"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Describe the text."""
        return {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{6}$", "example": "12.345678"}


class Schema(AutoSchema):
    """Adds to each operation its declared parameters, its scope, CSV and the problems."""

    problem: ClassVar[type[ProblemSerializer]] = ProblemSerializer

    def get_override_parameters(self) -> list[Any]:
        """Give the parameters that the view's query declares."""
        if self.method == "GET":
            query = getattr(self.view, "query", None)
            return [query] if query and query().fields else []
        return [once.PARAMETER] if self._is_done_once() else []

    def _is_done_once(self) -> bool:
        return hasattr(getattr(self.view, self.method.lower()), "once")

    def _is_list_view(self, serializer: Any = None) -> bool:
        paged = getattr(self.view, "pagination_class", None) is not None
        return paged and self.method == "GET"

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Add the scope that a token needs."""
        text = str(super().get_description() or "")
        scope_of = getattr(self.view, "scope_of", None)
        if scope := scope_of and scope_of(self.method):
            text += "\n\n" + str(_("令牌须含权限范围：")) + f"`{scope.value}`"
        return text.strip()

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction=direction)
        if not hasattr(self.view, "query"):
            return bodies
        component: ResolvedComponent = self.resolve_serializer(self.problem, direction)
        for status in (*PROBLEMS, 412, 422) if self._is_done_once() else PROBLEMS:
            bodies[str(status)] = {
                "description": str(problems.TITLES[status]),
                "content": {problems.MEDIA_TYPE: {"schema": component.ref}},
            }
        for body in bodies.values():
            if table := body.get("content", {}).get("text/csv"):
                table["schema"] = {"type": "string"}
                table.pop("examples", None)
        if self.method == "GET":
            bodies["304"] = {"description": str(_("内容未变"))}
        return bodies
