"""
A write that may be sent again: with an ``Idempotency-Key`` it is done once and answered alike.

The first answer is kept in the transaction of the act, a lawful no as well as a yes: a request that
was refused and comes late once more is not done behind the back of whoever was told no. What is
malformed says so each time, and what broke off leaves nothing, so that it can be tried again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from quota_registry.kernel.models import FirstAnswer
from quota_registry.kernel.services import first_answers

HEADER: Final = "Idempotency-Key"
AGAIN: Final = "Idempotency-Replayed"
"""Stands in an answer that was given before."""
LOCATION: Final = "Location"
"""Says where that is now which a write has made."""

_KEY: Final = re.compile(r"[!-~]{1,255}", re.ASCII)
PARAMETER: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    description=str(_("调用方自取、每次办理不同的键；同一请求再次发送时答复与首次相同")),
)

MADE_AT: Final = OpenApiParameter(
    LOCATION,
    {"type": "string", "format": "uri-reference"},
    OpenApiParameter.HEADER,
    response=[201],
    description=str(_("所建对象的地址")),
)

Act = Callable[..., HttpResponse]


def once(act: Act) -> Act:
    """Let *act*, a view's ``post`` or ``put``, be done once for each key of its caller."""

    @wraps(act)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if (key := request.headers.get(HEADER)) is None:
            return act(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise serializers.ValidationError({HEADER: [_("应为1至255个可见的ASCII字符")]})
        whose: Any = {"key": key, "digest": digest(request), "caller": request.user}
        with transaction.atomic():
            if (first := first_answers.find(**whose)) is not None:
                return _again(first)
            answer = _done(act, view, request, *args, **kwargs)
            if answer.status_code < 500 and answer.status_code != 400:
                content, media_type = _written(answer)
                first_answers.keep(
                    **whose,
                    status=answer.status_code,
                    media_type=media_type,
                    content=content,
                    location=answer.get(LOCATION, ""),
                )
            return answer

    answered.once = True  # type: ignore[attr-defined]  # a mark for the schema
    return answered


def created(content: Any, *, at: str) -> Response:
    """Answer what a write has made, and the address *at* which it is from now on."""
    return Response(content, status=201, headers={LOCATION: at})


def digest(request: Request) -> str:
    """Tell a request by what it asks: its address and its body, however that was spaced."""
    said = [request.method, request.get_full_path(), request.data]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _done(act: Act, view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
    """Do the act; of one that is refused nothing stays but the answer."""
    try:
        with transaction.atomic():
            return act(view, request, *args, **kwargs)
    except Exception as refusal:
        # Raised on where it is nobody's refusal.
        answer: HttpResponse = view.handle_exception(refusal)
        return answer


def _written(answer: HttpResponse) -> tuple[str, str]:
    """Write an answer as it goes out, with its media type."""
    if isinstance(answer, Response):
        return JSONRenderer().render(answer.data).decode(), "application/json"
    return answer.content.decode(), answer["Content-Type"]


def _again(first: FirstAnswer) -> HttpResponse:
    where = {LOCATION: first.location} if first.location else {}
    return HttpResponse(
        first.content,
        status=first.status,
        content_type=first.media_type,
        headers={AGAIN: "true"} | where,
    )
