"""Pages for what went wrong before or beside any view."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from quota_registry.kernel.rest import problems
from quota_registry.web import answers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _answer(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an act that a library refused."""
    return _answer(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address where nothing is."""
    return _answer(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own fault; the request's number leads to it in the log."""
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one left open too long."""
    return _answer(request, HTTPStatus.FORBIDDEN, _("页面停留过久或来源不明，请刷新后重新提交。"))


def _answer(request: HttpRequest, status: HTTPStatus, sentence: str = "") -> HttpResponse:
    if answers.is_api(request):
        return problems.problem(request, status=status, code=status.name.lower(), detail=sentence)
    text = render_to_string(f"errors/{int(status)}.html", {"refusal": sentence}, request)
    return HttpResponse(text, status=status)
