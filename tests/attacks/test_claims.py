"""Attacks on claims in plain SQL as the application: see `claim_attacks` for the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from quota_registry.kernel.permissions import GRANTS, Permission
from quota_registry.kernel.vocabulary import Role
from reserve.models import Claim
from reserve.services import corrections, inspections, joint_reviews, screening
from tests import factories
from tests.attacks.claim_attacks import (
    DENIED,
    MOVE,
    ON_STATUS,
    ON_WHAT_WAS_FILED,
    Attack,
    S,
    struck,
)
from tests.attacks.claim_attacks_on_judgement import ON_JUDGEMENT
from tests.factories import ON, T

pytestmark = pytest.mark.django_db


def refused_claim() -> Claim:
    claim = factories.claim_at(S.RECEIVED)
    screener = factories.person("kunshan.screener")
    return screening.refuse(claim=claim, version=1, reason="重复", by=screener, on=ON)


def returned_claim() -> Claim:
    claim = factories.claim_at(S.REVIEWED)
    office = factories.person("city.office")
    return screening.return_(claim=claim, version=1, reason="补充", by=office, on=ON)


SIDE: dict[str, Callable[[], Claim]] = {S.REFUSED: refused_claim, S.RETURNED: returned_claim}


@pytest.mark.parametrize(
    "attack", [*ON_STATUS, *ON_WHAT_WAS_FILED, *ON_JUDGEMENT], ids=lambda attack: attack.name
)
def test_the_database_stops(attack: Attack) -> None:
    factories.all_places()
    make = SIDE.get(attack.status)
    claim = make() if make else factories.claim_at(attack.status)
    before = _whole(claim)
    assert struck(attack.sql, by=attack.by, verb=attack.verb, claim=claim.pk) == attack.promise
    assert _whole(claim) == before


@pytest.mark.parametrize(
    ("right", "role"),
    [
        (Permission.REVIEW_WATER, Role.DIVISION_REVIEWER_WATER),
        (Permission.REVIEW_AIR, Role.DIVISION_REVIEWER_AIR),
    ],
)
def test_the_roles_that_the_database_knows_as_divisions_are_those_of_the_grant_table(
    right: Permission, role: Role
) -> None:
    assert [one for one, granted in GRANTS.items() if right in granted] == [role]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reserve_claim SET status = 'refused'",
        "UPDATE reserve_claimline SET status = 'refused'",
        "INSERT INTO reserve_opinion DEFAULT VALUES",
        "UPDATE allocation_application SET status = 'refused'",
        "INSERT INTO allocation_divisionopinion DEFAULT VALUES",
    ],
)
def test_the_ledgers_own_role_speaks_for_no_division(
    sql: str, connect: Callable[..., psycopg.Connection]
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        connect("ledger").execute(sql)
    assert refused.value.sqlstate == DENIED


def _whole(claim: Claim) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT to_jsonb(c),
                   (SELECT jsonb_agg(l ORDER BY l.id) FROM reserve_claimline l
                     WHERE l.claim_id = c.id),
                   (SELECT count(*) FROM reserve_evidence e
                     WHERE e.claim_id = c.id AND e.removed_at IS NULL),
                   (SELECT count(*) FROM kernel_step), (SELECT count(*) FROM reserve_entry)
              FROM reserve_claim c WHERE c.id = %s
            """,
            [claim.pk],
        )
        return list(cursor.fetchone())


# ── Corrections and inspections ──

CORRECTION = (
    "INSERT INTO reserve_correction (claim_id, pollutant, verified, reason, document,"
    " proposed_by_id, proposed_at, approved_by_id, transfer_key)"
    " VALUES (%(claim)s, 'NOX', 5, 'x', 'x', {}, now(), {}, '')"
)


@pytest.mark.parametrize(
    ("status", "sql", "by", "promise"),
    [
        (
            S.ADMITTED,
            CORRECTION.format("%(city.office2)s", "null"),
            "city.office",
            "a_correction_is_proposed_before_approval",
        ),
        (
            S.ADMITTED,
            CORRECTION.format("%(city.office)s", "%(city.director)s"),
            "city.office",
            "a_correction_is_proposed_before_approval",
        ),
        (
            S.REVIEWED,
            CORRECTION.format("%(city.office)s", "null"),
            "city.office",
            "a_correction_is_proposed_before_approval",
        ),
    ],
    ids=["in another's name", "born approved", "before admission"],
)
def test_a_correction_is_proposed_in_ones_own_name(
    status: str, sql: str, by: str, promise: str
) -> None:
    claim = factories.claim_at(status)
    assert struck(sql, by=by, claim=claim.pk) == promise


@pytest.mark.parametrize(
    ("sql", "by", "promise"),
    [
        (
            "approved_by_id = %(city.director)s",
            "city.director",
            "an_approved_correction_is_posted",
        ),
        (
            "approved_by_id = %(city.director)s",
            "city.office2",
            "a_correction_is_approved_once_as_proposed",
        ),
        (
            "approved_by_id = %(city.office)s",
            "city.office",
            "a_correction_is_approved_by_a_second_person",
        ),
        (
            "verified = 1, approved_by_id = %(city.director)s",
            "city.director",
            "a_correction_is_approved_once_as_proposed",
        ),
        (
            "rejected_by_id = %(city.director)s, rejection_reason = '不实'",
            "city.office2",
            "a_correction_is_approved_once_as_proposed",
        ),
        (
            "rejected_by_id = %(city.director)s",
            "city.director",
            "a_correction_is_approved_once_as_proposed",
        ),
        (
            "approved_by_id = %(city.director)s, rejected_by_id = %(city.director)s,"
            " rejection_reason = '不实'",
            "city.director",
            "a_rejected_correction_is_never_approved",
        ),
    ],
    ids=[
        "without a transfer",
        "in another's name",
        "by who proposed it",
        "of another amount",
        "rejected in another's name",
        "rejected without a reason",
        "approved and rejected",
    ],
)
def test_a_correction_is_approved_by_another_and_posted(sql: str, by: str, promise: str) -> None:
    claim = factories.claim_at(S.ADMITTED)
    corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=8 * T,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    found = struck(f"UPDATE reserve_correction SET {sql}, approved_at = now()", by=by)
    assert found == promise


def test_a_rejected_correction_is_neither_approved_nor_proposed_anew() -> None:
    claim = factories.claim_at(S.ADMITTED)
    proposed = corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=8 * T,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    director = factories.person("city.director")
    corrections.reject(correction=proposed, reason="不实", by=director, on=ON)
    for changes in (
        "approved_by_id = %(city.director)s, rejected_by_id = NULL, rejection_reason = ''",
        "rejected_by_id = NULL, rejection_reason = ''",
        "rejection_reason = '另一理由'",
    ):
        found = struck(f"UPDATE reserve_correction SET {changes}", by="city.director")
        assert found == "a_correction_is_approved_once_as_proposed"


FOUND = "UPDATE reserve_inspection SET finding = 'sound', visited_on = '2026-09-15', {}"


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ("first_inspector_id = %(city.inspector)s, second_inspector = '李四'", "city.air"),
        ("first_inspector_id = %(city.inspector)s, second_inspector = ' '", "city.inspector"),
        (
            "first_inspector_id = %(city.inspector)s, second_inspector = 'city.inspector'",
            "city.inspector",
        ),
    ],
    ids=["in another's name", "alone", "twice the same"],
)
def test_a_finding_is_its_inspectors_own(changes: str, by: str) -> None:
    claim = factories.claim_at(S.SCREENED)
    inspections.order(claim=claim, version=1, reason="存疑", by=factories.person("city.air"), on=ON)
    assert struck(FOUND.format(changes), by=by) == "a_finding_is_recorded_once_by_who_made_it"


def test_a_finding_is_of_the_version_that_stands() -> None:
    claim = factories.claim_at(S.SCREENED)
    inspections.order(claim=claim, version=1, reason="存疑", by=factories.person("city.air"), on=ON)
    own = "first_inspector_id = %(city.inspector)s, second_inspector = '李四'"
    for version, promise in ((2, "a_finding_is_recorded_once_by_who_made_it"), (1, "nothing")):
        sql = FOUND.format(f"{own}, version = {version}")
        assert struck(sql, by="city.inspector") == promise


def test_a_finding_is_not_turned_round() -> None:
    claim = factories.claim_at(S.SCREENED)
    visit = inspections.order(
        claim=claim, version=1, reason="存疑", by=factories.person("city.air"), on=ON
    )
    factories.found_sound(visit, by=factories.person("city.inspector"))
    found = struck("UPDATE reserve_inspection SET finding = 'adverse'", by="city.inspector")
    assert found == "a_finding_is_recorded_once_by_who_made_it"


def test_an_open_visit_blocks_the_joint_review() -> None:
    claim = factories.claim_at(S.REVIEWED)
    office = factories.person("city.office")
    inspections.order(claim=claim, version=1, reason="存疑", by=office, on=ON)
    for seat in ("water", "air", "office"):
        joint_reviews.sign(
            claim=claim,
            version=1,
            seat=seat,
            agrees=True,
            text="",
            by=factories.person(f"city.{seat}"),
            on=ON,
        )
    found = struck(MOVE.format("joint_reviewed"), by="city.office", verb="conclude", claim=claim.pk)
    assert found == "an_adverse_inspection_blocks_joint_review"
