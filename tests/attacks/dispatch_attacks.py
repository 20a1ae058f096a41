"""
The attacks on the quarterly dispatch, promise by promise, in plain SQL as the application.

Each says what it is made on, who signs, by which verb, what it tries and what must stop it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allocation.models import DispatchList, EiaApproval, PermitCancellation
from tests import dispatched
from tests.attacks.claim_attacks import DENIED
from tests.attacks.watch_attacks import APART, EDITED, OTHERS, STATUS, of
from tests.dispatched import approval, cancellation, listed

FOUND: Final = "what_a_dispatch_found_stands"
CORRECTED: Final = "a_listed_row_is_corrected_by_a_later_list"
ONCE: Final = "a_list_is_taken_in_once"


def _round() -> Any:
    listed(cancellation())
    return dispatched.run()


def _confirmed() -> Any:
    from allocation.services import dispatch_rounds
    from tests import factories

    return dispatch_rounds.confirm(
        found=_round(), by=factories.person("city.director"), on=dispatched.DAY
    )


def _approval() -> Any:
    listed(approval())
    return EiaApproval.objects.get()


def _cancellation() -> Any:
    listed(cancellation())
    return PermitCancellation.objects.get()


def _list() -> Any:
    listed(approval())
    return DispatchList.objects.get()


ROWS: Final[dict[str, Callable[[], Any]]] = {
    "round": _round,
    "confirmed": _confirmed,
    "finding": lambda: _round().findings.get(),
    "task": lambda: _round().findings.get().task,
    "approval": _approval,
    "cancellation": _cancellation,
    "list": _list,
}
"""What an attack is made on, by its name."""

ROUND: Final = "UPDATE allocation_dispatchround SET {} WHERE id = %(id)s"
TASK: Final = "UPDATE allocation_dispatchtask SET {} WHERE id = %(id)s"
CONFIRMS: Final = "status = 'confirmed', confirmed_on = '2026-10-10', confirmed_by_id = {}"
NEW_ROUND: Final = (
    'INSERT INTO allocation_dispatchround (quarter, version, status, place_id, "on", by_id, at,'
    " rule_book_id, changes, document) SELECT '2026-07-01', 9, '{status}', place_id,"
    " \"on\", {by}, now(), rule_book_id, '{{}}', '' FROM allocation_dispatchround"
    " WHERE id = %(id)s"
)
NEW_FINDING: Final = (
    "INSERT INTO allocation_finding (round_id, kind, key, place_id, number, uscc, name, project,"
    " clause, facts, task_id) SELECT %(id)s, kind, 'x', place_id, number, uscc, name, project,"
    " clause, facts, task_id FROM allocation_finding"
)

ATTACKS: Final = (
    # ── 24: born by a signed step, confirmed once, by a second person ──
    *of(
        24,
        STATUS,
        "round",
        "city.office",
        dispatch_as_confirmed=NEW_ROUND.format(status="confirmed", by="%(city.office)s"),
        forge_a_confirmation=ROUND.format(CONFIRMS.format("%(city.office)s")),
    ),
    *of(
        24,
        OTHERS,
        "round",
        "",
        dispatch_as_nobody=NEW_ROUND.format(status="proposed", by="%(city.office)s"),
    ),
    *of(
        24,
        OTHERS,
        "round",
        "city.office",
        dispatch_in_anothers_name=NEW_ROUND.format(status="proposed", by="%(city.director)s"),
    ),
    *of(
        24,
        APART,
        "round",
        "city.office",
        "confirm",
        confirm_an_own_dispatch=ROUND.format(CONFIRMS.format("%(city.office)s")),
    ),
    *of(
        24,
        OTHERS,
        "round",
        "city.office2",
        "confirm",
        confirm_in_anothers_name=ROUND.format(CONFIRMS.format("%(city.director)s")),
    ),
    *of(
        24,
        EDITED,
        "confirmed",
        "city.office",
        change_its_document=ROUND.format("document = 'x'"),
        change_its_day=ROUND.format("\"on\" = '2026-10-11'"),
        change_what_changed=ROUND.format("changes = '{\"new\": []}'"),
    ),
    *of(
        24,
        STATUS,
        "confirmed",
        "city.office",
        "replace",
        replace_a_confirmed_dispatch=ROUND.format("status = 'replaced'"),
    ),
    *of(24, DENIED, "round", "city.office", remove_it="DELETE FROM allocation_dispatchround"),
    # ── 25: what was found stands, a task is settled by name ──
    *of(25, FOUND, "confirmed", "city.office", add_to_a_confirmed_dispatch=NEW_FINDING),
    *of(
        25,
        DENIED,
        "finding",
        "city.office",
        change_a_finding="UPDATE allocation_finding SET due_on = '2027-01-01'",
        remove_a_finding="DELETE FROM allocation_finding",
        remove_a_task="DELETE FROM allocation_dispatchtask",
    ),
    *of(
        25,
        EDITED,
        "task",
        "kunshan.officer",
        put_off_a_task=TASK.format("due_on = '2027-01-01'"),
        hand_a_task_on=TASK.format("place_id = '320581'"),
    ),
    *of(
        25,
        OTHERS,
        "task",
        "kunshan.officer",
        settle_in_anothers_name=TASK.format(
            "done = true, note = 'x', said_on = '2026-10-10', said_by_id = %(city.director)s"
        ),
    ),
    *of(
        25,
        "who_settles_a_task_says_when_and_how",
        "task",
        "kunshan.officer",
        settle_without_a_word=TASK.format("done = true"),
    ),
    *of(
        25,
        "a_matter_has_one_open_task",
        "task",
        "kunshan.officer",
        open_a_second_task="INSERT INTO allocation_dispatchtask (quarter, key, kind, place_id,"
        " opened_on, due_on, done, note, vanished) SELECT '2026-10-01', key, kind, place_id,"
        " opened_on, due_on, false, '', false FROM allocation_dispatchtask WHERE id = %(id)s",
    ),
    # ── 26: lists stand, and a later one corrects ──
    *of(
        26,
        CORRECTED,
        "approval",
        "city.office",
        touch_up_an_increment="UPDATE allocation_eiaapproval SET amounts = '{\"NOX\": 0}'",
        write_a_voucher_in="UPDATE allocation_eiaapproval SET voucher_number = 'x'",
        renumber_an_approval="UPDATE allocation_eiaapproval SET number = 'x'",
    ),
    *of(
        26,
        CORRECTED,
        "cancellation",
        "city.office",
        change_why_it_was_cancelled=("UPDATE allocation_permitcancellation SET reason = 'other'"),
    ),
    *of(26, DENIED, "approval", "city.office", remove_a_row="DELETE FROM allocation_eiaapproval"),
    *of(
        26,
        ONCE,
        "list",
        "city.office",
        take_a_list_in_again="UPDATE allocation_dispatchlist SET taken_at = now()",
        change_what_was_counted="UPDATE allocation_dispatchlist SET counts = '{}'",
    ),
)

COMMITTED: Final = of(25, FOUND, "round", "city.office", add_a_finding=NEW_FINDING)
"""What can only be tried once the dispatch has been committed."""
