"""Two people at the same moment: the second one waits, then finds what the first one did (§21)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.workflow import NotNow
from reserve.models import Balance, Claim, ProvinceLetter, Transfer
from reserve.rules import postings
from reserve.rules.postings import Leg
from reserve.selectors import fates
from reserve.services import admissions, claims, ledger, letters, voids
from reserve.services.claims import NotFileable
from reserve.services.letters import Confirmed
from reserve.vocabulary import ClaimStatus, TransferKind
from tests import factories
from tests.factories import ON, T, content

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[Refusal | None]:
    """Do every act in a thread of its own at the same moment; list what each was refused with."""
    found: list[Refusal | None] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            act()
        except Refusal as refusal:
            found[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return found


def test_the_same_project_is_filed_once_however_many_try_at_once() -> None:
    drafts = [factories.draft() for _ in range(4)]
    officer = factories.person("kunshan.officer")
    found = together(
        *(lambda claim=claim: claims.file(claim=claim, by=officer, on=ON) for claim in drafts)
    )
    refused = [refusal for refusal in found if refusal is not None]
    assert len(refused) == 3
    for refusal in refused:
        assert isinstance(refusal, NotFileable)
        assert [problem.code for problem in refusal.problems] == ["claimed_before"]
    assert Claim.objects.filter(status=ClaimStatus.FILED).count() == 1


def test_a_claim_is_admitted_once_however_many_try_at_once() -> None:
    claim = factories.claim_at(ClaimStatus.PROVINCE_CONFIRMED)
    hands = [factories.person("city.office"), factories.person("city.office2")] * 2
    found = together(
        *(lambda by=by: admissions.admit(claim=claim, version=1, by=by, on=ON) for by in hands)
    )
    assert sum(refusal is None for refusal in found) == 1
    assert {type(refusal) for refusal in found if refusal} == {NotNow}
    assert Transfer.objects.count() == 1
    assert sum(Balance.objects.filter(may_be_negative=False).values_list("grams", flat=True)) == (
        10 * T
    )


def test_two_admissions_repay_one_debt_once() -> None:
    false = factories.claim_at(ClaimStatus.ADMITTED)
    _spend_all()
    office = factories.person("city.office")
    voids.propose(claim=false, reason="造假", document="苏环罚〔2026〕1号", by=office, on=ON)
    voids.void(claim=false, by=factories.person("city.director"), on=ON)
    county = factories.place("320583")
    assert fates.open_debt(county, "NOX") == 7 * T

    made = [
        factories.claim_at(
            ClaimStatus.PROVINCE_CONFIRMED, content(factories.line("NOX", "5"), number=number)
        )
        for number in (2, 3)
    ]
    found = together(
        *(
            lambda claim=claim: admissions.admit(claim=claim, version=1, by=office, on=ON)
            for claim in made
        )
    )
    assert found == [None, None]
    assert fates.open_debt(county, "NOX") == 0
    assert (_lies_in("COVER"), _lies_in("RESERVE")) == (7 * T, 3 * T)


def _lies_in(kind: str) -> int:
    return sum(Balance.objects.filter(account__kind=kind).values_list("grams", flat=True))


def _spend_all() -> None:
    """Let the county's head release all of its part to a construction project."""
    case, head = "320583-ZY-2026-00001", factories.person("kunshan.head")
    held = postings.held(case, place="320583")
    steps = (
        (TransferKind.HOLD, postings.reserve("320583"), held, None),
        (
            TransferKind.RELEASE,
            held,
            postings.used(factories.polluter(77).pk, case),
            factories.person("kunshan.officer"),
        ),
    )
    for kind, source, to, prepared in steps:
        ledger.post(
            kind=kind,
            key=f"test/{kind}",
            legs=[Leg(source, to, "NOX", Grams(7 * T))],
            on=ON,
            by=head,
            prepared_by=prepared,
        )


def test_two_who_record_one_letter_at_once_record_it_once() -> None:
    made = [
        factories.claim_at(ClaimStatus.JOINT_REVIEWED, content(number=number)) for number in (1, 2)
    ]
    office = factories.person("city.office")
    gate = threading.Barrier(len(made))
    create = ProvinceLetter.save

    def meet(letter: ProvinceLetter, *args: Any, **kwargs: Any) -> None:
        # Both have found no letter of this number when either of them writes it down.
        gate.wait(timeout=30)
        create(letter, *args, **kwargs)

    def confirm(claim: Claim) -> object:
        return letters.confirm(
            number="苏环函〔2026〕1号", dated=ON, claims=[Confirmed(claim, 1)], by=office, on=ON
        )

    with mock.patch.object(ProvinceLetter, "save", meet):
        found = together(*(lambda claim=claim: confirm(claim) for claim in made))

    assert found == [None, None]
    letter = ProvinceLetter.objects.get()
    confirmed = Claim.objects.filter(status=ClaimStatus.PROVINCE_CONFIRMED, letter=letter)
    assert confirmed.count() == 2
