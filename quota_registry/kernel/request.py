"""The request that is being answered, for the audit: its number and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CurrentRequest:
    """A request's number and the address that sent it."""

    id: str = ""
    address: str | None = None


_current: ContextVar[CurrentRequest] = ContextVar("request", default=CurrentRequest())


def current() -> CurrentRequest:
    """Return the request being answered, or an empty one in a job."""
    return _current.get()


@contextmanager
def answering(id: str, address: str | None) -> Iterator[None]:
    """Remember the request for as long as it is being answered."""
    token = _current.set(CurrentRequest(id=id, address=address))
    try:
        yield
    finally:
        _current.reset(token)
