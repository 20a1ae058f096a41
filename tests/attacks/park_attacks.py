"""
The attacks on parks, promise by promise, in plain SQL as the application.

Each says on what it is made, who signs, by which verb, what it tries and what must stop it.
``%(id)s`` is the row that it is made on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db import connection

from parks.services import totals
from tests import factories, parks
from tests.attacks.claim_attacks import DENIED
from tests.attacks.watch_attacks import APART, EDITED, OTHERS, STATUS, Attack, of
from tests.parks import ON

DRAFTED: Final = "totals_are_written_while_they_are_a_draft"
WRONG: Final = "no_totals_are_filed_with_a_wrong_cell"
GROUND: Final = "a_step_of_a_park_year_has_its_ground"
LINE: Final = "a_park_line_is_written_while_its_step_is_open"


def _park() -> Any:
    parks.park()
    return parks.member(1, {"NOX": "100"})


def _draft() -> Any:
    return parks.begun(parks.row(1, _park()))


def _wrong() -> Any:
    fault = {"COD": {"code": "not_a_number", "raw": "—", "facts": {}}}
    return parks.begun(parks.row(1, _park(), faults=fault))


def _checking() -> Any:
    return totals.hand_in(totals=_draft(), by=factories.person("kunshan.park"), on=ON)


def _year(to: str) -> Callable[[], Any]:
    def made() -> Any:
        polluter = _park()
        parks.judged()
        parks.targeted()
        parks.accepted(parks.row(1, polluter))
        year = parks.carried(parks.opened(), to)
        # What is deferred is settled, so that it is the attack that is stopped.
        connection.check_constraints()
        return year

    return made


def _open() -> Any:
    _park()
    return parks.opened()


def _corrected(to: str) -> Callable[[], Any]:
    """Make a year whose judgement was corrected since it was taken."""

    def made() -> Any:
        year = _year(to)()
        parks.judged(met=False)
        return year

    return made


def _void_proposed() -> Any:
    return parks.void_proposed(_year("close")())


ROWS: Final[dict[str, Callable[[], Any]]] = {
    "member": lambda: _park().memberships.get(),
    "draft": _draft,
    "wrong": _wrong,
    "checking": _checking,
    "filed": lambda: parks.filed(_draft()),
    "open": _open,
    "proposed": _year("propose_totals"),
    "fixed": _year("fix_totals"),
    "sent": _year("send_reward"),
    "rewarded": _year("confirm_reward"),
    "closed": _year("close"),
    "void proposed": _void_proposed,
    "proposed and corrected": _corrected("propose_totals"),
    "sent and corrected": _corrected("send_reward"),
}

TOTALS: Final = "UPDATE parks_annualtotals SET {} WHERE id = %(id)s"
YEAR: Final = "UPDATE parks_parkyear SET {} WHERE id = %(id)s"
CELL: Final = "UPDATE parks_totalsrow SET amounts = '{}' WHERE totals_id = %(id)s"
EARNED: Final = "nothing_enters_as_a_reward_but_what_a_year_earned"
# The row that a test has, its number and its line, brought in by whoever signs.
REWARD: Final = """
    SELECT ledger.post(jsonb_build_object(
        'kind', 'REWARD', 'key', 'attack', 'effective_on', '2026-03-02', 'legs',
        jsonb_build_array(jsonb_build_object(
            'from', jsonb_build_object('kind', 'ORIGIN', 'case', 'REWARD'),
            'to', jsonb_build_object('kind', 'RESERVE', 'place', {place}),
            'pollutant', {pollutant}, 'grams', {grams},
            'source', jsonb_build_object(
                'kind', 'REWARD', 'number', {number}, 'place', {place}, 'verified_grams', {grams},
                'vintage', '2025-12-31', 'declared_by', %(city.office)s,
                'reviewed_by', jsonb_build_array(%(city.director)s))))))
      FROM parks_parkyear AS y JOIN parks_yearline AS l ON l.of_id = y.id AND l.pollutant = 'NOX'
     WHERE y.id = %(id)s"""


VOID: Final = """
    SELECT ledger.void(jsonb_build_object(
        'key', 'attack', 'effective_on', '2026-03-02', 'prepared_by', %(city.office)s,
        'document', 'x', 'reason', 'x', 'clause', '21.1',
        'lots', jsonb_agg(l.id)))
      FROM reserve_lot AS l JOIN reserve_source AS s ON s.id = l.source_id AND s.kind = 'REWARD'
    HAVING %(id)s > 0"""


def bring_in(**changes: str) -> str:
    """Write plain SQL that brings a reward in: the year's own unless *changes* say otherwise."""
    own = {
        "place": "y.place_id",
        "pollutant": "'NOX'",
        "grams": "l.reward",
        "number": "y.place_id || '-' || y.year || '-' || y.version",
    }
    return REWARD.format(**own | changes)


ATTACKS: Final[list[Attack]] = [
    # ── 29 · Totals: whole grams, written while a draft, checked by another ──
    *of(
        29,
        "amounts_are_whole_grams_of_the_eight",
        "draft",
        "kunshan.park",
        state_half_a_gram=CELL.format('{"NOX": 1.5}'),
        state_less_than_nothing=CELL.format('{"NOX": -1}'),
        state_a_ninth_pollutant=CELL.format('{"CO2": 1}'),
        state_a_text=CELL.format('{"NOX": "1"}'),
    ),
    *of(
        29,
        "a_source_states_a_polluter_once",
        "draft",
        "kunshan.park",
        state_a_polluter_twice="INSERT INTO parks_totalsrow (totals_id, number, polluter_id, name,"
        " uscc, permit_number, source, amounts, note, faults) SELECT totals_id, 9, polluter_id,"
        " name, uscc, '', source, amounts, '', '{}' FROM parks_totalsrow WHERE totals_id = %(id)s",
    ),
    *of(
        29,
        WRONG,
        "wrong",
        "kunshan.park",
        "hand_in",
        hand_in_a_wrong_cell=TOTALS.format("status = 'checking', filled_by_id = %(kunshan.park)s"),
    ),
    *of(
        29,
        DRAFTED,
        "checking",
        "kunshan.park",
        touch_up_what_is_checked=CELL.format('{"NOX": 1}'),
        drop_what_is_checked="DELETE FROM parks_totalsrow WHERE totals_id = %(id)s",
    ),
    *of(
        29,
        APART,
        "checking",
        "kunshan.park",
        "file",
        check_what_one_filled_in=TOTALS.format(
            "status = 'filed', checked_by_id = %(kunshan.park)s, filed_on = now()"
        ),
    ),
    *of(
        29,
        OTHERS,
        "checking",
        "kunshan.park2",
        "file",
        check_in_anothers_name=TOTALS.format(
            "status = 'filed', checked_by_id = %(city.office)s, filed_on = now()"
        ),
    ),
    *of(
        29,
        STATUS,
        "draft",
        "city.office",
        "accept",
        accept_a_draft=TOTALS.format("status = 'accepted', decided_by_id = %(city.office)s"),
    ),
    *of(
        29,
        EDITED,
        "filed",
        "kunshan.park",
        file_it_earlier=TOTALS.format("filed_on = '2026-01-01'"),
        file_it_elsewhere=TOTALS.format("place_id = '320500P01'"),
    ),
    *of(
        29,
        DENIED,
        "filed",
        "kunshan.park",
        remove_totals="DELETE FROM parks_annualtotals",
        remove_a_writer="DELETE FROM parks_totalswriter",
    ),
    *of(
        29,
        "a_polluter_lies_in_one_park_at_a_time",
        "member",
        "city.office",
        lie_in_two_parks="INSERT INTO parks_member (place_id, polluter_id, during) SELECT"
        " '320500P01', polluter_id, during FROM parks_member WHERE id = %(id)s",
    ),
    # ── 30 · The year: by its table, on its ground, and standing ──
    *of(
        30,
        STATUS,
        "open",
        "city.office",
        "confirm_reward",
        reward_an_open_year=YEAR.format("status = 'rewarded'"),
    ),
    *of(
        30,
        GROUND,
        "open",
        "city.office",
        "judge",
        take_over_no_judgement=YEAR.format("status = 'judged', judged_on = now()"),
    ),
    *of(
        30,
        GROUND,
        "proposed",
        "city.director",
        "fix_totals",
        fix_without_a_paper=YEAR.format("status = 'totals_fixed', fixed_on = now()"),
    ),
    *of(
        30,
        GROUND,
        "proposed and corrected",
        "city.director",
        "fix_totals",
        fix_what_was_judged_otherwise=YEAR.format(
            "status = 'totals_fixed', fixed_document = 'x', fixed_on = now(), rule_book_id ="
            " (SELECT id FROM kernel_rulebookversion LIMIT 1)"
        ),
    ),
    *of(
        30,
        GROUND,
        "sent and corrected",
        "city.office2",
        "confirm_reward",
        confirm_what_was_judged_otherwise=YEAR.format(
            "status = 'rewarded', confirmed_document = 'x', confirmed_on = now()"
        ),
    ),
    *of(
        30,
        GROUND,
        "sent and corrected",
        "city.office",
        "take_again",
        take_again_what_was_corrected=YEAR.format("status = 'totals_taken'"),
    ),
    *of(
        30,
        LINE,
        "fixed",
        "city.office",
        raise_a_fixed_total="UPDATE parks_yearline SET allowed = allowed + 1 WHERE of_id = %(id)s",
        drop_a_fixed_line="DELETE FROM parks_yearline WHERE of_id = %(id)s",
    ),
    *of(
        30,
        LINE,
        "sent",
        "city.office",
        raise_a_reward_that_was_sent="UPDATE parks_yearline SET reward = 1 WHERE of_id = %(id)s",
    ),
    *of(
        30,
        EDITED,
        "fixed",
        "city.office",
        change_the_paper=YEAR.format("fixed_document = 'x'"),
    ),
    *of(
        30,
        GROUND,
        "closed",
        "city.office",
        "propose_void",
        propose_a_void_without_a_paper=YEAR.format("status = 'void_proposed', void_on = now()"),
    ),
    *of(
        30,
        STATUS,
        "closed",
        "city.director",
        "void_reward",
        void_what_nobody_proposed=YEAR.format("status = 'closed'"),
    ),
    *of(
        30,
        STATUS,
        "void proposed",
        "city.office2",
        "confirm_reward",
        forge_the_status_back=YEAR.format("status = 'rewarded'"),
    ),
    *of(
        30,
        STATUS,
        "void proposed",
        "city.office2",
        forge_it_closed=YEAR.format("status = 'closed'"),
    ),
    *of(
        30,
        APART,
        "void proposed",
        "city.office",
        "void_reward",
        void_what_one_proposed=YEAR.format("status = 'closed'"),
    ),
    *of(
        30,
        GROUND,
        "void proposed",
        "city.director",
        "void_reward",
        call_it_void_and_void_nothing=YEAR.format("status = 'closed'"),
    ),
    *of(
        30,
        GROUND,
        "void proposed",
        "city.director",
        "reject_void",
        reject_it_and_keep_its_paper=YEAR.format("status = 'closed'"),
        reject_it_and_close_the_year_earlier=YEAR.format(
            "status = 'closed', void_document = '', void_on = NULL, closed_on = '2026-01-01'"
        ),
    ),
    *of(
        30,
        EDITED,
        "void proposed",
        "city.office",
        change_the_paper_of_a_void=YEAR.format("void_document = 'x'"),
    ),
    *of(30, DENIED, "fixed", "city.office", remove_a_year="DELETE FROM parks_parkyear"),
    # ── 31 · A reward enters as it was confirmed ──
    *of(
        31,
        "a_reward_is_no_more_than_what_was_saved",
        "fixed",
        "city.office",
        reward_more_than_was_saved="UPDATE parks_yearline SET reward = before WHERE of_id = %(id)s",
    ),
    *of(
        31,
        "a_reward_enters_as_it_was_confirmed",
        "sent",
        "city.office2",
        "confirm_reward",
        confirm_and_post_nothing=YEAR.format(
            "status = 'rewarded', confirmed_document = 'x', confirmed_on = now()"
        ),
    ),
    *of(
        31,
        APART,
        "sent",
        "city.office",
        "confirm_reward",
        confirm_what_one_sent=YEAR.format(
            "status = 'rewarded', confirmed_document = 'x', confirmed_on = now()"
        ),
    ),
    *of(
        31,
        EARNED,
        "sent",
        "city.office2",
        bring_in_what_nobody_confirmed=bring_in(),
        bring_in_what_no_year_earned=bring_in(number="'R1'"),
        bring_in_what_no_park_earned=bring_in(place="'320583'"),
    ),
    *of(
        31,
        EARNED,
        "rewarded",
        "city.office2",
        bring_in_what_the_year_did_not_earn=bring_in(pollutant="'COD'"),
        bring_in_another_version=bring_in(number="y.place_id || '-' || y.year || '-2'"),
    ),
    *of(
        31,
        "a_reward_is_voided_only_as_it_was_proposed",
        "closed",
        "city.director",
        void_without_a_proposal=VOID,
    ),
    *of(
        31,
        "a_reward_is_voided_only_as_it_was_proposed",
        "void proposed",
        "city.director",
        void_in_the_ledger_alone=VOID,
    ),
]
