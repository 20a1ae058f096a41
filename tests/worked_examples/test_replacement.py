"""§7 by hand: what a project gives up for what it adds, up to the gram."""

from __future__ import annotations

from decimal import Decimal

import pytest

from allocation.rules.facts import ProjectFacts
from allocation.rules.replacement import duties, duty_for
from allocation.vocabulary import ProjectKind
from quota_registry.kernel.mass import Grams, grams_of, text
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

BOOK = RuleBook.default()

STRATEGIC_NEW = (
    ("COD", "3.256", "6.512000", "7.2"),
    ("NH3N", "0.326", "0.358600", "7.1"),
    ("TN", "0.977", "1.074700", "7.1"),
    ("TP", "0.0326", "0.035860", "7.1"),
    ("VOCS", "1.05", "2.100000", "7.2"),
    ("NOX", "4.2", "8.400000", "7.2"),
    ("TN", "1.234567", "1.358024", "7.1"),
)


def required(pollutant: str, increment: str, project: ProjectFacts) -> tuple[str, str]:
    duty = duty_for(grams_of(increment), project=project, pollutant=Pollutant(pollutant), book=BOOK)
    return text(duty.required), duty.clause.key


@pytest.mark.parametrize(("pollutant", "increment", "expected", "clause"), STRATEGIC_NEW)
def test_a_new_strategic_project_replaces_nutrients_at_1_1(
    pollutant: str, increment: str, expected: str, clause: str
) -> None:
    new = ProjectFacts(kind=ProjectKind.NEW, strategic=True)
    assert required(pollutant, increment, new) == (expected, clause)


@pytest.mark.parametrize("kind", [ProjectKind.NEW, ProjectKind.EXPANDED])
def test_an_expanded_one_does_as_a_new_one(kind: ProjectKind) -> None:
    project = ProjectFacts(kind=kind, strategic=True)
    assert required("TN", "0.977", project) == ("1.074700", "7.1")


@pytest.mark.parametrize("pollutant", [row[0] for row in STRATEGIC_NEW[:6]])
def test_rebuilt_or_not_strategic_all_is_doubled(pollutant: str) -> None:
    rebuilt = ProjectFacts(kind=ProjectKind.REBUILT, strategic=True)
    ordinary = ProjectFacts(kind=ProjectKind.NEW)
    waiting = ProjectFacts(kind=ProjectKind.NEW, strategic_waits=True)
    for project in (rebuilt, ordinary, waiting):
        assert required(pollutant, "1.000001", project) == ("2.000002", "7.2")


def test_what_does_not_grow_and_what_is_exempt_replaces_nothing() -> None:
    grows = {Pollutant.COD: Grams(0), Pollutant.TN: Grams(-5), Pollutant.NOX: Grams(1)}
    project = ProjectFacts(kind=ProjectKind.NEW, increments=grows)
    assert [(p, d.required) for p, d in duties(project, book=BOOK).items()] == [(Pollutant.NOX, 2)]
    exempt = ProjectFacts(kind=ProjectKind.NEW, increments=grows, exempt_kind="TOWN_SEWAGE_WORKS")
    assert not duties(exempt, book=BOOK)
    book = BOOK.with_changes(exempt_kinds=())
    assert duties(exempt, book=book)


def test_the_ratios_are_the_book_s() -> None:
    book = BOOK.with_changes(other_ratio=Decimal("1.5"))
    project = ProjectFacts(kind=ProjectKind.NEW)
    duty = duty_for(Grams(3), project=project, pollutant=Pollutant.NOX, book=book)
    assert (duty.required, duty.ratio) == (5, Decimal("1.5"))
