"""The promises that PostgreSQL keeps for the parks."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from reserve.promises import Promise, register

PROMISES: Final = (
    Promise(
        29,
        "A park's annual totals are written while they are a draft, filed when no cell is wrong, "
        "and checked by a person who wrote nothing of them.",
        _("园区年度总量只在填报时修改，没有错误单元格方可上报，由未参与填报的人审核"),
        (
            ("parks_annualtotals", "note_birth"),
            ("parks_annualtotals", "take_step"),
            ("parks_annualtotals", "totals_stand"),
            ("parks_annualtotals", "totals_stand_whole"),
            ("parks_annualtotals", "signs_own"),
            ("parks_totalsrow", "row_is_added"),
            ("parks_totalsrow", "row_is_changed"),
            ("parks_totalsrow", "row_is_removed"),
            ("parks_totalsrow", "row_stays"),
            ("parks_totalsrow", "rows_stand"),
            ("parks_totalswriter", "only_grows"),
            ("parks_totalswriter", "signs_own"),
            ("parks_totalsremark", "only_grows"),
            ("parks_totalsremark", "signs_own"),
            ("parks_totalslist", "stands"),
            ("parks_totalslist", "stands_whole"),
            ("parks_totalslist", "signs_own"),
        ),
        (
            ("parks_totalsrow", "amounts_are_whole_grams_of_the_eight"),
            ("parks_totalsrow", "a_source_states_a_polluter_once"),
            ("parks_totalsrow", "a_row_that_counts_has_its_polluter_and_its_source"),
            ("parks_annualtotals", "one_version_of_annual_totals_is_open"),
            ("parks_annualtotals", "one_version_of_annual_totals_stands"),
            ("parks_annualtotals", "annual_totals_are_checked_by_a_second_person"),
            ("parks_annualtotals", "what_a_park_filed_has_its_hands_and_its_day"),
            ("parks_member", "a_polluter_lies_in_one_park_at_a_time"),
        ),
        owner="disable the triggers; the history of rows shows what stood.",
    ),
    Promise(
        30,
        "A park's year moves by its table, each step on its ground and under its paper; what was "
        "fixed stands, and a year is taken up again by a new version alone.",
        _("园区年度只按流程表办理，各环节依据齐备；已核定的不得修改，重新办理另立新版"),
        (
            ("parks_parkyear", "note_birth"),
            ("parks_parkyear", "take_step"),
            ("parks_parkyear", "stands"),
            ("parks_parkyear", "stands_whole"),
            ("parks_parkyear", "signs_own"),
            ("parks_parkyear", "z_park_step_is_backed"),
            ("parks_parkyear", "z_park_void_is_backed"),
            ("parks_yearline", "park_line_stands"),
            ("parks_yearline", "park_lines_stand"),
        ),
        (
            ("parks_parkyear", "one_version_of_a_park_year_stands"),
            ("parks_parkyear", "a_park_year_is_taken_up_again_for_a_reason"),
            ("parks_yearline", "a_park_year_has_one_line_per_pollutant"),
            ("parks_yearline", "a_total_is_never_below_nothing"),
        ),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
    Promise(
        31,
        "A reward enters the reserve as the province confirmed it, whole and once; nothing enters "
        "as a reward that no park's year earned, and none is voided but as one person proposed and "
        "another decided.",
        _(
            "奖励额度按省厅确认的数一次入库；没有园区年度依据的不得作为奖励入库，未经一人提议、另一人批准的不得作废"
        ),
        (
            ("parks_parkyear", "reward_is_posted_as_confirmed"),
            ("reserve_source", "a_reward_follows_its_year"),
            ("reserve_voiding", "a_reward_is_voided_by_its_year"),
        ),
        (("parks_yearline", "a_reward_is_no_more_than_what_was_saved"),),
        owner="disable the triggers; the lines of a year stand beside the sources of the ledger.",
    ),
)

register(*PROMISES)
