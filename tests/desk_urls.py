"""What the walk over every address needs of the desk: an object that lies in a place, made here."""

from __future__ import annotations

from typing import Any, Final

from allocation.models import Application, Project
from allocation.vocabulary import ApplicationStatus
from quota_registry.kernel.services import files
from tests import desk, factories

OFFICERS: Final = {
    "320583": "kunshan.officer",
    "320583P01": "kunshan.park",
    "320581": "changshu.officer",
    "320500P01": "sip.park",
}
API_ACTS: Final = (
    "sources",
    "file",
    "take-back",
    "screen",
    "send-back",
    "refuse",
    "assess-water",
    "assess-air",
    "refuse-water",
    "refuse-air",
    "hold",
    "sign-city",
    "sign-province",
    "sign-elsewhere",
    "countersign",
    "release",
    "decline",
    "approve",
    "use",
    "give-back",
    "annul",
    "withdraw",
)
"""What a program may do to an application."""

_NUMBERS: Final = {"320583": 41, "320583P01": 42, "320581": 43, "320500P01": 44}


def project(code: str) -> dict[str, Any]:
    """Make a project of the place, once."""
    return {"number": _project(code).number}


def proved(code: str) -> dict[str, Any]:
    """Make a project of the place with the file that proves its class, once."""
    found = Project.objects.filter(place=code).exclude(strategic_file=None).first()
    if found is None:
        found = desk.project(
            number=_NUMBERS[code] + 10,
            code=code,
            by=OFFICERS[code],
            strategic_class="3",
            strategic_basis="苏发改〔2026〕3号",
            strategic_file=factories.stored_file("认定.pdf"),
        )
    assert found.strategic_file is not None
    path = files.path_of(found.strategic_file.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7")
    return {"number": found.number}


def withdrawal(code: str) -> dict[str, Any]:
    """Name the act of withdrawing an application of the place."""
    return application(code) | {"verb": "withdraw"}


def application(code: str) -> dict[str, Any]:
    """Make a draft of an application of the place, once."""
    found = Application.objects.filter(place=code, status=ApplicationStatus.DRAFT).first()
    return {"number": (found or desk.drafted(_project(code), [], by=OFFICERS[code])).number}


def _project(code: str) -> Project:
    # One whose application went on to a voucher asks for nothing more.
    found = Project.objects.filter(place=code).exclude(applications__voucher__isnull=False).first()
    return found or desk.project(number=_NUMBERS[code], code=code, by=OFFICERS[code])
