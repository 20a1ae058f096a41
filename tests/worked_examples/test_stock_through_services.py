"""RULES §4, intake, split, void and debt, carried out by the services on the real ledger."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.refusals import NotPermitted
from reserve.models import Balance
from reserve.refusals import Overdrawn
from reserve.rules import postings
from reserve.rules.postings import Leg
from reserve.selectors import fates
from reserve.services import admissions, buy_ins, corrections, ledger, voids
from reserve.vocabulary import AccountKind, ClaimStatus, Destination, Fate, TransferKind
from tests import factories
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db


def stock(pollutant: str = "NOX") -> dict[str, int]:
    """Sum what lies in each reserve and purpose account, by its name without the pollutant."""
    rows = (
        Balance.objects.filter(account__pollutant=pollutant)
        .exclude(account__kind=AccountKind.ORIGIN)
        .values("account__kind", "account__place", "account__polluter")
        .annotate(total=Sum("grams"))
    )
    return {
        f"{row['account__kind']} {row['account__place'] or 'polluter'}": row["total"]
        for row in rows
        if row["total"]
    }


@pytest.mark.parametrize(
    ("tonnes", "province", "expected"),
    [
        ("100", 0, (0, 30 * T, 70 * T)),
        ("100", 10 * T, (10 * T, 27 * T, 63 * T)),
        ("12.3456", 0, (0, 3_703_680, 8_641_920)),
        ("0.000001", 0, (0, 0, 1)),
        ("0.000005", 0, (0, 1, 4)),
        ("0.000010", 1, (1, 2, 7)),
    ],
)
def test_an_admission_is_split_exactly(
    tonnes: str, province: int, expected: tuple[int, int, int]
) -> None:
    factories.claim_at(
        ClaimStatus.ADMITTED, content(line("NOX", tonnes)), province={"NOX": province}
    )
    found = stock()
    places = ("RESERVE 320000", "RESERVE 320500", "RESERVE 320583")
    assert tuple(found.get(name, 0) for name in places) == expected
    assert sum(found.values()) == sum(expected)


def test_ten_verified_four_binding_three_earlier_leave_three() -> None:
    claim = factories.claim_at(
        ClaimStatus.ADMITTED, content(line("NOX", "10", binding=4 * T, prior_use=3 * T))
    )
    assert stock() == {
        "BINDING 320583": 4 * T,
        "PRIOR_USE 320583": 3 * T,
        "RESERVE 320500": 900_000,
        "RESERVE 320583": 2_100_000,
    }
    [booked] = fates.of_claim(claim, on=ON)
    assert booked.parts == {
        Fate.BINDING: 4 * T,
        Fate.PRIOR_USE: 3 * T,
        Fate.CITY: 900_000,
        Fate.LOCAL: 2_100_000,
    }
    assert not booked.projected


def spend(grams: int, *, code: str = "320583") -> None:
    """Let the county's head release from its reserve to a construction project."""
    head = factories.person("kunshan.head")
    officer = factories.person("kunshan.officer")
    project = factories.polluter(77)
    case = "320583-ZY-2026-00001"
    for kind, source, to, hand, prepared in (
        (TransferKind.HOLD, postings.reserve(code), postings.held(case, place=code), head, None),
        (
            TransferKind.RELEASE,
            postings.held(case, place=code),
            postings.used(project.pk, case),
            head,
            officer,
        ),
    ):
        ledger.post(
            kind=kind,
            key=f"test/{kind}",
            legs=[Leg(source, to, "NOX", Grams(grams))],
            on=ON,
            by=hand,
            prepared_by=prepared,
        )


def test_a_false_claim_is_voided_and_its_debt_repaid_first() -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    assert stock() == {"RESERVE 320500": 3 * T, "RESERVE 320583": 7 * T}
    spend(5 * T)

    voids.propose(
        claim=claim,
        reason="监测数据造假",
        document="苏环罚〔2026〕1号",
        by=factories.person("city.office"),
        on=ON,
    )
    [outcome] = voids.void(claim=claim, by=factories.person("city.director"), on=ON)
    assert (outcome.voided, outcome.owed) == (5 * T, 5 * T)
    assert stock() == {"VOID 320583": 5 * T, "USED polluter": 5 * T}
    assert fates.open_debt(factories.place("320583"), "NOX") == 5 * T

    again = factories.claim_at(ClaimStatus.PROVINCE_CONFIRMED, content(line("NOX", "6"), number=2))
    [projected] = fates.of_claim(again, on=ON)
    assert projected.parts == {Fate.COVER: 5 * T, Fate.CITY: 300_000, Fate.LOCAL: 700_000}

    admissions.admit(claim=again, version=again.version, by=factories.person("city.office"), on=ON)
    assert stock() == {
        "VOID 320583": 5 * T,
        "USED polluter": 5 * T,
        "COVER 320583": 5 * T,
        "RESERVE 320500": 300_000,
        "RESERVE 320583": 700_000,
    }
    assert fates.open_debt(factories.place("320583"), "NOX") == 0


def test_a_void_needs_two_people() -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    with pytest.raises(voids.NothingProposed):
        voids.void(claim=claim, by=factories.person("city.director"), on=ON)
    assert stock() == {"RESERVE 320500": 3 * T, "RESERVE 320583": 7 * T}


def test_the_park_takes_the_local_part_of_what_the_county_declares() -> None:
    factories.claim_at(ClaimStatus.ADMITTED, content(code="320583P01"))
    assert stock() == {"RESERVE 320500": 3 * T, "RESERVE 320583P01": 7 * T}


def test_own_treatment_becomes_a_holding_and_is_bought_in_whole() -> None:
    claim = factories.claim_at(
        ClaimStatus.ADMITTED,
        content(line("NOX", "10", binding=1 * T), destination=Destination.HOLDING),
    )
    assert stock() == {"BINDING 320583": 1 * T, "HOLDING polluter": 9 * T}

    version = claim.permit.versions.get()
    buy_ins.buy_in(
        polluter=claim.polluter,
        amounts={"NOX": 4 * T},
        permit_version=version,
        document="昆环收〔2026〕3号",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    assert stock() == {
        "BINDING 320583": 1 * T,
        "HOLDING polluter": 5 * T,
        "RESERVE 320583": 4 * T,
    }
    with pytest.raises(Overdrawn):
        buy_ins.buy_in(
            polluter=claim.polluter,
            amounts={"NOX": 6 * T},
            permit_version=version,
            document="昆环收〔2026〕4号",
            by=factories.person("kunshan.head"),
            on=ON,
        )


@pytest.mark.parametrize(
    ("verified", "expected"),
    [
        (6 * T, {"RESERVE 320500": 1_800_000, "RESERVE 320583": 4_200_000}),
        (12 * T, {"RESERVE 320500": 3_600_000, "RESERVE 320583": 8_400_000}),
    ],
)
def test_a_correction_books_the_difference(verified: int, expected: dict[str, int]) -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    correction = corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=verified,
        reason="核算参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    with pytest.raises(NotPermitted):
        corrections.approve(correction=correction, by=factories.person("city.office"), on=ON)
    corrections.approve(correction=correction, by=factories.person("city.director"), on=ON)
    assert stock() == expected
    [booked] = fates.of_claim(claim, on=ON)
    assert booked.verified == verified


def test_a_correction_of_what_is_spent_is_refused() -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    spend(5 * T)
    correction = corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=2 * T,
        reason="核算参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    with pytest.raises(Overdrawn):
        corrections.approve(correction=correction, by=factories.person("city.director"), on=ON)
    assert stock() == {
        "RESERVE 320500": 3 * T,
        "RESERVE 320583": 2 * T,
        "USED polluter": 5 * T,
    }
