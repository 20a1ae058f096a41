"""
The attacks on the desk, promise by promise, in plain SQL as the application.

Read as `watch_attacks`: what it is made on, who signs, by which verb, what must stop it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests import desk
from tests.attacks.claim_attacks import DENIED
from tests.attacks.watch_attacks import APART, OTHERS, STATUS, of
from tests.desk import T, asks

HELD: Final = "nothing_is_held_without_cover"
VOUCHERED: Final = "nothing_is_vouchered_without_cover"
OVER: Final = "what_is_over_holds_nothing"
UNDONE: Final = "what_is_undone_uses_nothing"
SHEET: Final = "an_application_is_filed_with_its_sheet"
DIVISIONS: Final = "every_division_assesses_before_the_hold"
SIGNS: Final = "every_reserve_signs_what_it_releases"
STANDS: Final = "a_filed_application_stands"
PROJECT: Final = "a_project_stands_while_an_application_does"
SIGNED: Final = "what_is_signed_is_what_stands"
DIVISION: Final = "a_division_speaks_of_its_own_medium_alone"
BOOKS: Final = "the_three_books_add_up"


def _at(status: str) -> Callable[[], Any]:
    def make() -> Any:
        desk.judged()
        desk.stocked("320583", 10 * T)
        draft = desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T)))
        return draft if status == "draft" else desk.carry(draft, status)

    return make


ROWS: Final[dict[str, Callable[[], Any]]] = {
    status: _at(status)
    for status in ("draft", "filed", "screened", "assessed", "held", "vouchered")
}
"""What an attack is made on: an application, by where it stands."""

MOVE: Final = "UPDATE allocation_application SET status = '{}'{} WHERE id = %(id)s"
ASKED: Final = "UPDATE allocation_application SET {} WHERE id = %(id)s"
LINE: Final = "UPDATE allocation_applicationline SET {} WHERE application_id = %(id)s"
BOOK: Final = (
    "UPDATE allocation_projectamount SET {} WHERE project_id ="
    " (SELECT project_id FROM allocation_application WHERE id = %(id)s)"
)
OPINION: Final = (
    "INSERT INTO allocation_divisionopinion (application_id, version, medium, text, by_id, at)"
    " VALUES (%(id)s, {version}, 'air', 'x', {by}, now())"
)
SIGNATURE: Final = (
    "INSERT INTO allocation_signature"
    ' (application_id, version, hand, place_id, document, text, by_id, "on", at)'
    " VALUES (%(id)s, {version}, 'release', '320500', '', '', {by}, '2026-09-15', now())"
)
NEW: Final = (
    "INSERT INTO allocation_application (number, status, version, project_id, place_id,"
    " exception_reason, drafted_by_id, drafted_on, filed_on, rule_book_id, approval_number)"
    " SELECT 'X', '{status}', 1, project_id, place_id, '', {by}, drafted_on, drafted_on,"
    " (SELECT min(id) FROM kernel_rulebookversion), '' FROM allocation_application"
    " WHERE id = %(id)s"
)

ATTACKS: Final = (
    *of(
        21,
        SHEET,
        "draft",
        "kunshan.officer",
        "file",
        file_what_was_never_assessed=MOVE.format(
            "filed",
            ", filed_on = '2026-09-15',"
            " rule_book_id = (SELECT min(id) FROM kernel_rulebookversion)",
        ),
    ),
    *of(
        21,
        DIVISIONS,
        "screened",
        "city.air",
        "assess_air",
        pass_by_the_division=MOVE.format("assessed", ""),
    ),
    *of(
        21,
        HELD,
        "assessed",
        "city.office2",
        "hold",
        hold_nothing=MOVE.format("held", ", held_on = '2026-09-15'"),
    ),
    *of(
        21,
        VOUCHERED,
        "held",
        "kunshan.head",
        "release",
        release_nothing=MOVE.format("vouchered", ""),
    ),
    *of(
        21,
        OVER,
        "held",
        "kunshan.officer",
        "withdraw",
        withdraw_and_keep_the_hold=MOVE.format("withdrawn", ""),
    ),
    *of(
        21,
        UNDONE,
        "vouchered",
        "kunshan.head",
        "give_back",
        give_back_nothing=MOVE.format("given_back", ""),
    ),
    *of(
        22,
        STATUS,
        "filed",
        "city.office2",
        "assess_air",
        skip_the_screening=MOVE.format("screened", ""),
    ),
    *of(
        22,
        STATUS,
        "vouchered",
        "kunshan.officer",
        "",
        be_born_in_the_middle=NEW.format(status="filed", by="%(kunshan.officer)s"),
    ),
    *of(
        22, APART, "filed", "kunshan.officer", "screen", screen_ones_own=MOVE.format("screened", "")
    ),
    *of(
        22,
        APART,
        "screened",
        "kunshan.screener",
        "assess_air",
        assess_what_one_screened=MOVE.format("screened", ""),
    ),
    # ── Each division for its own medium: these applications have a line of NOx alone ──
    *of(
        22,
        DIVISION,
        "screened",
        "city.water",
        "refuse_air",
        refuse_for_the_other_division=MOVE.format("refused", ""),
    ),
    *of(
        22,
        DIVISION,
        "screened",
        "city.water",
        "refuse_water",
        refuse_what_is_not_of_ones_medium=MOVE.format("refused", ""),
    ),
    *of(
        22,
        DIVISION,
        "screened",
        "city.water",
        "assess_water",
        assess_what_is_not_of_ones_medium=MOVE.format("screened", ""),
    ),
    *of(
        22,
        DIVISION,
        "screened",
        "city.water",
        "",
        speak_for_the_other_division=OPINION.format(version=1, by="%(city.water)s"),
        speak_of_what_is_not_there=OPINION.replace("'air'", "'water'").format(
            version=1, by="%(city.water)s"
        ),
    ),
    *of(
        22,
        "a_division_assesses_a_version_once",
        "screened",
        "city.air",
        "refuse_air",
        refuse_what_one_agreed_to=OPINION.format(version=1, by="%(city.air)s")
        + "; "
        + MOVE.format("refused", ""),
    ),
    *of(
        22,
        OTHERS,
        "screened",
        "city.water",
        "",
        assess_in_anothers_name=OPINION.format(version=1, by="%(city.air)s"),
    ),
    *of(
        22,
        OTHERS,
        "held",
        "kunshan.head",
        "",
        sign_in_the_directors_name=SIGNATURE.format(version=1, by="%(city.director)s"),
    ),
    *of(
        23,
        STANDS,
        "filed",
        "kunshan.officer",
        "",
        give_another_reason=ASKED.format("exception_reason = 'x'"),
        lower_the_duty=LINE.format("required = increment"),
        lower_the_ratio=LINE.format("ratio = 1"),
        remove_the_duty="DELETE FROM allocation_applicationline WHERE application_id = %(id)s",
        draw_on_another=(
            "UPDATE allocation_applicationsource SET place_id = '320500'"
            " WHERE application_id = %(id)s"
        ),
        prolong_a_hold=ASKED.format("held_on = '2026-09-20'"),
    ),
    *of(
        23,
        STANDS,
        "vouchered",
        "kunshan.officer",
        "",
        hold_anew=ASKED.format("held_on = '2026-12-01'"),
        warn_of_what_is_held_no_more=ASKED.format("warned_of = '2026-12-01'"),
    ),
    *of(
        23,
        PROJECT,
        "filed",
        "kunshan.officer",
        "",
        shrink_the_project=BOOK.format("generation = 1, emission = 1"),
    ),
    *of(
        23,
        BOOKS,
        "draft",
        "kunshan.officer",
        "",
        emit_more_than_was_generated=BOOK.format("emission = emission + 1"),
    ),
    *of(
        23,
        SIGNED,
        "screened",
        "city.air",
        "",
        assess_another_version=OPINION.format(version=2, by="%(city.air)s"),
    ),
    *of(
        23,
        SIGNED,
        "assessed",
        "city.director",
        "",
        sign_before_the_hold=SIGNATURE.format(version=1, by="%(city.director)s"),
    ),
    *of(
        23,
        DENIED,
        "vouchered",
        "kunshan.head",
        "",
        rewrite_a_voucher="UPDATE allocation_voucher SET code = 'x'",
        forget_a_sheet="DELETE FROM allocation_applicationsheet",
    ),
)
