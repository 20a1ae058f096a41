"""A small desk to test on: projects and applications, carried as far as one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allocation.models import Application, Project, Voucher
from allocation.selectors.assessments import Asked
from allocation.selectors.stocks import Owner
from allocation.services import applications, assessments, holds, projects, releases
from allocation.services.projects import Books, Content
from allocation.vocabulary import ApplicationStatus, ProjectKind
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.rules import postings
from tests import factories, stock, watch
from tests.factories import ON

T: Final = 1_000_000


def books(pollutant: str, increment: str) -> Books:
    """Make books of a project that emits what it generates, without offset."""
    grams = grams_of(increment)
    return Books(pollutant=Pollutant(pollutant), generation=grams, emission=grams)


def content(
    increments: Mapping[str, str], *, number: int = 1, code: str = "320583", **more: Any
) -> Content:
    """Make a project's content: a new one of an invented polluter, with these increments."""
    facts: dict[str, Any] = {
        "polluter": factories.polluter(number, code),
        "name": f"年产{number}万吨示范材料项目",
        "kind": ProjectKind.NEW,
        "books": [books(pollutant, amount) for pollutant, amount in increments.items()],
    }
    return Content(**facts | more)


def project(
    increments: Mapping[str, str] | None = None,
    *,
    number: int = 1,
    code: str = "320583",
    by: str = "kunshan.officer",
    **more: Any,
) -> Project:
    """Record a project: NOx 1 t unless said otherwise."""
    factories.rule_book()
    return projects.record(
        content=content(increments or {"NOX": "1"}, number=number, code=code, **more),
        by=factories.person(by),
        on=ON,
    )


def strategic(
    increments: Mapping[str, str], *, number: int = 1, code: str = "320583", **more: Any
) -> Project:
    """Record a project whose strategic class the city office has approved."""
    found = project(
        increments,
        number=number,
        code=code,
        strategic_class="3",
        strategic_basis="苏发改〔2026〕3号",
        strategic_file=factories.stored_file(f"认定{number}.pdf"),
        **more,
    )
    return projects.approve_strategic(project=found, by=factories.person("city.office"), on=ON)


def stocked(
    code: str, grams: int, pollutant: str = "NOX", *, number: str = "", **changes: Any
) -> None:
    """Put mass into the reserve of a place."""
    factories.rule_book()
    factories.place(code)
    stock.admitted(
        number or f"{code}-{pollutant}",
        [(postings.reserve(code), grams)],
        pollutant=pollutant,
        **changes,
    )


def judged(code: str = "320583") -> None:
    """Let a place have met everything last year: own and upper reserves are open."""
    for medium in ("air", "water"):
        watch.judgement(code=code, medium=medium)


def ready() -> None:
    """Make 昆山 a county that has 10 t of NOx in its reserve, and met everything last year."""
    factories.all_places()
    judged()
    stocked("320583", 10 * T)


def asks(*wanted: tuple[str, str, int]) -> list[Asked]:
    """Name sources: (pollutant, place code or #polluter, grams)."""
    return [
        Asked(
            Pollutant(pollutant),
            Owner(polluter=int(owner[1:])) if owner.startswith("#") else Owner(place=owner),
            Grams(grams),
        )
        for pollutant, owner, grams in wanted
    ]


def drafted(
    of: Project,
    sources: Sequence[Asked],
    *,
    reason: str = "",
    by: str = "kunshan.officer",
    on: date = ON,
) -> Application:
    """Draft an application with its sources."""
    officer = factories.person(by)
    application = applications.draft(project=of, by=officer, on=on)
    return applications.name_sources(
        application=application, asked=sources, exception_reason=reason, by=officer, on=on
    )


@dataclass(frozen=True)
class Office:
    """Who takes the steps; a test may put somebody else in a seat."""

    officer: str = "kunshan.officer"
    screener: str = "kunshan.screener"
    water: str = "city.water"
    air: str = "city.air"
    holder: str = "city.office2"
    director: str = "city.director"
    head: str = "kunshan.head"


def carry(
    application: Application, status: str, *, office: Office = Office(), on: date = ON
) -> Application:
    """Carry an application from its draft to *status* by its ordinary way."""
    S = ApplicationStatus  # noqa: N806 - as the workflow's table calls it
    seats = {seat: factories.person(name) for seat, name in vars(office).items()}
    steps = (
        (S.FILED, lambda a: applications.file(application=a, by=seats["officer"], on=on)),
        (
            S.SCREENED,
            lambda a: applications.screen(
                application=a, version=a.version, by=seats["screener"], on=on
            ),
        ),
        (S.ASSESSED, lambda a: _assess(a, seats, on)),
        (
            S.HELD,
            lambda a: holds.hold(application=a, version=a.version, by=seats["holder"], on=on),
        ),
        (
            S.VOUCHERED,
            lambda a: releases.release(application=a, version=a.version, by=seats["head"], on=on),
        ),
    )
    order = [status for status, _step in steps]
    begin = order.index(application.status) + 1 if application.status in order else 0
    for reached, step in steps[begin : order.index(S(status)) + 1]:
        step(application)
        application = Application.objects.get(pk=application.pk)
        assert application.status == reached, f"{application.status} instead of {reached}"
    return application


def _assess(application: Application, seats: Mapping[str, Any], on: date) -> None:
    for medium in sorted({line.medium for line in application.lines.all()}):
        assessments.assess(
            application=application,
            version=application.version,
            medium=Medium(medium),
            by=seats[medium],
            on=on,
        )


def vouchered(
    of: Project, sources: Sequence[Asked], *, office: Office = Office(), on: date = ON
) -> Voucher:
    """Carry a project's application all the way to its voucher."""
    draft = drafted(of, sources, by=office.officer, on=on)
    application = carry(draft, "vouchered", office=office, on=on)
    return application.voucher


def balance(code: str, pollutant: str = "NOX") -> tuple[int, int]:
    """Give what the reserve of a place has free, and what of it is held."""
    from reserve.selectors import balances

    rows = balances.stock(place=code, pollutant=pollutant)
    return (rows[0].available, rows[0].held) if rows else (0, 0)
