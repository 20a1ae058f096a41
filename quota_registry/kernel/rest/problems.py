"""
How the API says no: ``application/problem+json`` (RFC 9457) in the caller's language.

``type`` and ``code`` are for programs and never change; ``title`` and ``detail`` are for people.
A refusal brings the article it rests on and the facts it was decided by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.settings import api_settings

from quota_registry.kernel import request as current_request
from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.refusals import Refusal

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:problem-type:quota-registry:%s"
SHOWN: Final = 20
"""Of what is malformed so many places are named."""

TITLES: Final[dict[int, Promise]] = {
    400: _("请求有误"),
    401: _("需要身份凭证"),
    403: _("没有权限"),
    404: _("没有这个对象"),
    405: _("不支持的请求方法"),
    406: _("没有所要的格式"),
    409: _("不予办理"),
    412: _("内容已有变化"),
    415: _("不支持的内容类型"),
    422: _("请求无法办理"),
    429: _("请求过于频繁"),
    500: _("系统出错"),
    503: _("暂时无法服务"),
}

Translator = Callable[[DatabaseError], Refusal | None]
_translators: list[Translator] = []


def translate_with(translator: Translator) -> None:
    """Let a floor above say which refusal an error of the database stands for."""
    if translator not in _translators:
        _translators.append(translator)


class _Encoder(DjangoJSONEncoder):
    """Facts are whatever a rule was given: what JSON does not know is written as its text."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """
    Turn an exception of a view into a problem; what is nobody's refusal goes on to the log.

    Django REST framework calls it with the view and the request in *context*.
    """
    request = context["request"]
    if isinstance(error, DatabaseError):
        error = next((found for t in _translators if (found := t(error)) is not None), error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()

    if isinstance(error, Refusal):
        return of_refusal(request, error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(request, error)
    return None


def of_refusal(request: Any, refusal: Refusal) -> JsonResponse:
    """Write a refusal as a problem, with its code, clause and facts."""
    return problem(
        request,
        status=refusal.status,
        code=refusal.code,
        detail=str(refusal),
        clause=refusal.clause,
        facts=refusal.facts,
    )


def problem(
    request: Any,
    *,
    status: int,
    code: str,
    detail: str | Promise = "",
    clause: Clause | None = None,
    facts: Mapping[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Build the response; *errors* names each parameter that was wrong and says why."""
    body: dict[str, Any] = {
        "type": TYPE % code,
        "title": (title := str(TITLES.get(status) or HTTPStatus(status).phrase)),
        "status": int(status),
        "detail": str(detail) or title,
        "instance": request.get_full_path(),
        "code": code,
    }
    if clause is not None:
        body["clause"] = {
            "key": clause.key,
            "reference": clause.reference,
            "sentence": clause.sentence,
        }
    if facts:
        body["facts"] = dict(facts)
    if errors:
        body["errors"] = errors
    if number := current_request.current().id:
        body["request"] = number
    return JsonResponse(
        body,
        status=status,
        headers=headers,
        content_type=MEDIA_TYPE,
        encoder=_Encoder,
        json_dumps_params={"ensure_ascii": False},
    )


def _of_framework(request: Any, error: exceptions.APIException) -> JsonResponse:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    facts: dict[str, Any] = {}
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = f"{wait:.0f}"
        facts["wait"] = int(headers["Retry-After"])
    if isinstance(error, exceptions.ValidationError):
        errors = [
            {"parameter": field, "detail": sentence}
            for field, sentences in islice(_by_field(error.detail), SHOWN)
            for sentence in sentences
        ]
        return problem(
            request,
            status=error.status_code,
            code="invalid_parameters",
            detail=_joined(errors),
            errors=errors,
        )
    codes = error.get_codes()
    return problem(
        request,
        status=error.status_code,
        code=codes if isinstance(codes, str) else error.default_code,
        detail=str(error.detail),
        facts=facts,
        headers=headers,
    )


def _joined(errors: list[dict[str, str]]) -> str:
    return gettext("；").join(gettext("%(parameter)s：%(detail)s") % line for line in errors)


def _by_field(detail: Any, place: str = "") -> Iterator[tuple[str, list[str]]]:
    """Name what is wrong by its place in what was sent, such as ``rows.3.uscc``."""
    inner: Iterable[tuple[Any, Any]]
    if isinstance(detail, Mapping):
        inner = detail.items()
    elif isinstance(detail, list) and not all(isinstance(one, str) for one in detail):
        inner = enumerate(detail)
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        yield place, [str(sentence) for sentence in sentences]
        return
    for name, more in inner:
        # What is wrong with the whole of something is named by where that lies.
        whole = place and name == api_settings.NON_FIELD_ERRORS_KEY
        yield from _by_field(more, place if whole else f"{place}.{name}".removeprefix("."))
