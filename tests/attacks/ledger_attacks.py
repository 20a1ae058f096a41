"""
The attacks on the ledger, promise by promise, in plain SQL.

Each names what it tries, the SQL, and the promise that answers when the role has the privilege
at all. ``{names}`` are the world's numbers. What even the ledger's own role is not allowed to try
is tried by the owner of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.attacks.ledger_world import DAY, raw, source

GIVE: Final = [("reserve", "lot", -5), ("held", "lot", 5)]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: the promise's number, what it tries, the SQL, the name that answers."""

    promise: int
    tries: str
    sql: str
    answer: str


def of(promise: int, answer: str, **attacks: str) -> list[Attack]:
    return [Attack(promise, tries, sql, answer) for tries, sql in attacks.items()]


def _more(transfer: str) -> str:
    """Write two balanced entries that join a transfer from outside."""
    return (
        "INSERT INTO reserve_entry (transfer_id, line, account_id, lot_id, pollutant, grams,"
        f" effective_on) SELECT {transfer}, 7 + e.line, e.account, {{lot}}, 'NOX', e.grams, '{DAY}'"
        " FROM (VALUES (1, {reserve}, -1), (2, {held}, 1)) AS e (line, account, grams)"
    )


# What the ledger's own functions may try, and the guards refuse.
AS_LEDGER: Final = [
    *of(
        1,
        "no_entry_joins_a_transfer_later",
        join_an_old_transfer=_more("{old}"),
        join_ones_own_transfer_later=raw(GIVE)
        + "; "
        + _more("(SELECT max(id) FROM reserve_transfer)"),
        announce_more_lines_than_come=raw(GIVE, lines="3"),
        join_no_transfer_at_all=_more("0"),
    ),
    *of(
        1,
        "a_transfer_is_recorded_in_the_present",
        forge_the_transaction=raw(GIVE, xid="'1'::xid8"),
        forge_the_time=raw(GIVE, recorded_at="now() - interval '1 day'"),
        forge_a_later_time=raw(GIVE, recorded_at="now() + interval '1 day'"),
        forge_the_author=raw(GIVE, author_id="{second}"),
    ),
    *of(
        8,
        "no_transfer_is_without_a_person",
        post_as_nobody="SELECT set_config('quota.person', '', true); " + raw(GIVE),
        post_as_a_stranger="SELECT set_config('quota.person', '999999', true); "
        + raw(GIVE, author_id="999999"),
        let_a_stranger_prepare=raw(GIVE, prepared_by_id="999999"),
    ),
    *of(
        2,
        "a_transfer_sums_to_zero_for_every_lot",
        make_mass=raw([("reserve", "lot", -5), ("held", "lot", 6)]),
        lose_mass=raw([("reserve", "lot", -5)]),
        swap_lots=raw([("reserve", "lot", -5), ("held", "void_lot", 5)]),
    ),
    *of(
        2,
        "a_transfer_has_its_entries",
        post_nothing=raw([], lines="0"),
        promise_entries_that_never_come=raw([], lines="2"),
        settle_the_constraints_first="SET CONSTRAINTS ALL IMMEDIATE; " + raw([], lines="2"),
    ),
    *of(2, "an_entry_moves_something", move_nothing=raw([("reserve", "lot", 0)])),
    *of(
        3,
        "entry_account_and_lot_agree_on_the_pollutant",
        mix_accounts=raw([("reserve", "lot", -5), ("cod", "lot", 5)]),
        mix_lots=raw([("reserve", "cod_lot", -5), ("held", "cod_lot", 5)]),
        name_another_pollutant=raw(GIVE, pollutant="'COD'"),
        draw_on_no_account=raw([("reserve", "lot", -5), ("nothing", "lot", 5)]),
        draw_on_no_lot=raw([("reserve", "nothing", -5), ("held", "nothing", 5)]),
        misname_a_lot=source(lot_name="'REWARD/other/NOX'"),
    ),
    *of(
        3,
        "an_account_holds_one_of_the_eight_pollutants",
        open_an_account_of_water="INSERT INTO reserve_account (kind, place_id, city, pollutant,"
        " case_number, may_be_negative) VALUES ('RESERVE', '320583', '', 'H2O', '', false)",
    ),
    *of(
        4,
        "no_balance_falls_below_zero",
        overdraw=raw([("reserve", "lot", -101), ("held", "lot", 101)]),
        overdraw_a_lot_that_is_elsewhere=raw(
            [("reserve", "void_lot", -1), ("void", "void_lot", 1)],
            kind="'VOID'",
            prepared_by_id="{second}",
        ),
    ),
    *of(
        4,
        "no_later_day_falls_below_zero",
        draw_before_it_came=raw(GIVE, effective_on="'2026-09-14'"),
    ),
    *of(
        4,
        "only_where_mass_comes_from_may_be_negative",
        let_a_reserve_be_negative="INSERT INTO reserve_account (kind, place_id, city, pollutant,"
        " case_number, may_be_negative) VALUES ('RESERVE', '320500', '', 'NOX', '', true)",
    ),
    *of(6, "one_key_one_transfer", use_a_key_again=raw(GIVE, key="'hold/h1'")),
    *of(
        6,
        "one_transfer_at_most_one_reversal",
        reverse_twice=raw(
            [("held", "lot", -10), ("reserve", "lot", 10)],
            kind="'REVERSAL'",
            reverses_id="{undone}",
            prepared_by_id="{second}",
        ),
    ),
    *of(
        6,
        "a_reversal_undoes_exactly_what_it_names",
        reverse_in_part=raw(
            [("held", "lot", -9), ("reserve", "lot", 9)],
            kind="'REVERSAL'",
            reverses_id="{old}",
            prepared_by_id="{second}",
        ),
    ),
    *of(
        6,
        "a_reversal_is_not_reversed",
        reverse_a_reversal=raw(
            GIVE, kind="'REVERSAL'", reverses_id="{reversal}", prepared_by_id="{second}"
        ),
    ),
    *of(
        6,
        "a_reversal_names_what_it_reverses",
        reverse_nothing=raw(GIVE, kind="'REVERSAL'", prepared_by_id="{second}"),
        reverse_by_the_way=raw(GIVE, reverses_id="{old}"),
    ),
    *of(
        7,
        "mass_comes_only_from_its_source",
        draw_on_an_old_source_again=raw(
            [("origin", "lot", -5), ("reserve", "lot", 5)], kind="'REWARD'"
        ),
    ),
    *of(7, "a_source_enters_once", enter_a_source_twice=source(number="'R1'")),
    *of(
        7,
        "a_reduction_project_enters_once_per_pollutant",
        enter_a_project_under_another_number=source(project="'project of R1'"),
    ),
    *of(
        7,
        "fates_sum_to_what_was_verified",
        enter_less_than_was_verified=source(verified_grams="6"),
        enter_more_than_was_verified=source(verified_grams="4"),
    ),
    *of(7, "a_source_brings_something", enter_a_source_of_nothing=source(verified_grams="0")),
    *of(
        7,
        "nothing_opens_after_the_closing",
        open_after_the_closing=source(
            kind="'OPENING'", transfer_kind="'OPENING'", place_id="'320581'"
        ),
        open_without_an_opening=source(kind="'OPENING'", transfer_kind="'OPENING'"),
        owe_after_the_closing="WITH t AS ("
        + raw([], kind="'OPENING'", lines="0")
        + " RETURNING id)"
        " INSERT INTO reserve_debt (place_id, pollutant, grams, transfer_id)"
        " SELECT '320581', 'NOX', 5, id FROM t",
    ),
    *of(
        8,
        "who_declares_screens_reviews_and_posts_are_different_people",
        post_what_one_declared=source(declared_by_id="{office}"),
        post_what_one_screened=source(screened_by_id="{office}"),
        post_what_one_reviewed=source(reviewed_by="ARRAY[{office}]"),
        review_what_one_declared=source(reviewed_by="ARRAY[{officer}]"),
        let_a_stranger_review=source(reviewed_by="ARRAY[999999]"),
    ),
    *of(8, "who_declares_does_not_screen", screen_ones_own=source(screened_by_id="{officer}")),
    *of(
        8,
        "a_claim_was_screened_and_reviewed",
        skip_the_review=source(
            kind="'CLAIM'", transfer_kind="'ADMISSION'", project="'p'", screened_by_id="{screener}"
        ),
    ),
    *of(8, "who_prepares_does_not_post", prepare_and_post=raw(GIVE, prepared_by_id="{office}")),
    *of(
        8,
        "a_grave_transfer_is_prepared_by_somebody",
        release_alone=raw([("held", "lot", -5), ("used", "lot", 5)], kind="'RELEASE'"),
    ),
    *of(
        10,
        "no_admission_passes_by_an_open_debt",
        enter_past_a_debt=source(),
    ),
    *of(
        10,
        "nobody_repays_more_than_is_owed",
        repay_more_than_is_owed=raw(
            [("reserve", "lot", -25), ("cover", "lot", 25)], kind="'REPAYMENT'"
        ),
    ),
    *of(
        10,
        "a_debt_has_its_reason",
        forge_a_debt="INSERT INTO reserve_debt (place_id, pollutant, grams, transfer_id)"
        " VALUES ('320581', 'NOX', 5, {old})",
        move_a_debt="INSERT INTO reserve_debt (place_id, pollutant, grams, lot_id, transfer_id)"
        " VALUES ('320581', 'NOX', 5, {lot}, {old})",
    ),
    *of(
        10,
        "a_void_leaves_nothing_unspent",
        void_in_words_only="INSERT INTO reserve_voiding (lot_id, transfer_id, voided_grams,"
        " owed_grams) VALUES ({lot}, {old}, 100, 0)",
    ),
    *of(
        10,
        "a_lot_is_voided_once",
        void_twice="INSERT INTO reserve_voiding (lot_id, transfer_id, voided_grams, owed_grams)"
        " VALUES ({void_lot}, {old}, 30, 20)",
    ),
    *of(
        10,
        "a_voided_lot_comes_back_nowhere",
        bring_a_voided_lot_back=raw(
            [("used", "void_lot", -20), ("reserve", "void_lot", 20)], kind="'GIVE_BACK'"
        ),
    ),
    *of(
        11,
        "a_transfer_moves_between_accounts_its_kind_names",
        use_by_a_hold=raw([("reserve", "lot", -5), ("used", "lot", 5)]),
        take_back_what_was_used=raw([("used", "lot", -5), ("held", "lot", 5)], kind="'TRADE'"),
        trade_out_of_nothing=raw([("origin", "lot", -5), ("reserve", "lot", 5)], kind="'TRADE'"),
        bring_a_reward_in_by_a_hold=source(transfer_kind="'HOLD'"),
    ),
    *of(
        11,
        "an_account_belongs_to_whom_its_kind_says",
        give_a_polluter_a_reserve="INSERT INTO reserve_account (kind, polluter_id, city, pollutant,"
        " case_number, may_be_negative) VALUES ('RESERVE', {polluter}, '', 'NOX', '', false)",
        pool_holds="INSERT INTO reserve_account (kind, place_id, city, pollutant, case_number,"
        " may_be_negative) VALUES ('HELD', '320583', '', 'NOX', '', false)",
    ),
    *of(
        12,
        "a_closed_quarter_takes_nothing",
        post_into_a_closed_quarter=raw(GIVE, effective_on="'2025-02-01'"),
    ),
    *of(
        12,
        "a_quarter_is_closed_once",
        close_a_quarter_again="INSERT INTO reserve_closedquarter (first_day, closed_at,"
        " closed_by_id, document) VALUES ('2025-01-01', now(), {office}, '')",
    ),
    *of(
        8,
        "no_quarter_is_closed_without_a_person",
        close_in_anothers_name="INSERT INTO reserve_closedquarter (first_day, closed_at,"
        " closed_by_id, document) VALUES ('2025-04-01', now(), {second}, '')",
    ),
]
