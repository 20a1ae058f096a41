"""What the walk over every address needs of the desk: an object that lies in a place, made here."""

from __future__ import annotations

from typing import Any, Final

from allocation.models import Application, Project
from tests import desk

OFFICERS: Final = {
    "320583": "kunshan.officer",
    "320583P01": "kunshan.park",
    "320581": "changshu.officer",
    "320500P01": "sip.park",
}
_NUMBERS: Final = {"320583": 41, "320583P01": 42, "320581": 43, "320500P01": 44}


def project(code: str) -> dict[str, Any]:
    """Make a project of the place, once."""
    return {"number": _project(code).number}


def application(code: str) -> dict[str, Any]:
    """Make a draft of an application of the place, once."""
    found = Application.objects.filter(place=code).first()
    return {"number": (found or desk.drafted(_project(code), [], by=OFFICERS[code])).number}


def _project(code: str) -> Project:
    found = Project.objects.filter(place=code).first()
    return found or desk.project(number=_NUMBERS[code], code=code, by=OFFICERS[code])
