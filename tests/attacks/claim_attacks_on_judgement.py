"""Attacks on claims, the second half of the table: verdicts, opinions, history."""

from __future__ import annotations

from collections.abc import Sequence

from tests.attacks.claim_attacks import APART, DENIED, EDIT, LINE, MOVE, OPINION, Attack, S

DIVISION = "a_division_speaks_of_its_own_medium_alone"

ON_JUDGEMENT: Sequence[Attack] = (
    # ── Reviews and opinions ──
    Attack(
        "a verdict in a draft",
        S.DRAFT,
        "kunshan.officer",
        LINE.format("status = 'accepted'"),
        "a_line_is_reviewed_after_screening",
    ),
    Attack(
        "a verdict before screening",
        S.FILED,
        "city.air",
        LINE.format("status = 'accepted', reviewed_by_id = %(city.air)s"),
        EDIT,
    ),
    Attack(
        "the declarer's own verdict",
        S.SCREENED,
        "kunshan.officer",
        LINE.format("status = 'accepted', reviewed_by_id = %(kunshan.officer)s"),
        APART,
    ),
    Attack(
        "a verdict in another's name",
        S.SCREENED,
        "kunshan.officer",
        LINE.format("status = 'accepted', reviewed_by_id = %(city.air)s"),
        APART,
    ),
    # ── Each division for its own medium: these claims have a line of NOx alone ──
    Attack(
        "the other division's verdict",
        S.SCREENED,
        "city.water",
        LINE.format("status = 'refused', reason = 'x', reviewed_by_id = %(city.water)s"),
        DIVISION,
    ),
    Attack(
        "a verdict of no division",
        S.SCREENED,
        "city.office",
        LINE.format("status = 'accepted', reviewed_by_id = %(city.office)s"),
        DIVISION,
    ),
    Attack(
        "a verdict taken back by the other division",
        S.SCREENED,
        "city.water",
        LINE.format("reviewed_at = now(), reviewed_by_id = %(city.water)s"),
        DIVISION,
    ),
    Attack(
        "refused by the other division's act",
        S.SCREENED,
        "city.water",
        MOVE.format("refused"),
        DIVISION,
        "review_air",
    ),
    Attack(
        "refused by a division that has no line",
        S.SCREENED,
        "city.water",
        MOVE.format("refused"),
        DIVISION,
        "review_water",
    ),
    Attack(
        "refused whole before its lines are",
        S.SCREENED,
        "city.air",
        MOVE.format("refused"),
        "a_division_refuses_a_claim_line_by_line",
        "review_air",
    ),
    Attack(
        "the other division's seat",
        S.REVIEWED,
        "city.water",
        OPINION.format(version=1, by="%(city.water)s"),
        DIVISION,
    ),
    Attack(
        "the other division's signing",
        S.REVIEWED,
        "city.water",
        MOVE.format("reviewed"),
        DIVISION,
        "sign_air",
    ),
    Attack(
        "an opinion in another's name",
        S.REVIEWED,
        "city.office",
        OPINION.format(version=1, by="%(city.air)s"),
        APART,
    ),
    Attack(
        "the screener's opinion",
        S.REVIEWED,
        "kunshan.screener",
        OPINION.format(version=1, by="%(kunshan.screener)s"),
        APART,
    ),
    Attack(
        "an opinion on what is not there",
        S.REVIEWED,
        "city.air",
        OPINION.format(version=2, by="%(city.air)s"),
        "an_opinion_is_given_on_what_stands",
    ),
    Attack(
        "an opinion too early",
        S.SCREENED,
        "city.air",
        OPINION.format(version=1, by="%(city.air)s"),
        "an_opinion_is_given_on_what_stands",
    ),
    Attack(
        "a seat signs twice",
        S.REVIEWED,
        "city.air",
        (OPINION + ";" + OPINION).format(version=1, by="%(city.air)s"),
        "a_seat_signs_a_version_once",
    ),
    Attack(
        "one person in two seats",
        S.REVIEWED,
        "city.air",
        (OPINION + ";" + OPINION.replace("'air'", "'water'")).format(version=1, by="%(city.air)s"),
        APART,
    ),
    Attack(
        "an opinion turned round",
        S.JOINT_REVIEWED,
        "city.air",
        "UPDATE reserve_opinion SET agrees = false",
        DENIED,
    ),
    Attack(
        "more for the province than there is",
        S.JOINT_REVIEWED,
        "city.office",
        LINE.format("province_grams = verified + 1"),
        "the_province_takes_no_more_than_is_admissible",
    ),
    Attack(
        "a share changed after the letter",
        S.PROVINCE_CONFIRMED,
        "city.office",
        LINE.format("province_grams = 5"),
        EDIT,
    ),
    # ── History ──
    Attack(
        "a forged step",
        S.FILED,
        "kunshan.screener",
        "INSERT INTO kernel_step (workflow, subject, source, verb, target, person_id, at, "
        "version, note)"
        " VALUES ('claim', %(claim)s, 'filed', 'receive', 'received', %(kunshan.screener)s, "
        "now(), 1, '')",
        DENIED,
    ),
    Attack("a step removed", S.FILED, "kunshan.officer", "DELETE FROM kernel_step", DENIED),
    Attack(
        "a step given to another",
        S.FILED,
        "kunshan.officer",
        "UPDATE kernel_step SET person_id = %(city.air)s",
        DENIED,
    ),
    Attack(
        "a forged event",
        S.FILED,
        "kunshan.officer",
        "INSERT INTO kernel_rowevent DEFAULT VALUES",
        DENIED,
    ),
    Attack(
        "a wider table",
        S.FILED,
        "kunshan.officer",
        "INSERT INTO kernel_transition (workflow, source, verb, target, apart) VALUES "
        "('claim', 'filed', 'x', 'admitted', '[]')",
        DENIED,
    ),
)
