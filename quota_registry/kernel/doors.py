"""Who may open which address: every view says so itself, and nothing opens that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import AllowAny

from quota_registry.kernel.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

UNSAID: Final = object()


@dataclass(frozen=True, slots=True)
class Door:
    """
    Who may open an address: everybody, any signed-in person, or who holds the permission.

    ``program`` marks an address of the API, which knows its callers by session or token.
    """

    public: bool = False
    permission: Permission | None = None
    program: bool = False


class Undeclared(ImproperlyConfigured):
    """A view neither names its permission nor says that it is public."""


def of(view: Callable[..., Any]) -> Door:
    """
    Read what *view*, as the URL table has it, says about who may open it.

    :raises Undeclared: if it says nothing.
    """
    source = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if getattr(source, "public", False) or getattr(view, "public", False):
        return Door(public=True)
    permission: Any = getattr(source, "permission", UNSAID)
    if hasattr(view, "cls"):
        return _of_program(view, permission)
    if permission is UNSAID:
        name = getattr(source, "__qualname__", repr(source))
        raise Undeclared(f"{getattr(source, '__module__', '')}.{name} names no permission.")
    return Door(permission=permission)


def _of_program(view: Any, permission: Any) -> Door:
    """Read the door of an API view: its scope names the permission that sees the same."""
    if permission is UNSAID:
        scope = getattr(view.cls, "scope", None)
        permission = scope.permission if scope else None
    if AllowAny in view.cls.permission_classes or not view.cls.permission_classes:
        raise Undeclared(f"{view.cls.__qualname__} lets anybody in and does not say so.")
    return Door(permission=permission, program=True)


def public(view: View) -> View:
    """Open *view* to everybody, signed in or not; for functions and for others' views."""
    view.public = True  # type: ignore[attr-defined]  # a mark for the doorkeeper, on any callable
    view.login_required = False  # type: ignore[attr-defined]  # as Django's own decorator marks it
    return view
