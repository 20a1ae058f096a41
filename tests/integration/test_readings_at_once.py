"""Several programs that send the same hour at the same moment: one is new, the others follow it."""

from __future__ import annotations

import pytest

from monitoring.models import Reading, ReadingBatch, ReplacedReading
from monitoring.vocabulary import Item
from tests import stations
from tests.integration.test_claims_at_once import together
from tests.stations import sent, station, take_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_hour_sent_at_once_by_many_stands_once() -> None:
    office = stations.office()
    station()

    def send(value: str) -> None:
        take_in([sent("320583A1", Item.PM25, "2026-09-01 13:00", value)], by=office)

    # Two of them say the same, so that one of these changes nothing if they come in a row.
    found = together(*(lambda value=value: send(value) for value in ("26", "26", "27", "28")))
    assert found == [None] * 4

    now = Reading.objects.get()
    assert ReplacedReading.objects.count() == now.version - 1
    counts = [batch.counts for batch in ReadingBatch.objects.all()]
    assert sum(one["new"] for one in counts) == 1
    assert sum(one["changed"] for one in counts) == now.version - 1 >= 2
