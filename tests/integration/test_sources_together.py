"""An account that an application names twice, as by a trade and without, is asked for both."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from allocation.models import Application, Project
from allocation.refusals import NotAssessable
from allocation.selectors.assessments import Asked
from allocation.selectors.stocks import Owner
from allocation.services import applications
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant
from tests import desk, factories, trading
from tests.desk import T
from tests.factories import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought() -> tuple[Project, int]:
    """A project whose polluter holds 3 t of the band of Lake Tai, and bought 3 t from elsewhere."""
    desk.ready()
    buyer, seller = factories.polluter(1), factories.polluter(9)
    trading.holding(seller, 3 * T, number="seller")
    trading.holding(buyer, 3 * T, number="own", lake_tai=True)
    project = desk.project({"NOX": "3"}, polluter=buyer)
    trade = trading.sold(seller, buyer, amounts={"NOX": "3"}, project=project)
    return project, trade.pk


def asked(of: Project, *parts: tuple[int, int | None]) -> list[Asked]:
    own = Owner(polluter=of.polluter_id)
    return [Asked(Pollutant.NOX, own, Grams(grams), trade) for grams, trade in parts]


def filed(of: Project, sources: Sequence[Asked], *, reason: str = "") -> Application:
    return applications.file(
        application=desk.drafted(of, sources, reason=reason),
        by=factories.person("kunshan.officer"),
        on=ON,
    )


def test_the_band_of_lake_tai_does_not_hide_behind_a_second_name(
    bought: tuple[Project, int],
) -> None:
    project, trade = bought
    both = asked(project, (3 * T, trade), (3 * T, None))
    with pytest.raises(NotAssessable) as refused:
        filed(project, both)
    [row] = refused.value.rows
    assert [reason.code.value for reason in row.reasons] == ["tai_unsigned"]
    assert "3.000000" in str(refused.value)


def test_with_its_reason_it_waits_for_the_second_signature(bought: tuple[Project, int]) -> None:
    project, trade = bought
    draft = filed(project, asked(project, (3 * T, trade), (3 * T, None)), reason="别无来源")
    held = desk.carry(draft, "held")
    with pytest.raises(NotAssessable):
        desk.carry(held, "vouchered")


def test_two_names_of_an_account_give_no_more_than_it_has(bought: tuple[Project, int]) -> None:
    project, trade = bought
    with pytest.raises(NotAssessable) as refused:
        filed(project, asked(project, (3 * T, trade), (3 * T + 1, None)), reason="别无来源")
    said = [reason.code.value for row in refused.value.rows for reason in row.reasons]
    assert said == ["not_in_stock"]


@pytest.mark.parametrize(
    "parts", [(4 * T, 2 * T), (2 * T, 4 * T)], ids=["own first", "trade first"]
)
def test_what_was_bought_for_the_project_is_drawn_on_by_its_trade_alone(
    bought: tuple[Project, int], parts: tuple[int, int]
) -> None:
    project, trade = bought
    own, named = (None, trade) if parts[0] == 4 * T else (trade, None)
    # Four of its own where it has three, whichever is named first.
    with pytest.raises(NotAssessable) as refused:
        filed(project, asked(project, (parts[0], own), (parts[1], named)), reason="别无来源")
    assert "bound" in refused.value.facts["codes"]
