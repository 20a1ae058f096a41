"""Finds an address for every page by following links, as the people of the demo would."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from quota_registry.kernel.models import Person
from quota_registry.web import sessions
from quota_registry.web.pictures.table import CAST, Entry, entries

HOST: Final = "localhost"
# So many addresses of one page are tried, since some objects show nothing of what comes after;
# more of a page of which only a few lead on.
TRIES: Final = 4
MORE_TRIES: Final = {"polluter": 40, "allocation:project": 40}
# What waits for somebody is followed before what only lies in a list.
FIRST: Final = ("home", "todo")


@dataclass(frozen=True, slots=True)
class Found:
    """A page that can be pictured: its name, an address, and who sees it."""

    name: str
    address: str
    person: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def client_of(person: Person | None) -> Client:
    """Return a browser without a window, signed in as *person* in its one session."""
    # A page that breaks is found missing; the others are walked on.
    client = Client(raise_request_exception=False, HTTP_HOST=HOST)
    if person is not None:
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        sessions.begin(client.session, person, at=timezone.now())
    return client


def walk(names: frozenset[str] = frozenset()) -> tuple[list[Found], list[Entry]]:
    """
    Find an address of every page, and say which pages nobody of the cast came to.

    *names* narrows it to some pages.
    """
    wanted = {
        entry.name: entry
        for entry in entries()
        if entry.is_page and (not names or entry.name in names)
    }
    found: dict[str, Found] = {}
    people: list[Person | None] = [
        *Person.objects.filter(username__in=CAST, is_active=True),
        None,
    ]
    order = {name: place for place, name in enumerate(CAST)}
    people.sort(key=lambda person: order.get(person.username, 99) if person else 100)
    for person in people:
        _follow(person, wanted, found)
        if len(found) == len(wanted):
            break
    missing = [entry for name, entry in wanted.items() if name not in found]
    return [found[name] for name in wanted if name in found], missing


def _follow(person: Person | None, wanted: dict[str, Entry], found: dict[str, Found]) -> None:
    """Walk through all that *person* comes to, a few addresses of each page."""
    client = client_of(person)
    pages = {entry.name for entry in entries() if entry.is_page}
    listed = sorted(entries(), key=lambda entry: entry.name not in FIRST)
    queue = deque(address for entry in listed if (address := _plain(entry)))
    tried: dict[str, int] = {}
    seen: set[str] = set(queue)
    while queue and len(found) < len(wanted):
        address = queue.popleft()
        name = name_of(address)
        if name not in pages or tried.get(name, 0) >= MORE_TRIES.get(name, TRIES):
            continue
        tried[name] = tried.get(name, 0) + 1
        answer = client.get(address)
        if answer.status_code != HTTPStatus.OK or "html" not in answer.headers["Content-Type"]:
            continue
        if name in wanted and name not in found:
            found[name] = Found(name, address, person.username if person else "")
        reader = _Links()
        reader.feed(answer.content.decode())
        for link in reader.found:
            target = urlsplit(urljoin(address, link))
            if target.netloc or target.scheme:
                continue
            # Another filter of the same list is the same page.
            if target.path not in seen:
                seen.add(target.path)
                queue.append(target.path)


def _plain(entry: Entry) -> str:
    if entry.parameters or not entry.is_page:
        return ""
    try:
        return reverse(entry.name)
    except NoReverseMatch:
        return ""


def name_of(address: str) -> str:
    """Give the name of the page at *address*, or nothing where no page of ours is."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return match.view_name or ""
