"""A list of polluters and permits goes in once, and what differs is left for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quota_registry.kernel.imports.polluters import PolluterRow
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Permit, PermitVersion, Polluter
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import polluter_lists
from quota_registry.kernel.services.polluter_lists import Taken
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from tests import factories
from tests.factories import ON

pytestmark = pytest.mark.django_db

ROW = PolluterRow(
    file="x.xlsx",
    sheet="填报",
    number=2,
    name="昆山示范汇庆水泥有限公司",
    uscc="91130200699229617X",
    place="320583",
    industry="C3011",
    management_class=ManagementClass.KEY,
    permit_number="91130200699229617X001P",
    permit_changed_on=date(2026, 3, 21),
    amounts={Pollutant.SO2: Grams(8_545_000)},
)
SECOND = replace(ROW, number=3, permit_number="91130200699229617X002P", amounts={})


def take_in(*rows: PolluterRow) -> Taken:
    return polluter_lists.take_in(rows=rows, by=factories.person("kunshan.officer"), on=ON)


def test_a_row_becomes_a_polluter_with_its_permit_to_be_confirmed() -> None:
    taken = take_in(ROW, SECOND)

    assert (taken.registered, taken.permits, taken.differing) == (1, 2, ())
    polluter = Polluter.objects.get(uscc=ROW.uscc)
    assert (polluter.name, polluter.place_id, polluter.confirmed) == (ROW.name, "320583", False)
    version = PermitVersion.objects.get(permit__number=ROW.permit_number)
    assert [(a.pollutant, a.grams) for a in version.amounts.all()] == [("SO2", 8_545_000)]
    assert not Permit.objects.get(number=SECOND.permit_number).confirmed


def test_the_same_list_again_changes_nothing() -> None:
    take_in(ROW, SECOND)

    assert take_in(ROW, SECOND) == Taken(0, 0, 2, ())
    assert PermitVersion.objects.count() == 2


def test_other_amounts_make_a_new_version_of_the_permit() -> None:
    take_in(ROW)

    taken = take_in(replace(ROW, amounts={Pollutant.SO2: Grams(5)}))

    assert (taken.registered, taken.permits) == (0, 1)
    assert PermitVersion.objects.filter(permit__number=ROW.permit_number).count() == 2


def test_another_name_for_a_known_code_is_left_for_people() -> None:
    take_in(ROW)

    taken = take_in(replace(ROW, name="另一示范公司"))

    assert taken == Taken(0, 0, 0, (2,))
    assert Polluter.objects.get(uscc=ROW.uscc).name == ROW.name


def test_a_row_of_another_county_takes_the_whole_list_with_it() -> None:
    factories.all_places()

    with pytest.raises(Refusal):
        take_in(ROW, replace(SECOND, uscc="91110000600037341L", place="320581"))
    assert not Polluter.objects.exists()
