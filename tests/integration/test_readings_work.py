"""Lists of readings from the file to the record: the bureau's as they stand, versions, crashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitoring.models import Reading, ReplacedReading, SectionMonth
from monitoring.services import reading_work, readings, staging
from monitoring.vocabulary import BatchState, Item
from quota_registry.kernel.models import Person
from reserve.services.batches import NotNow
from tests import stations
from tests.stations import accepted, hour, listed, of, previewed, refused, said, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Person:
    settings.MEDIA_ROOT = tmp_path
    return stations.office()


# ── The bureau's files, row by row as `expected.json` says ──
def test_the_bureaus_hours_of_air_go_in_as_they_stand(office: Person) -> None:
    stations.stations_of_the_bureau()
    content = (stations.BUREAU / stations.AIR).read_bytes()

    batch = previewed(content, by=office)

    assert batch.state == BatchState.PREVIEW
    assert not Reading.objects.exists(), "nothing goes in before somebody agreed"
    assert refused(batch) == [
        (2282, "C", "no_time"),
        (4292, "C", "twice_in_file"),
        (6546, "A", "unknown_station"),
        (8830, "D", "impossible"),
        (10923, "C", "twice_in_file"),
    ]
    assert "第4291行" in said(batch, 4292)
    assert "999999A1" in said(batch, 6546)
    assert "99999" in said(batch, 8830)
    assert "第10947行" in said(batch, 10923), "00:00 of the next day is there and stands"
    counts = {"rows": 12961, "refused": 5, "values": 77736, "missing": 2, "new": 77736}
    assert batch.counts.items() >= (counts | {"changed": 0, "unchanged": 0}).items()

    batch = reading_work.accept(
        batch=readings.consent(batch=batch, by=office, at=stations.NOW),
        by=office,
        at=stations.NOW,
    )

    assert batch.state == BatchState.ACCEPTED
    assert Reading.objects.count() == 77736
    # Row 5599, −99, and row 11069, a dash: no value, and the row's others went in.
    assert of("320508A2", Item.PM25, "2026-09-24 04:00").value is None
    assert of("320508A2", Item.PM10, "2026-09-24 04:00").value == 44
    assert of("320583A2", Item.PM10, "2026-09-12 02:00").value is None
    assert of("320583A2", Item.PM25, "2026-09-12 02:00").value == 28
    assert not staging.staged(batch)

    again = previewed(content, by=office)
    assert again.counts.items() >= {"new": 0, "changed": 0, "unchanged": 77736}.items()
    with pytest.raises(readings.NothingNew):
        readings.consent(batch=again, by=office, at=stations.NOW)
    assert not ReplacedReading.objects.exists()


def test_the_bureaus_months_of_water_go_in_as_they_stand(office: Person) -> None:
    stations.stations_of_the_bureau()

    batch = accepted((stations.BUREAU / stations.WATER).read_bytes(), by=office)

    assert refused(batch) == []
    assert batch.counts.items() >= {"rows": 243, "values": 1701, "new": 1701}.items()
    first = Reading.objects.get(
        station_id=station("320505W1").pk, item=Item.NH3N, span="m", at=hour("2026-01-01 00:00")
    )
    assert (str(first.value), first.mark) == ("0.02500", "L")
    january = SectionMonth.objects.get(station__code="320505W1", month="2026-01-01")
    # Half of 0.025: 0.0125, which is 0.01 to two places.
    assert january.values[Item.NH3N] == "0.01"
    assert SectionMonth.objects.count() == 243


# ── Versions ──
def test_a_value_that_differs_is_the_next_version_and_the_one_before_stays(office: Person) -> None:
    station()
    first = accepted(listed([("320583A1", "2026-09-01 01:00", "26", "60")]), by=office)
    second = accepted(listed([("320583A1", "2026-09-01 01:00", "27", "60.0")]), by=office)

    assert second.counts.items() >= {"new": 0, "changed": 1, "unchanged": 1}.items()
    now = of("320583A1", Item.PM25, "2026-09-01 01:00")
    assert (now.value, now.version, now.batch_id) == (27, 2, second.pk)
    before = ReplacedReading.objects.get()
    assert (before.value, before.version, before.batch_id) == (26, 1, first.pk)
    assert of("320583A1", Item.O3, "2026-09-01 01:00").version == 1


# ── Work that is begun again, or never ended ──
def test_what_a_crash_emptied_is_read_again(office: Person) -> None:
    station()
    rows = [
        ("320583A1", "2026-09-01 01:00", "26", "60"),
        ("320583A1", "2026-09-01 02:00", "约26", "60"),
        ("320583A9", "2026-09-01 02:00", "26", "60"),
    ]
    batch = previewed(listed(rows), by=office)
    staging.clear(batch)

    batch = readings.consent(batch=batch, by=office, at=stations.NOW)
    batch = reading_work.accept(batch=batch, by=office, at=stations.NOW)

    assert Reading.objects.count() == 2
    assert refused(batch) == [(3, "C", "not_a_number"), (4, "A", "unknown_station")]
    assert batch.counts.items() >= {"new": 2, "refused": 2}.items()


def test_a_batch_is_taken_in_once(office: Person) -> None:
    station()
    batch = accepted(listed([("320583A1", "2026-09-01 01:00", "26", "60")]), by=office)

    for act in (readings.consent, readings.discard):
        with pytest.raises(NotNow):
            act(batch=batch, by=office, at=stations.NOW)
    assert reading_work.accept(batch=batch, by=office, at=stations.NOW) == batch


def test_a_discarded_batch_leaves_nothing_but_its_report(office: Person) -> None:
    station()
    batch = previewed(listed([("320583A1", "2026-09-01 01:00", "26", "约60")]), by=office)

    batch = readings.discard(batch=batch, by=office, at=stations.NOW)

    assert batch.state == BatchState.DISCARDED
    assert (staging.staged(batch), Reading.objects.count()) == (0, 0)
    assert refused(batch) == [(2, "D", "not_a_number")]
