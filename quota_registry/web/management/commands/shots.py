"""``manage.py shots``: pictures of every page, and a sheet that shows them all."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import people as services
from quota_registry.web.pictures import camera, sheet
from quota_registry.web.pictures.table import STATES, entries
from quota_registry.web.pictures.walk import Found, client_of, walk


class Command(BaseCommand):
    """Picture every page of the URL table in both languages and at two widths."""

    help = "Picture every page in both languages at 1440 and 390 px into var/shots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let a person ask for a few pages only."""
        parser.add_argument("names", nargs="*", help="names of pages; all when none is given")
        parser.add_argument("--language", choices=camera.LANGUAGES)
        parser.add_argument("--list", action="store_true", help="only say what would be pictured")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Walk, picture, lay out the sheet.

        :raises CommandError: if a page of the URL table is missing or a page complains.
        """
        # What is refused on the way is no news: the walk tries doors that are not everybody's.
        logging.disable(logging.WARNING)
        names = frozenset(options["names"])
        # Whitenoise complains of a folder that collectstatic has not made yet.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost", "127.0.0.1"]
        found, missing = walk(names)
        if not names:
            known = {entry.name for entry in entries()} | {"not-found"}
            found += [
                Found(state.name, state.address, state.person)
                for state in STATES
                if state.name in known or _exists(state.address)
            ]
        for one in found:
            self.stdout.write(f"{one.name:32} {one.person or '—':18} {one.address}")
        wrong = [f"{entry.name}: nobody came to this page" for entry in missing]
        if not options["list"]:
            languages = [options["language"]] if options["language"] else list(camera.LANGUAGES)
            wrong += self.picture(found, languages)
        if wrong:
            raise CommandError("\n".join(wrong))

    def picture(self, found: list[Found], languages: list[str]) -> list[str]:
        """Take the pictures and return what is wrong on them."""
        into = Path(settings.QUOTA_VAR) / "shots"
        into.mkdir(parents=True, exist_ok=True)
        taken: list[camera.Picture] = []
        people = {
            person.username: person
            for person in Person.objects.filter(username__in={one.person for one in found})
        }
        before = {name: person.language for name, person in people.items()}
        keys = {
            name: client_of(person).session.session_key or "" for name, person in people.items()
        }
        with camera.site() as base:
            for language in languages:
                for person in people.values():
                    speak(person, language)
                for picture in camera.take(
                    found, base=base, keys=keys, language=language, into=into
                ):
                    taken.append(picture)
                    mark = "!" if picture.complaints else "·"
                    self.stdout.write(f"{mark} {picture.path.name} {' '.join(picture.complaints)}")
        for name, person in people.items():
            speak(person, before[name])
        sheet.lay_out(taken, into)
        self.stdout.write(f"{len(taken)} pictures, {into / 'index.html'}, {into / 'contact.png'}")
        return [
            f"{picture.path.name}: {complaint}"
            for picture in taken
            for complaint in picture.complaints
        ]


def speak(person: Person, language: str) -> None:
    """Let an account that has a language of its own speak *language*: it goes before the cookie."""
    if person.language and language and person.language != language:
        services.speak(person=person, language=language)
        person.language = language


def _exists(address: str) -> bool:
    return bool(client_of(None).get(address).status_code in (200, 302, 303))
