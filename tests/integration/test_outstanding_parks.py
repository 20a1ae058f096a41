"""§6: a park with outstanding results is a dated record, and the city's reserve serves it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from allocation.selectors import assessments
from monitoring.models import OutstandingPark
from monitoring.refusals import (
    AlreadyOutstanding,
    EndsBeforeItStarts,
    NoPark,
    OutstandingEnded,
    StartsTooEarly,
)
from monitoring.selectors.outstanding import outstanding, outstanding_among
from monitoring.services import outstanding_parks
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted
from tests import desk, factories
from tests.attacks.claim_attacks import struck
from tests.factories import ON

pytestmark = pytest.mark.django_db

PARK = "320583P01"
END = date(2027, 1, 1)


def recorded(code: str = PARK, *, by: str = "city.office", **more: Any) -> OutstandingPark:
    factories.all_places()
    facts: dict[str, Any] = {
        "starts": ON,
        "document": "苏环办〔2026〕8号",
        "reason": "年度考核优秀",
    }
    return outstanding_parks.record(
        place=factories.place(code), **facts | more, by=factories.person(by), on=ON
    )


def holds_on(day: date) -> bool:
    return outstanding(factories.place(PARK), day) is not None


def test_it_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    recorded(ends=END)
    days = (ON - timedelta(1), ON, END - timedelta(1), END)
    assert [holds_on(day) for day in days] == [False, True, True, False]
    assert outstanding_among({PARK, "320500P01"}, ON) == {PARK}


def test_it_is_ended_by_a_document_once() -> None:
    found = recorded()
    office = factories.person("city.office2")
    later = ON + timedelta(30)
    with pytest.raises(DocumentMissing):
        outstanding_parks.close(found=found, document=" ", by=office, on=later)
    outstanding_parks.close(found=found, document="苏环办〔2026〕9号", by=office, on=later)
    assert (holds_on(later - timedelta(1)), holds_on(later)) == (True, False)
    with pytest.raises(OutstandingEnded):
        outstanding_parks.close(found=found, document="10号", by=office, on=later)
    recorded(starts=later)
    assert holds_on(later)


def test_taken_back_by_its_first_day_it_never_held() -> None:
    outstanding_parks.close(
        found=recorded(), document="9号", by=factories.person("city.office"), on=ON
    )
    assert not holds_on(ON)
    assert not holds_on(END)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"code": "320583"}, NoPark),
        ({"document": ""}, DocumentMissing),
        ({"starts": ON - timedelta(1)}, StartsTooEarly),
        ({"ends": ON}, EndsBeforeItStarts),
        ({"by": "city.air"}, NotPermitted),
    ],
)
def test_who_may_not_and_what_is_not_whole_is_refused(
    wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        recorded(**wrong)
    assert not OutstandingPark.objects.exists()


def test_no_day_is_on_record_twice() -> None:
    recorded(ends=END)
    with pytest.raises(AlreadyOutstanding):
        recorded(starts=END - timedelta(1))
    factories.person("city.office2")
    assert (
        struck(
            "INSERT INTO monitoring_outstandingpark (place_id, during, document, reason, by_id, at,"
            " close_document) VALUES ('320583P01', '[2026-10-01,)', 'x', 'x',"
            " %(city.office)s, now(), '')",
            by="city.office",
        )
        == "a_park_is_outstanding_once_at_a_time"
    )


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        (
            "UPDATE monitoring_outstandingpark SET closed_by_id = %(city.office)s, reason = 'y',"
            " closed_on = '2026-10-01', close_document = 'x', during = '[2026-09-15,2026-10-01)'",
            "what_was_put_on_record_is_not_edited",
        ),
        (
            "UPDATE monitoring_outstandingpark SET during = '[2026-09-15,2030-01-01)'",
            "an_opening_is_closed_once_and_never_widened",
        ),
        (
            "UPDATE monitoring_outstandingpark SET closed_by_id = %(city.office2)s,"
            " closed_on = '2026-10-01', close_document = 'x', during = '[2026-09-15,2026-10-01)'",
            "nobody_acts_in_anothers_name",
        ),
        (
            "UPDATE monitoring_outstandingpark SET closed_by_id = %(city.office)s,"
            " closed_on = '2026-10-01', during = '[2026-09-15,2026-10-01)'",
            "an_outstanding_park_has_its_document",
        ),
    ],
)
def test_the_database_keeps_it_as_it_was_written(sql: str, answer: str) -> None:
    recorded(ends=END)
    assert struck(sql, by="city.office") == answer


def test_a_project_of_the_park_is_on_the_city_s_list() -> None:
    factories.all_places()
    project = desk.project(code=PARK, number=61, by="kunshan.park")
    assert not assessments.project_facts(project, on=ON).outstanding_park
    recorded(ends=END)
    assert assessments.project_facts(project, on=ON).outstanding_park
    assert not assessments.project_facts(project, on=END).outstanding_park
    beside = desk.project(number=62)
    assert not assessments.project_facts(beside, on=ON).outstanding_park
