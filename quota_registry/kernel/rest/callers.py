"""Who calls, and what of the registry is there for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import access


class MissingScope(NotPermitted):
    """The token was given for something else."""

    code = "missing_scope"
    message = _("此令牌不含权限范围“%(scope)s”")


@dataclass(frozen=True, slots=True)
class Reach:
    """The places whose rows a caller may see: each of these paths and everything below it."""

    paths: tuple[str, ...]

    def covers(self, path: str) -> bool:
        """Say whether the place of this path lies inside."""
        return path.startswith(self.paths)

    def within(self, lookup: str = "place__path") -> Q:
        """Return the condition that keeps the rows inside."""
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= Q(**{f"{lookup}__startswith": path})
        return condition

    def place(self, code: str) -> Place:
        """
        Find a place inside by its code.

        :raises OutOfReach: if there is none of that code, or it lies outside: for this caller
            both are the same.
        """
        found: Place | None = Place.objects.filter(self.within("path"), code=code).first()
        if found is None:
            raise OutOfReach(_("没有代码为“%(place)s”的地区"), place=code)
        return found


def acting(request: Request) -> Person:
    """Return in whose name a request is done: the caller's, or of whoever answers for a program."""
    caller = cast(Person | Client, request.user)
    return caller.responsible if isinstance(caller, Client) else caller


def reach_of(caller: Person | Client, scope: Scope | None, *, on: date) -> Reach:
    """
    Return the places that a person by appointment, or a program by its token, may see.

    Without a scope (codes, places) it is every place that the caller has anything to do with.

    :raises MissingScope: if the program's token does not carry the scope.
    :raises NotPermitted: if the person holds the matching permission nowhere.
    """
    if isinstance(caller, Client):
        if scope is not None and scope not in caller.scopes:
            raise MissingScope(scope=scope.value)
        return Reach((caller.place.path,))
    if scope is None:
        return Reach(tuple(a.place.path for a in access.appointments_of(caller, on=on)))
    paths = access.paths(caller, scope.permission, on=on)
    if not paths:
        raise NotPermitted(_("您没有办理此事的权限"), permission=str(scope.permission))
    return Reach(tuple(paths))
