"""The views that every floor's API is made of."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from rest_framework import exceptions, generics, permissions
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from quota_registry.kernel.models import Client, Person
from quota_registry.kernel.rest.callers import Reach, reach_of
from quota_registry.kernel.rest.paging import KeyPages
from quota_registry.kernel.rest.parameters import OfPlaces, Page, Query
from quota_registry.kernel.rest.tables import CsvRenderer
from quota_registry.kernel.scopes import Scope


class KnownCaller(permissions.IsAuthenticated):
    """
    A caller who may see something here; where, is kept on the view as ``reach``.

    A token needs the view's scope, a person the permission that goes with it.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether somebody calls, and find out what is there for them."""
        if not super().has_permission(request, view):
            return False
        caller = cast(Person | Client, request.user)
        view.reach = reach_of(caller, view.scope_of(request.method), on=view.on)
        return True


class View(generics.GenericAPIView[Any]):
    """
    A read of the registry: who calls, what they may see, what they ask, an answer with an ETag.

    A subclass names its ``scope`` and its ``query`` and writes ``get``. One that takes writes at
    the same address names what they need as ``write_scope`` and writes ``post``.
    """

    scope: ClassVar[Scope | None] = None
    write_scope: ClassVar[Scope | None] = None
    query: ClassVar[type[Query]] = Query
    permission_classes = [KnownCaller]
    renderer_classes = [JSONRenderer, CsvRenderer]
    filter_backends = []
    pagination_class: type[BasePagination] | None = None
    http_method_names = ["get", "head"]

    rows_key = "results"
    table_name: ClassVar[str] = "table"
    reach: Reach
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, then read what is asked."""
        self.on = timezone.localdate()
        super().initial(request, *args, **kwargs)
        self.asked = (Query if self.writes(request.method) else self.query).read(request)

    def scope_of(self, method: str | None) -> Scope | None:
        """Say which scope a request of this method needs."""
        return self.write_scope or self.scope if self.writes(method) else self.scope

    def writes(self, method: str | None) -> bool:
        """Say whether a request of this method is a write that is taken here."""
        return method not in permissions.SAFE_METHODS and (
            (method or "").lower() in self.http_method_names
        )

    def get_renderers(self) -> list[BaseRenderer]:
        """Answer a write as JSON alone: it is no table."""
        renderers: list[BaseRenderer] = super().get_renderers()
        return [JSONRenderer()] if self.writes(self.request.method) else renderers

    def row_serializer(self) -> Any:
        """Return the serializer whose fields are the columns of the table."""
        return self.get_serializer_class()()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Stamp what was read with the hash of its body, and answer 304 to whoever has it."""
        final: Any = super().finalize_response(request, response, *args, **kwargs)
        # What was done is not there to be kept and asked for again.
        if self.writes(request.method):
            return final
        if final.status_code != 200:
            return _private(final)
        if isinstance(final, Response):
            final.add_post_render_callback(lambda rendered: _stamped(self.request, rendered))
            return final
        return _stamped(self.request, final)


class ListView(View):
    """A list in pages; ``order`` names the fields it goes by, of which the last is unique."""

    query = Page
    pagination_class = KeyPages
    order: ClassVar[tuple[str, ...]] = ("pk",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a page of the rows inside the caller's reach."""
        rows = self.paginate_queryset(self.get_queryset())
        serializer = self.get_serializer(rows, many=True)
        return self.get_paginated_response(serializer.data)


class PlacedListView(ListView):
    """Rows that lie at places, in the caller's reach; ``fields`` maps a parameter to its lookup."""

    query = OfPlaces
    fields: ClassVar[dict[str, str]] = {}

    def rows(self) -> QuerySet[Any]:
        """Return all rows, with what each shows fetched."""
        raise NotImplementedError

    def seen(self) -> QuerySet[Any]:
        """Return the rows that are there for this caller."""
        return self.rows().filter(self.reach.within())

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what lies in reach and was asked for."""
        found = self.seen()
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            found = (
                found.filter(place__path__startswith=place.path)
                if self.asked.get("descendants")
                else found.filter(place=place)
            )
        asked = {
            lookup: self.asked[name] for name, lookup in self.fields.items() if name in self.asked
        }
        return found.filter(**asked)


class DetailView(View):
    """One object; outside the caller's reach it is not there."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the object that the address names."""
        found = self.found(**kwargs)
        if found is None:
            raise exceptions.NotFound()
        return Response(self.get_serializer(found).data)

    def found(self, **kwargs: Any) -> Any:
        """Return the object that the address names, if it is there for this caller."""
        return self.get_queryset().filter(**kwargs).first()


class Nothing(View):
    """An address below the API's root where nothing is."""

    public = True
    permission_classes = [permissions.AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so in the API's way."""
        self.on = timezone.localdate()
        raise exceptions.NotFound()


def _stamped(request: Request, response: HttpResponse) -> HttpResponse:
    response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    # A 304 repeats what caches go by, so it is stamped like the answer it stands for.
    unchanged = get_conditional_response(request._request, etag=etag, response=response)
    return _private(unchanged or response)


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
    return response
