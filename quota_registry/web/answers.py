"""How a refusal is answered: a page, a part of one for htmx, or a problem for a program."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import urlencode

from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rest import problems

API: Final = "/api/"
# The error pages that exist; every other refusal looks like a conflict.
PAGES: Final = frozenset({400, 403, 404, 409, 412})


def is_api(request: HttpRequest) -> bool:
    """Say whether a program asks and not a page."""
    return request.path_info.startswith(API)


def is_part(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page and not for a whole one."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer *refusal* with its status, clause and facts in the form that was asked for."""
    if is_api(request):
        return problems.of_refusal(request, refusal)
    if is_part(request):
        body = render_to_string("errors/part.html", {"refusal": refusal}, request)
        return HttpResponse(body, status=refusal.status)
    page = refusal.status if refusal.status in PAGES else HTTPStatus.CONFLICT
    body = render_to_string(f"errors/{int(page)}.html", {"refusal": refusal}, request)
    return HttpResponse(body, status=refusal.status)


def send_to(request: HttpRequest, address: str, **query: str) -> HttpResponse:
    """Send the browser to *address* and, after a plain look at a page, back to it later."""
    query = {name: value for name, value in query.items() if value}
    if request.method == "GET" and not is_part(request) and request.get_full_path() != "/":
        query["next"] = request.get_full_path()
    target = f"{address}?{urlencode(query)}" if query else address
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
