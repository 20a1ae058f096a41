"""
Attacks on what the database keeps about claims, as a table.

Each goes round every service: the statement is sent as it stands, signed by the attacker, and
what must stop it is named. `struck` sends one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, transaction

from reserve.vocabulary import ClaimStatus
from tests import factories

DENIED: Final = "42501"
S = ClaimStatus


@dataclass(frozen=True)
class Attack:
    """What is tried on a claim of this status, by whom, and the promise that stops it."""

    name: str
    status: str
    by: str
    sql: str
    promise: str
    verb: str = ""


STATUS = "a_status_changes_only_by_its_table"
APART = "who_acts_and_who_checks_are_different_people"
EDIT = "a_filed_claim_is_not_edited"
MOVE = "UPDATE reserve_claim SET status = '{}' WHERE id = %(claim)s"
LINE = "UPDATE reserve_claimline SET {} WHERE claim_id = %(claim)s"
CLAIM = "UPDATE reserve_claim SET {} WHERE id = %(claim)s"
OPINION = (
    "INSERT INTO reserve_opinion (claim_id, version, seat, agrees, text, by_id, at)"
    " VALUES (%(claim)s, {version}, 'air', true, '', {by}, now())"
)
EVIDENCE = (
    "INSERT INTO reserve_evidence (claim_id, kind, file_id, added_by_id, added_at)"
    " SELECT claim_id, '{}', file_id, added_by_id, now() FROM reserve_evidence"
    " WHERE claim_id = %(claim)s LIMIT 1"
)

ON_STATUS: Sequence[Attack] = (
    Attack("forged status", S.FILED, "city.office", MOVE.format("admitted"), STATUS),
    Attack(
        "a leap by a true verb", S.FILED, "city.office", MOVE.format("admitted"), STATUS, "admit"
    ),
    Attack("an invented verb", S.FILED, "kunshan.screener", MOVE.format("screened"), STATUS, "ok"),
    Attack(
        "back from the end", S.REFUSED, "city.office", MOVE.format("draft"), STATUS, "take_back"
    ),
    Attack(
        "nobody's step",
        S.FILED,
        "",
        MOVE.format("received"),
        "no_step_is_without_a_person",
        "receive",
    ),
    Attack(
        "the declarer receives",
        S.FILED,
        "kunshan.officer",
        MOVE.format("received"),
        APART,
        "receive",
    ),
    Attack(
        "the declarer refuses",
        S.RECEIVED,
        "kunshan.officer",
        MOVE.format("refused"),
        APART,
        "refuse",
    ),
    Attack(
        "the screener signs for the office",
        S.REVIEWED,
        "kunshan.screener",
        MOVE.format("reviewed"),
        APART,
        "sign_office",
    ),
    Attack(
        "the reviewer admits",
        S.PROVINCE_CONFIRMED,
        "city.air",
        MOVE.format("admitted"),
        APART,
        "admit",
    ),
    Attack(
        "reviewed with a line pending",
        S.SCREENED,
        "city.air",
        MOVE.format("reviewed"),
        "every_line_is_reviewed_before_joint_review",
        "review_air",
    ),
    Attack(
        "concluded without opinions",
        S.REVIEWED,
        "city.office",
        MOVE.format("joint_reviewed"),
        "joint_review_needs_three_signed_opinions",
        "conclude",
    ),
    Attack(
        "confirmed without a letter",
        S.JOINT_REVIEWED,
        "city.office",
        MOVE.format("province_confirmed"),
        "the_province_confirms_by_letter",
        "confirm",
    ),
    Attack(
        "admitted without the ledger",
        S.PROVINCE_CONFIRMED,
        "city.office",
        MOVE.format("admitted"),
        "an_admitted_claim_is_in_the_ledger",
        "admit",
    ),
    Attack(
        "born admitted",
        S.DRAFT,
        "kunshan.officer",
        "INSERT INTO reserve_claim SELECT (json_populate_record(c, json_build_object('id', -1, "
        "'number', 'X', 'status', 'admitted'))).* FROM reserve_claim c WHERE id = %(claim)s",
        STATUS,
    ),
    Attack(
        "filed without lines",
        S.DRAFT,
        "kunshan.officer",
        "DELETE FROM reserve_claimline WHERE claim_id = %(claim)s; " + MOVE.format("filed"),
        "a_claim_is_filed_unjudged",
        "file",
    ),
    Attack(
        "filed with an old verdict",
        S.RETURNED,
        "kunshan.officer",
        MOVE.format("filed"),
        "a_claim_is_filed_unjudged",
        "file",
    ),
    Attack(
        "filed without keeping what was filed",
        S.RETURNED,
        "kunshan.officer",
        "UPDATE reserve_claimline SET status = 'pending', reviewed_by_id = null, reason = '' "
        "WHERE claim_id = %(claim)s;"
        "UPDATE reserve_claim SET version = 9 WHERE id = %(claim)s;"
        + MOVE.format("filed")
        + "; SELECT set_config('quota.person', %(kunshan.screener)s::text, true), "
        "set_config('quota.verb', 'receive', true);" + MOVE.format("received"),
        "what_was_filed_is_kept_whole",
        "file",
    ),
    Attack(
        "a claim removed",
        S.DRAFT,
        "kunshan.officer",
        "DELETE FROM reserve_claim WHERE id = %(claim)s",
        DENIED,
    ),
)

ON_WHAT_WAS_FILED: Sequence[Attack] = (
    Attack(
        "another project",
        S.FILED,
        "kunshan.officer",
        CLAIM.format("project = 'x', project_key = 'x'"),
        EDIT,
    ),
    Attack(
        "another due date", S.FILED, "kunshan.officer", CLAIM.format("due_on = '2030-01-01'"), EDIT
    ),
    Attack(
        "another beneficiary",
        S.PROVINCE_CONFIRMED,
        "city.office",
        CLAIM.format("beneficiary_id = '320581'"),
        EDIT,
    ),
    Attack(
        "another destination",
        S.PROVINCE_CONFIRMED,
        "city.office",
        CLAIM.format("destination = 'holding'"),
        EDIT,
    ),
    Attack("another version", S.SCREENED, "city.air", CLAIM.format("version = 2"), EDIT),
    Attack(
        "more verified", S.FILED, "kunshan.officer", LINE.format("verified = verified * 2"), EDIT
    ),
    Attack(
        "more verified at review",
        S.SCREENED,
        "city.air",
        LINE.format("verified = verified * 2, status = 'accepted', reviewed_by_id = %(city.air)s"),
        EDIT,
    ),
    Attack(
        "a line removed",
        S.SCREENED,
        "city.air",
        "DELETE FROM reserve_claimline WHERE claim_id = %(claim)s",
        EDIT,
    ),
    Attack(
        "a line added",
        S.SCREENED,
        "city.air",
        "INSERT INTO reserve_claimline (claim_id, pollutant, method, inputs, document, "
        "verified, binding, prior_use, status, reason)"
        " VALUES (%(claim)s, 'COD', 'stated_by_bureau', '{}', '', 5, 0, 0, 'pending', '')",
        EDIT,
    ),
    Attack(
        "a kept version rewritten",
        S.FILED,
        "kunshan.officer",
        "UPDATE reserve_claimrevision SET content = '{}' WHERE claim_id = %(claim)s",
        DENIED,
    ),
    Attack(
        "a version filed twice",
        S.FILED,
        "kunshan.officer",
        "INSERT INTO reserve_claimrevision (claim_id, version, content, by_id, at) VALUES "
        "(%(claim)s, 1, '{}', %(kunshan.officer)s, now())",
        "a_version_is_filed_once",
    ),
    Attack(
        "evidence taken out",
        S.FILED,
        "kunshan.officer",
        "UPDATE reserve_evidence SET removed_at = now() WHERE claim_id = %(claim)s",
        "evidence_of_a_filed_claim_stands",
    ),
    Attack(
        "evidence slipped in",
        S.SCREENED,
        "kunshan.officer",
        EVIDENCE.format("verifiable"),
        "evidence_of_a_filed_claim_stands",
    ),
    Attack(
        "evidence relabelled",
        S.DRAFT,
        "kunshan.officer",
        "UPDATE reserve_evidence SET kind = 'other' WHERE claim_id = %(claim)s",
        "evidence_of_a_filed_claim_stands",
    ),
)


def struck(sql: str, *, by: str = "", verb: str = "", **facts: Any) -> str:
    """Send *sql* signed by *by*, settle what is deferred, and name what stopped it."""
    named = {by, *re.findall(r"%\(([a-z]+\.[a-z0-9]+)\)s", sql)} - {""}
    people = {name: factories.person(name).pk for name in named}
    signature = str(people[by]) if by else ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('quota.person', %s, true), set_config('quota.verb', %s, true)",
                [signature, verb],
            )
            cursor.execute(sql, people | facts)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg.Error)
        return cause.diag.constraint_name or str(cause.sqlstate)
    return "nothing"
