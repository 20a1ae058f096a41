"""Every page under the strict policy: nothing inline, nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
# Where a page may take something from, and where a link may lead.
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "use": "href"}


class Inspector(HTMLParser):
    """Notes what a strict policy would block, and what comes from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "style" or "style" in found:
            self.faults.append(f"inline style on <{tag}>")
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.faults.append("inline script")
        self.faults += [f"{name} on <{tag}>" for name in found if re.match(r"on[a-z]+$", name)]
        self.faults += [f"hx-on on <{tag}>" for name in found if name.startswith("hx-on")]
        address = found.get(LOADS.get(tag, ""), "") or ""
        if not re.match(r"(/(?!/)|data:image/|#|$)", address):
            self.faults.append(f"<{tag}> loads {address}")
        for name in ("href", "action", "hx-get", "hx-post"):
            if (found.get(name) or "").lower().startswith("javascript:"):
                self.faults.append(f"javascript: on <{tag}>")


def policy_of(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return dict(part.strip().split(" ", 1) for part in parts)


def faults_of(text: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(text)
    return inspector.faults


# Every page without arguments, by somebody who sees it; what a list shows is drawn with rows.
PAGES = {
    "kunshan.officer": ["account", "password-change", "second-factor", "notices", "rulebooks"],
    "kunshan.head": ["deputies", "hand-over", "law", "second-factor-setup"],
    "sys.admin": ["people", "person-new", "appointments", "clients", "client-new"],
    "sec.admin": ["appoint"],
    "city.auditor": ["audit-events", "audit-rows", "audit-steps"],
    "city.office": ["rulebook-draft", "polluters", "permits", "places", "reserve:overview"],
}


@pytest.mark.parametrize(
    ("username", "name"), [(who, name) for who, names in PAGES.items() for name in names]
)
def test_a_page_has_nothing_inline_and_a_strict_policy(username: str, name: str) -> None:
    factories.rule_book()
    factories.polluter()
    answer = browser_of(factories.person(username)).get(reverse(name))
    assert answer.status_code == 200
    assert policy_of(answer) == POLICY
    assert faults_of(answer.content.decode()) == []


@pytest.mark.parametrize("path", ["/sign-in/", "/nothing-here/"])
def test_so_has_what_a_stranger_sees(path: str) -> None:
    answer = Client().get(path)
    assert policy_of(answer) == POLICY
    assert faults_of(answer.content.decode()) == []


def test_the_other_headers_are_strict_too() -> None:
    answer = Client().get("/sign-in/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<p style="color:red">', "inline style on <p>"),
        ("<style>p{}</style>", "inline style on <style>"),
        ("<script>1</script>", "inline script"),
        ('<a onclick="x()">', "onclick on <a>"),
        ('<img src="https://cdn.example/x.png">', "<img> loads https://cdn.example/x.png"),
        ('<script src="//cdn.example/x.js"></script>', "<script> loads //cdn.example/x.js"),
        ('<a href="JavaScript:x()">', "javascript: on <a>"),
    ],
)
def test_the_inspector_sees_a_fault(html: str, fault: str) -> None:
    assert faults_of(html) == [fault]
