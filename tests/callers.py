"""Programs and people that call the API in tests."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import audit
from quota_registry.web import sessions
from tests import factories


def sign() -> None:
    """Sign the transaction as the system, as a command that loads reference data does."""
    audit.sign(by=Person.objects.get_system())


def places() -> dict[str, Place]:
    """Make the tree of places that the API's tests ask for."""
    return factories.all_places()


def client(place: str = "320583", scopes: Any = tuple(Scope), **fields: Any) -> tuple[Client, str]:
    """Give a program a token."""
    fields.setdefault("responsible", factories.person("kunshan.officer"))
    with factories.system():
        return Client.objects.create_key(name="test", place_id=place, scopes=list(scopes), **fields)


class Caller:
    """Sends requests as one program or one person; every answer is returned as it came."""

    def __init__(self, *, token: str = "", person: Person | None = None) -> None:
        self.browser = Browser()
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        if person:
            self.browser.force_login(person, "django.contrib.auth.backends.ModelBackend")
            with factories.system():
                session = self.browser.session
                sessions.begin(session, person, at=timezone.now())
                session.save()

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        sent = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.browser.get(f"/api/v1/{path}", query or {}, headers=sent)

    def all(self, path: str, query: dict[str, Any] | None = None) -> list[list[Any]]:
        """Read a list to its end, page by page."""
        pages, response = [], self.get(path, query)
        while True:
            assert response.status_code == 200, response.content
            body = response.json()
            pages.append(body["results"])
            if body["next"] is None:
                assert "Link" not in response
                return pages
            assert response["Link"] == f'<{body["next"]}>; rel="next"'
            response = self.get(body["next"].removeprefix("http://testserver/api/v1/"))


def program(place: str = "320583", scopes: Any = tuple(Scope), **fields: Any) -> Caller:
    """Make a caller with a token of its own."""
    return Caller(token=client(place, scopes, **fields)[1])
