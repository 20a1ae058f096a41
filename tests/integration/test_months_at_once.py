"""Several who judge a month at the same moment: one writes it, the others find it written."""

from __future__ import annotations

import pytest

from monitoring.models import MonthRun, PlaceWarning, Suspension, WarningTask
from monitoring.services import months
from quota_registry.kernel.models import Person
from tests import factories, watched
from tests.integration.test_claims_at_once import together
from tests.watched import ON, SEPTEMBER

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_month_judged_at_once_by_many_has_one_version() -> None:
    factories.rule_book()
    factories.all_places()
    watched.year("320583", SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
    office, system = factories.person("city.office"), Person.objects.get_system()
    found = together(
        *(
            lambda by=by: months.judge(month=SEPTEMBER, by=by, on=ON)
            for by in (office, system, office, system)
        )
    )
    assert found == [None] * 4
    assert (MonthRun.objects.count(), PlaceWarning.objects.count()) == (1, 4)
    assert (WarningTask.objects.count(), Suspension.objects.count()) == (1, 2)
