"""§21: the vouchers of one project cover it together, whoever acts on which of them and when."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from allocation.models import Application, Project
from allocation.refusals import NeededInUse, NotItsProject, Uncovered
from allocation.services import applications
from allocation.services import vouchers as after
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import VoucherStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Transfer
from reserve.vocabulary import TransferKind
from tests import desk, factories
from tests.desk import T, asks
from tests.factories import ON
from tests.integration.test_claims_at_once import together

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX
BACK = {"version": 1, "document": "昆环函〔2026〕1号", "reason": "不再需要"}


def approved(of: Application, tonnes: int) -> Application:
    return after.approve(
        application=of,
        version=1,
        number="苏环建〔2026〕07第1001号",
        approved_on=ON,
        increments={NOX: Grams(tonnes)},
        by=factories.person("kunshan.officer"),
        on=ON,
    )


def used(of: Application) -> Application:
    return after.use(
        application=of, version=1, used_on=ON, by=factories.person("kunshan.officer"), on=ON
    )


def given_back(of: Application) -> Any:
    return after.give_back(application=of, by=factories.person("kunshan.head"), on=ON, **BACK)


def both() -> tuple[Application, Application]:
    """3 t were asked for, the EIA approved 4, and a supplement covers the fourth: 6 t and 2 t."""
    factories.all_places()
    desk.judged()
    desk.stocked("320583", 10 * T)
    officer = factories.person("kunshan.officer")
    voucher = desk.vouchered(desk.project({"NOX": "3"}), asks(("NOX", "320583", 6 * T)))
    first = approved(voucher.application, 4 * T)
    more = applications.draft(project=first.project, supplements=first, by=officer, on=ON)
    applications.name_sources(
        application=more, asked=asks(("NOX", "320583", 2 * T)), by=officer, on=ON
    )
    return first, desk.carry(more, S.VOUCHERED)


def covers() -> int:
    return desk.balance("320583")[0]


def test_a_smaller_approval_takes_nothing_that_a_project_in_use_needs() -> None:
    first, more = both()
    used(first)
    with pytest.raises(NeededInUse) as refused:
        approved(more, T // 2)
    assert refused.value.facts["missing"] == "0.500000"
    more.refresh_from_db()
    assert (more.status, covers()) == (S.VOUCHERED, 2 * T)
    assert approved(more, T).status == S.APPROVED


def test_what_was_approved_is_asked_for_though_its_first_voucher_went_back() -> None:
    first, more = both()
    more = approved(more, T)
    given_back(first)
    with pytest.raises(Uncovered) as refused:
        used(more)
    assert refused.value.facts["missing"] == "3.000000"


def test_a_project_that_asks_anew_answers_for_its_new_approval_alone() -> None:
    first, more = both()
    given_back(more)
    given_back(first)
    again = desk.vouchered(first.project, asks(("NOX", "320583", 6 * T)))
    assert used(approved(again.application, 3 * T)).status == S.IN_USE


def test_a_voucher_of_which_nothing_is_left_is_annulled_all_the_same() -> None:
    first, _more = both()
    factories.person("city.director")
    other = desk.vouchered(desk.project({"NOX": "1"}, number=2), asks(("NOX", "320583", 2 * T)))
    emptied = approved(other.application, 0)
    assert covers() == 2 * T
    after.annul(application=emptied, by=factories.person("city.director"), on=ON, **BACK)
    emptied.refresh_from_db()
    assert emptied.voucher_status is VoucherStatus.VOID
    # Nothing moved, and the paper it was done on stands in the step.
    assert Transfer.objects.filter(kind=TransferKind.GIVE_BACK).count() == 1
    assert first.status == S.APPROVED


def test_a_supplement_is_of_its_own_project() -> None:
    first, _more = both()
    stranger = desk.project({"NOX": "1"}, number=2)
    with pytest.raises(NotItsProject):
        applications.draft(
            project=stranger, supplements=first, by=factories.person("kunshan.officer"), on=ON
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_put_in_use_and_given_back_at_once_it_is_one_of_the_two(_turn: int) -> None:
    first, more = both()
    for name in ("kunshan.officer", "kunshan.head"):
        factories.person(name)
    found = together(lambda: used(first), lambda: given_back(more))
    [refused] = [one for one in found if one is not None]
    assert isinstance(refused, NeededInUse if found[0] is None else Uncovered)
    first.refresh_from_db()
    in_use = found[0] is None
    assert (first.status, covers()) == ((S.IN_USE, 2 * T) if in_use else (S.APPROVED, 4 * T))


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_the_project_holds_no_application_meanwhile() -> None:
    """One order everywhere, the project first: two acts that wait never wait for each other."""
    first, more = both()
    factories.person("kunshan.officer")
    acting = threading.Thread(target=lambda: (used(first), connection.close()))
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=first.project_id)
        acting.start()
        while not _somebody_waits():
            assert acting.is_alive()
        for one in (first, more):
            Application.objects.select_for_update(nowait=True).get(pk=one.pk)
    acting.join(timeout=30)
    first.refresh_from_db()
    assert first.status == S.IN_USE


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks AS waits JOIN pg_locks AS mine USING (pid)"
            " JOIN pg_database AS d ON d.oid = mine.database"
            " WHERE NOT waits.granted AND d.datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
