"""Opening a gate on application and using it are two people's acts (RULES §3)."""

from __future__ import annotations

import pytest

from allocation.refusals import OwnOpening
from allocation.services import holds
from monitoring.models import GateOpening
from monitoring.services import gate_openings
from tests import desk, factories, watch
from tests.attacks.opener_attacks import OPENER, ROWS
from tests.desk import T
from tests.factories import ON

pytestmark = pytest.mark.django_db


def test_a_judgement_that_opens_the_way_by_itself_frees_its_opener_once_the_opening_is_closed() -> (
    None
):
    application = ROWS["assessed"]()
    # Corrected since: the task was done after all, so that upper reserves are open anyway.
    watch.judgement(code="320581")
    opener = factories.person(OPENER)
    with pytest.raises(OwnOpening):
        holds.hold(application=application, version=1, by=opener, on=ON)

    gate_openings.close(opening=GateOpening.objects.get(), by=opener, on=ON)
    holds.hold(application=application, version=1, by=opener, on=ON)
    assert desk.balance("320500") == (3 * T, 2 * T)
