"""Attacks on the way into the ledger: nothing enters but an admitted claim, gram for gram."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest

from reserve.models import Claim, Lot
from reserve.services import corrections
from reserve.vocabulary import LotSourceKind
from tests import factories
from tests.attacks.claim_attacks import S, struck
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db


def paper(claim: Claim | None, grams: int, **changes: Any) -> dict[str, Any]:
    people = {name: factories.person(name).pk for name in factories.PEOPLE}
    facts = {
        "kind": "CLAIM",
        "number": claim.number if claim else "SB-0",
        "place": "320583",
        "project": "x/y",
        "verified_grams": grams,
        "vintage": "2026-01-01",
        "declared_by": people["kunshan.officer"],
        "screened_by": people["kunshan.screener"],
        "reviewed_by": [people["city.air"]],
    }
    return facts | changes


def admission(
    source: dict[str, Any], fates: Sequence[tuple[dict[str, Any], int]], key: str = "forged"
) -> str:
    """Write the request of a forged admission."""
    return json.dumps(
        {
            "kind": "ADMISSION",
            "key": key,
            "effective_on": ON.isoformat(),
            "document": "",
            "clause": "4.1",
            "reason": "",
            "prepared_by": None,
            "legs": [
                {
                    "from": {"kind": "ORIGIN", "case": str(LotSourceKind.CLAIM)},
                    "to": to,
                    "pollutant": "NOX",
                    "grams": grams,
                    "source": source,
                }
                for to, grams in fates
            ],
        }
    )


def at(code: str, kind: str = "RESERVE") -> dict[str, Any]:
    return {"kind": kind, "place": code}


ENTERS = "nothing_enters_but_an_admitted_claim"
POST = "SELECT ledger.post(%(request)s::jsonb)"


def test_an_admission_without_a_claim_is_stopped() -> None:
    factories.all_places()
    request = admission(paper(None, 5 * T), [(at("320583"), 5 * T)])
    assert struck(POST, by="city.office", request=request) == ENTERS


def test_an_admission_of_a_claim_that_is_not_admitted_is_stopped() -> None:
    claim = factories.claim_at(S.PROVINCE_CONFIRMED)
    request = admission(paper(claim, 10 * T), [(at("320500"), 3 * T), (at("320583"), 7 * T)])
    assert struck(POST, by="city.office", request=request) == ENTERS


ADMIT = (
    "UPDATE reserve_claim SET status = 'admitted', admitted_on = %(on)s WHERE id = %(claim)s; "
    + POST
)


@pytest.mark.parametrize(
    ("fates", "changes", "promise"),
    [
        ([(("320500",), 3), (("320583",), 6), (("320583", "BINDING"), 1)], {}, "nothing"),
        ([(("320500",), 3), (("320583",), 7)], {}, ENTERS),
        ([(("320500",), 3), (("320581",), 6), (("320583", "BINDING"), 1)], {}, ENTERS),
        ([(("320000",), 1), (("320583",), 8), (("320583", "BINDING"), 1)], {}, ENTERS),
        ([(("320583",), 10), (("320583", "BINDING"), 1)], {"verified_grams": 11 * T}, ENTERS),
        (
            [(("320500",), 3), (("320583",), 6), (("320583", "BINDING"), 1)],
            {"place": "320581"},
            ENTERS,
        ),
        (
            [(("320500",), 3), (("320583",), 6), (("320583", "BINDING"), 1)],
            {"declared_by": "changshu.officer"},
            ENTERS,
        ),
        (
            [(("320500",), 3), (("320583",), 6), (("320583", "BINDING"), 1)],
            {"reviewed_by": "city.water"},
            ENTERS,
        ),
    ],
    ids=[
        "as the claim says",
        "the binding part forgotten",
        "to another county",
        "more to the province than its letter says",
        "more than was verified",
        "declared by another place",
        "declared by another person",
        "reviewed by another person",
    ],
)
def test_an_admission_says_what_its_claim_says(
    fates: list[tuple[tuple[str, ...], int]], changes: dict[str, Any], promise: str
) -> None:
    factories.all_places()
    claim = factories.claim_at(S.PROVINCE_CONFIRMED, content(line("NOX", "10", binding=T)))
    named = {
        name: factories.person(value).pk if name == "declared_by" else value
        for name, value in changes.items()
    }
    if "reviewed_by" in named:
        named["reviewed_by"] = [factories.person(changes["reviewed_by"]).pk]
    request = admission(
        paper(claim, 10 * T, **named), [(at(*where), grams * T) for where, grams in fates]
    )
    found = struck(ADMIT, by="city.office", verb="admit", claim=claim.pk, request=request, on=ON)
    assert found == promise


def test_what_a_polluter_keeps_goes_to_no_other_polluter() -> None:
    claim = factories.claim_at(S.PROVINCE_CONFIRMED, content(destination="holding"))
    other = {"kind": "HOLDING", "polluter": factories.polluter(2).pk}
    request = admission(paper(claim, 10 * T), [(other, 10 * T)])
    assert (
        struck(ADMIT, by="city.office", verb="admit", claim=claim.pk, request=request, on=ON)
        == ENTERS
    )


@pytest.mark.django_db(transaction=True)
def test_not_even_the_ledgers_own_role_admits_without_a_claim(
    connect: Callable[..., psycopg.Connection],
) -> None:
    factories.all_places()
    office = factories.person("city.office").pk
    request = admission(paper(None, 5 * T), [(at("320583"), 5 * T)])
    ledger = connect("ledger")
    ledger.execute("SELECT set_config('quota.person', %s, true)", [str(office)])
    ledger.execute("SELECT ledger.post(%s::jsonb)", [request])
    with pytest.raises(psycopg.Error) as refused:
        ledger.commit()
    assert refused.value.diag.constraint_name == ENTERS


CORRECTED = "a_correction_is_posted_as_approved"
APPROVE = (
    "UPDATE reserve_correction SET approved_by_id = %(city.director)s, approved_at = now(),"
    " transfer_key = 'forged'; " + POST
)


def correction(claim: Claim, grams: int) -> str:
    """Write the request of a correction that brings *grams* more into the county's reserve."""
    request = {
        "kind": "CORRECTION",
        "key": "forged",
        "effective_on": ON.isoformat(),
        "prepared_by": factories.person("city.office").pk,
        "legs": [
            {
                "from": {"kind": "ORIGIN", "case": str(LotSourceKind.CLAIM)},
                "to": at("320583"),
                "pollutant": "NOX",
                "grams": grams,
                "lot": Lot.objects.get(source__number=claim.number).pk,
            }
        ],
    }
    return json.dumps(request)


def test_no_mass_comes_by_a_correction_that_nobody_approved() -> None:
    claim = factories.claim_at(S.ADMITTED)
    assert struck(POST, by="city.director", request=correction(claim, 5 * T)) == CORRECTED


@pytest.mark.parametrize(("grams", "promise"), [(2 * T, "nothing"), (2 * T + 1, CORRECTED)])
def test_a_correction_posts_what_was_approved(grams: int, promise: str) -> None:
    claim = factories.claim_at(S.ADMITTED)
    corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=12 * T,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    found = struck(APPROVE, by="city.director", request=correction(claim, grams))
    assert found == promise


def test_a_correction_of_one_claim_moves_no_lot_of_another() -> None:
    claim = factories.claim_at(S.ADMITTED)
    other = factories.claim_at(S.ADMITTED, content(number=2))
    corrections.propose(
        claim=other,
        pollutant="NOX",
        verified=12 * T,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    assert struck(APPROVE, by="city.director", request=correction(claim, 2 * T)) == CORRECTED
