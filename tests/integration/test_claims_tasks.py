"""Binding reduction tasks and how far places are with them (§5)."""

from __future__ import annotations

from datetime import date

import pytest

from quota_registry.kernel.refusals import NotPermitted
from reserve.selectors import tasks as progress_of
from reserve.selectors import waiting
from reserve.services import tasks, voids
from reserve.services.tasks import TaskIncomplete
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db


def test_a_task_progresses_by_what_admitted_claims_gave_to_it() -> None:
    office = factories.person("city.office")
    for code, grams in (("320583", 8 * T), ("320581", 5 * T), ("320500", 20 * T)):
        tasks.set_(
            place=factories.place(code),
            pollutant="NOX",
            year=2026,
            grams=grams,
            document="苏环发[2026]5号",
            by=office,
            on=ON,
        )
    factories.claim_at(ClaimStatus.ADMITTED, content(line("NOX", "10", binding=4 * T)))
    factories.claim_at(
        ClaimStatus.ADMITTED,
        content(line("NOX", "10", binding=2 * T), number=2, finished_on=date(2025, 12, 31)),
    )
    factories.claim_at(ClaimStatus.REVIEWED, content(line("NOX", "9", binding=1 * T), number=3))
    found = {p.task.place_id: p.grams for p in progress_of.progress(year=2026)}
    assert found == {"320500": 4 * T, "320581": 0, "320583": 4 * T}
    [own] = progress_of.progress(place=factories.place("320583"), year=2026, medium="air")
    assert (own.share, own.is_done, own.task.document) == (0.5, False, "苏环发〔2026〕5号")


def test_what_was_voided_counts_for_no_task() -> None:
    office = factories.person("city.office")
    tasks.set_(
        place=factories.place("320583"),
        pollutant="NOX",
        year=2026,
        grams=8 * T,
        document="苏环发〔2026〕5号",
        by=office,
        on=ON,
    )
    claim = factories.claim_at(ClaimStatus.ADMITTED, content(line("NOX", "10", binding=4 * T)))
    voids.propose(claim=claim, reason="造假", document="苏环罚〔2026〕1号", by=office, on=ON)
    [todo] = waiting.waiting_for(factories.person("city.director"), on=ON)
    assert (todo.verb, todo.number) == ("void", claim.number)
    voids.void(claim=claim, by=factories.person("city.director"), on=ON)
    assert progress_of.progress(year=2026)[0].grams == 0


def test_a_task_is_more_than_nothing_and_has_its_document() -> None:
    facts = {"place": factories.place("320583"), "pollutant": "NOX", "year": 2026, "on": ON}
    office = factories.person("city.office")
    with pytest.raises(TaskIncomplete):
        tasks.set_(**facts, grams=0, document="苏环发〔2026〕5号", by=office)
    with pytest.raises(TaskIncomplete):
        tasks.set_(**facts, grams=1, document=" ", by=office)
    with pytest.raises(NotPermitted):
        tasks.set_(**facts, grams=1, document="1", by=factories.person("city.director"))
