"""Who may open which address: every view says so itself, and nothing opens that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured

from quota_registry.kernel.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

UNSAID: Final = object()


@dataclass(frozen=True, slots=True)
class Door:
    """Who may open an address: everybody, any signed-in person, or who holds the permission."""

    public: bool = False
    permission: Permission | None = None


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
    permission = getattr(source, "permission", UNSAID)
    if permission is UNSAID:
        name = getattr(source, "__qualname__", repr(source))
        raise Undeclared(f"{getattr(source, '__module__', '')}.{name} names no permission.")
    return Door(permission=permission)


def public(view: View) -> View:
    """Open *view* to everybody, signed in or not; for functions and for others' views."""
    view.public = True  # type: ignore[attr-defined]  # a mark for the doorkeeper, on any callable
    view.login_required = False  # type: ignore[attr-defined]  # as Django's own decorator marks it
    return view
