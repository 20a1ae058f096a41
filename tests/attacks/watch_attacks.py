"""
The attacks on the orders of the watch, promise by promise, in plain SQL as the application.

Each says what it is made on, who signs, by which verb, what it tries and what must stop it.
``%(id)s`` is the row; names in brackets are people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from monitoring.models import BarredSpan, MeasuredAmount
from monitoring.services import measured, monitors, task_results
from monitoring.services.measured import Measured
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant
from reserve.services import tasks
from tests import factories, watch
from tests.attacks.claim_attacks import DENIED
from tests.factories import ON, T

STATUS: Final = "a_status_changes_only_by_its_table"
APART: Final = "who_acts_and_who_checks_are_different_people"
EDITED: Final = "what_was_put_on_record_is_not_edited"
OTHERS: Final = "nobody_acts_in_anothers_name"
NOBODY: Final = "no_step_is_without_a_person"
GROWS: Final = "a_record_is_never_changed_or_removed"
SHORTENED: Final = "an_order_is_shortened_by_its_lift_alone"
CLOSED: Final = "an_opening_is_closed_once_and_never_widened"
BARRED: Final = "a_bar_ends_by_a_passed_check_of_its_kind"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: its promise, the row, who signs, the verb, the SQL, the name that answers."""

    promise: int
    answer: str
    row: str
    by: str
    verb: str
    tries: str
    sql: str


def of(
    promise: int, answer: str, row: str, by: str, verb: str = "", **attacks: str
) -> list[Attack]:
    return [Attack(promise, answer, row, by, verb, *attack) for attack in attacks.items()]


def _task_result() -> Any:
    facts: dict[str, Any] = {
        "place": factories.place("320583"),
        "pollutant": "NOX",
        "year": 2025,
        "document": watch.PAPER,
        "by": factories.person("city.office"),
        "on": ON,
    }
    tasks.set_(**facts, grams=8 * T)
    return task_results.record(**facts, done=True)


def _measured() -> Any:
    polluter = factories.polluter(1, "320583")
    found = watch.measuring(polluter, since=date(2026, 1, 1))
    measured.record(
        rows=[
            Measured(monitor=found.pk, month=date(2026, 3, 1), amounts={Pollutant.NOX: Grams(T)})
        ],
        by=factories.person("city.inspector"),
        on=ON,
    )
    return MeasuredAmount.objects.get()


def _bar() -> Any:
    found = watch.networked(watch.monitor())
    for kind, passed in (("comparison", False), ("quality", True)):
        monitors.record_check(
            monitor=found,
            kind=kind,
            checked_on=date(2026, 7, 1),
            passed=passed,
            by=factories.person("city.inspector"),
            on=ON,
        )
    return BarredSpan.objects.get()


def _place() -> Any:
    factories.rule_book()
    return factories.place("320583")


def _opening() -> Any:
    watch.improved()
    return watch.opening()


ROWS: Final[dict[str, Callable[[], Any]]] = {
    "target": watch.asked_target,
    "target in force": watch.target,
    "suspension": watch.proposed,
    "order": watch.ordered,
    "lift": watch.lift_proposed,
    "judgement": lambda: watch.judgement(confirmed=False),
    "judgement confirmed": watch.judgement,
    "opening": _opening,
    "result": _task_result,
    "measured": _measured,
    "bar": _bar,
    "place": _place,
}
"""What an attack is made on, by its name."""

TARGET: Final = "UPDATE monitoring_target SET {} WHERE id = %(id)s"
ORDER: Final = "UPDATE monitoring_suspension SET {} WHERE id = %(id)s"
JUDGED: Final = "UPDATE monitoring_judgement SET {} WHERE id = %(id)s"
OPENING: Final = "UPDATE monitoring_gateopening SET {} WHERE id = %(id)s"
BAR: Final = "UPDATE monitoring_barredspan SET {} WHERE id = %(id)s"
NEW_TARGET: Final = (
    "INSERT INTO monitoring_target (place_id, indicator, year, value, document, status, version,"
    " proposed_by_id, proposed_at, approved_by_id)"
    " VALUES ('320583', 'pm25', {year}, 90, 'x', '{status}', 1, {by}, {at}, {approved})"
)
NEW_ORDER: Final = (
    "INSERT INTO monitoring_suspension (number, place_id, scope, status, version, during, reason,"
    " proposed_on, document, ordered_on, lift_reason, lift_document)"
    " VALUES ('ZT-9', '320583', 'reserves', '{status}', 1, '[2026-09-20,2026-09-30)', 'x',"
    " '2026-09-15', 'x', '2026-09-15', '', '')"
)
NEW_MEASURED: Final = (
    "INSERT INTO monitoring_measuredamount (monitor_id, month, pollutant, version, grams, reason,"
    " by_id, at)"
    " SELECT monitor_id, '2026-0{month}-01', 'NOX', 1, {grams}, '', {by}, now()"
    " FROM monitoring_measuredamount WHERE id = %(id)s"
)
WITHDRAWAL: Final = (
    "INSERT INTO monitoring_measuredamount (monitor_id, month, pollutant, version, grams, reason,"
    " by_id, at)"
    " SELECT monitor_id, month, pollutant, {version}, {grams}, '{reason}',"
    " %(city.inspector)s, now() FROM monitoring_measuredamount WHERE id = %(id)s"
)
NEW_PROPOSAL: Final = (
    "INSERT INTO monitoring_suspension (number, place_id, scope, status, version, reason,"
    " proposed_on, document, lift_reason, lift_document)"
    " VALUES ('ZT-9', '320583', 'reserves', 'proposed', 1, 'x', '2026-09-15', '', '', '')"
)
NEW_RESULT: Final = (
    "INSERT INTO monitoring_taskresult (place_id, pollutant, year, version, done, document, by_id,"
    " \"on\") VALUES ('320583', 'NOX', 2025, {version}, true, 'x', {by}, '2026-09-15')"
)
NEW_OPENING: Final = (
    "INSERT INTO monitoring_gateopening (place_id, pollutant, way, during, reason, document,"
    " rule_book_id, grounds, by_id, at) SELECT '320583', 'NOX', '{way}', '{during}', 'x', 'x', id,"
    " '[]', {by}, now() FROM kernel_rulebookversion"
)
APPROVED: Final = "status = 'in_force', approved_by_id = %(city.office)s"
CONFIRMED: Final = (
    "status = 'confirmed', document = 'x', confirmed_on = '2026-09-15', confirmed_by_id = "
)
IN_FORCE: Final = (
    "status = 'in_force', document = 'x', ordered_on = '2026-09-15', during = '[2026-09-{},)'"
)

CLOSING: Final = (
    "during = '[2026-09-15,2026-10-01)', closed_by_id = %(city.office)s, closed_on = '2026-10-01'"
)
PASSED: Final = (
    'INSERT INTO monitoring_monitorcheck (monitor_id, kind, "on", passed, finding, by_id, at)'
    " SELECT monitor_id, 'comparison', '2026-07-02', true, '', {}, now()"
    " FROM monitoring_barredspan"
)

ATTACKS: Final = (
    # ── 15: born by a signed step, moved by the table, with four eyes ──
    *of(
        15,
        STATUS,
        "place",
        "city.air",
        be_born_in_force=NEW_TARGET.format(
            year=2026, status="in_force", by="%(city.air)s", at="now()", approved="null"
        ),
        be_born_an_order=NEW_ORDER.format(status="in_force"),
    ),
    *of(
        15,
        NOBODY,
        "place",
        "",
        propose_as_nobody=NEW_ORDER.format(status="proposed"),
    ),
    *of(15, STATUS, "target", "city.office", forge_the_status=TARGET.format(APPROVED)),
    *of(
        15,
        STATUS,
        "lift",
        "city.director",
        "lift",
        take_it_back=ORDER.format("status = 'proposed'"),
    ),
    *of(
        15,
        STATUS,
        "judgement",
        "city.office",
        "approve",
        use_a_verb_of_another_table=JUDGED.format(CONFIRMED + "%(city.office)s"),
    ),
    *of(
        15,
        APART,
        "target",
        "city.air",
        "approve",
        approve_an_own_target=TARGET.format("status = 'in_force', approved_by_id = %(city.air)s"),
    ),
    *of(
        15,
        APART,
        "target",
        "city.air",
        "approve",
        approve_an_own_target_as_nobody=TARGET.format("status = 'in_force'"),
    ),
    *of(
        15,
        "a_target_is_approved_by_a_second_person",
        "target",
        "city.office",
        "approve",
        leave_out_who_approved=TARGET.format("status = 'in_force'"),
    ),
    *of(
        15,
        APART,
        "suspension",
        "city.air",
        "order",
        order_an_own_proposal=ORDER.format(IN_FORCE.format(20)),
    ),
    *of(
        15,
        APART,
        "lift",
        "city.air",
        "lift",
        lift_by_an_own_proposal=ORDER.format(
            "status = 'lifted', lift_document = 'x', lifted_on = '2026-09-20',"
            " during = '[2026-09-15,2026-09-20)'"
        ),
    ),
    *of(
        15,
        DENIED,
        "suspension",
        "city.air",
        rewrite_who_proposed=(
            "UPDATE kernel_step SET person_id = %(city.office)s WHERE subject = %(id)s"
        ),
        date_a_birth_back="UPDATE kernel_step SET at = at - interval '1 year'",
        write_a_step=(
            "INSERT INTO kernel_step (workflow, subject, source, verb, target, person_id, at,"
            " version, note) VALUES ('suspension', %(id)s, 'proposed', 'order', 'in_force',"
            " %(city.director)s, now(), 1, '')"
        ),
        remove_a_step="DELETE FROM kernel_step",
        give_the_acts_more_rights="UPDATE kernel_transition SET apart = '[]'",
    ),
    # ── 16: what was put on record stands ──
    *of(
        16,
        EDITED,
        "target in force",
        "city.office",
        soften_a_target=TARGET.format("value = 90"),
        change_its_document=TARGET.format("document = 'y'"),
    ),
    *of(16, EDITED, "target", "city.air", change_a_proposal=TARGET.format("value = 90")),
    *of(
        16,
        EDITED,
        "target",
        "city.office",
        "approve",
        approve_another_value=TARGET.format(APPROVED + ", value = 90"),
    ),
    *of(
        16,
        EDITED,
        "order",
        "city.director",
        change_the_document_of_an_order=ORDER.format("document = 'y'"),
        change_its_reason=ORDER.format("reason = 'y'"),
        change_its_scope=ORDER.format("scope = 'purchase'"),
        change_its_place=ORDER.format("place_id = '320581'"),
    ),
    *of(
        16,
        EDITED,
        "judgement confirmed",
        "city.office",
        turn_a_judgement=JUDGED.format("quality_met = NOT quality_met"),
        touch_up_its_figures=JUDGED.format("figures = '{}'"),
        judge_it_by_other_rules=JUDGED.format("rule_book_id = rule_book_id + 1"),
        raise_its_improvement=JUDGED.format("improvement = 0.5"),
    ),
    *of(
        16,
        EDITED,
        "judgement",
        "city.office",
        "confirm",
        confirm_another_result=JUDGED.format(CONFIRMED + "%(city.office)s, task_done = false"),
    ),
    *of(
        16,
        EDITED,
        "opening",
        "city.office",
        change_what_was_open=OPENING.format(CLOSING + ", pollutant = 'VOCS'"),
        change_why=OPENING.format(CLOSING + ", reason = 'y'"),
        change_the_grounds=OPENING.format(CLOSING + ", grounds = '[1]'"),
    ),
    *of(
        16,
        DENIED,
        "judgement confirmed",
        "city.office",
        remove_a_judgement="DELETE FROM monitoring_judgement",
        remove_an_order="DELETE FROM monitoring_suspension",
        empty_the_targets="TRUNCATE monitoring_target CASCADE",
        change_a_result="UPDATE monitoring_taskresult SET done = false",
        change_a_check="UPDATE monitoring_monitorcheck SET passed = true",
        change_a_warning="UPDATE monitoring_placewarning SET level = 'none'",
        change_a_measure="UPDATE monitoring_measure SET text = 'y'",
        change_a_measured_amount="UPDATE monitoring_measuredamount SET grams = 0",
        remove_a_measured_amount="DELETE FROM monitoring_measuredamount",
        change_a_judged_month="UPDATE monitoring_monthrun SET digest = 'y'",
    ),
    *of(
        16,
        "a_task_result_is_numbered_once",
        "result",
        "city.office",
        record_a_version_twice=NEW_RESULT.format(version=1, by="%(city.office)s"),
    ),
    *of(
        16,
        "a_measured_amount_is_numbered_once",
        "measured",
        "city.inspector",
        measure_a_month_twice=NEW_MEASURED.format(month=3, grams=1, by="%(city.inspector)s"),
    ),
    *of(
        16,
        "a_measured_amount_is_of_a_month_and_never_below_nothing",
        "measured",
        "city.inspector",
        measure_less_than_nothing=NEW_MEASURED.format(month=4, grams=-1, by="%(city.inspector)s"),
    ),
    *of(
        16,
        "a_measured_amount_is_withdrawn_with_a_reason",
        "measured",
        "city.inspector",
        withdraw_without_a_reason=WITHDRAWAL.format(version=2, grams="NULL", reason=" "),
        state_a_figure_and_withdraw_it_at_once=WITHDRAWAL.format(version=2, grams=1, reason="x"),
    ),
    *of(
        16,
        "only_a_figure_that_stands_is_withdrawn",
        "measured",
        "city.inspector",
        withdraw_what_was_never_measured=WITHDRAWAL.format(version=3, grams="NULL", reason="x"),
        withdraw_twice=WITHDRAWAL.format(version=2, grams="NULL", reason="x")
        + "; "
        + WITHDRAWAL.format(version=3, grams="NULL", reason="x"),
    ),
    # ── 17: the days of an order ──
    *of(
        17,
        "no_two_orders_close_the_same_at_one_time",
        "order",
        "city.director",
        "order",
        overlap_an_order=NEW_PROPOSAL
        + "; SELECT set_config('quota.person', (%(city.office)s)::text, true);"
        " UPDATE monitoring_suspension SET " + IN_FORCE.format(20) + " WHERE number = 'ZT-9'",
    ),
    *of(
        17,
        "an_order_closes_from_its_own_day_on",
        "suspension",
        "city.director",
        "order",
        close_days_that_have_passed=ORDER.format(IN_FORCE.format("01")),
    ),
    *of(
        17,
        "one_suspension_is_proposed_at_a_time",
        "suspension",
        "city.air",
        propose_it_twice=NEW_ORDER.format(status="proposed"),
    ),
    *of(
        17,
        SHORTENED,
        "order",
        "city.director",
        end_an_order_without_a_lift=ORDER.format("during = '[2026-09-15,2026-09-16)'"),
    ),
    *of(
        17,
        SHORTENED,
        "lift",
        "city.director",
        "lift",
        lift_it_from_its_first_day=ORDER.format(
            "status = 'lifted', lift_document = 'x', lifted_on = '2026-09-15', during = 'empty'"
        ),
        shorten_an_order_that_is_taken_back=ORDER.format(
            "status = 'lifted', lift_document = 'x', lifted_on = '2026-09-10',"
            " during = '[2026-09-15,2026-09-16)'"
        ),
        lift_other_days_than_the_paper_says=ORDER.format(
            "status = 'lifted', lift_document = 'x', lifted_on = '2026-10-20',"
            " during = '[2026-09-15,2026-09-16)'"
        ),
        lift_on_paper_alone=ORDER.format(
            "status = 'lifted', lift_document = 'x', lifted_on = '2026-10-20'"
        ),
    ),
    *of(
        17,
        "a_lift_has_its_document_and_its_day",
        "lift",
        "city.director",
        "lift",
        lift_without_a_paper=ORDER.format("status = 'lifted'"),
    ),
    *of(
        17,
        "an_order_has_its_document_and_its_days",
        "suspension",
        "city.director",
        "order",
        order_without_a_paper=ORDER.format("status = 'in_force', ordered_on = '2026-09-15'"),
    ),
    # ── 18: one stands; an opening closes early, once ──
    *of(
        18,
        "a_place_has_one_target_a_year",
        "target in force",
        "city.air",
        "approve",
        let_two_targets_hold=NEW_TARGET.format(
            year=2026, status="proposed", by="%(city.air)s", at="now()", approved="null"
        ).replace("'proposed', 1", "'proposed', 2")
        + "; SELECT set_config('quota.person', (%(city.office)s)::text, true);"
        " UPDATE monitoring_target SET " + APPROVED + " WHERE version = 2",
    ),
    *of(
        18,
        CLOSED,
        "opening",
        "city.office",
        widen_an_opening=OPENING.format(
            "during = '[2026-09-15,2027-12-01)', closed_by_id = %(city.office)s,"
            " closed_on = '2026-09-15'"
        ),
        open_it_earlier=OPENING.format(
            "during = '[2026-01-01,2026-10-01)', closed_by_id = %(city.office)s,"
            " closed_on = '2026-09-15'"
        ),
        close_other_days_than_it_says=OPENING.format(
            "during = '[2026-09-15,2026-11-01)', closed_by_id = %(city.office)s,"
            " closed_on = '2026-10-01'"
        ),
        close_it_when_it_is_over=OPENING.format(
            "closed_by_id = %(city.office)s, closed_on = '2026-12-01'"
        ),
        shorten_what_never_began=OPENING.format(
            "during = '[2026-09-15,2026-09-16)', closed_by_id = %(city.office)s,"
            " closed_on = '2026-09-15'"
        ),
        close_it_as_nobody=OPENING.format("during = '[2026-09-15,2026-10-01)'"),
    ),
    *of(
        18,
        "nothing_is_opened_twice_at_one_time",
        "opening",
        "city.office",
        open_it_twice=NEW_OPENING.format(
            way="purchase", during="[2026-10-01,2026-11-01)", by="%(city.office)s"
        ),
    ),
    *of(
        18,
        "an_opening_has_an_end",
        "place",
        "city.office",
        open_without_an_end=NEW_OPENING.format(
            way="purchase", during="[2026-10-01,)", by="%(city.office)s"
        ),
    ),
    *of(
        18,
        "the_own_reserve_needs_no_opening",
        "place",
        "city.office",
        open_the_own_reserve=NEW_OPENING.format(
            way="own", during="[2026-10-01,2026-11-01)", by="%(city.office)s"
        ),
    ),
    # ── 19: in one's own name ──
    *of(
        19,
        OTHERS,
        "target",
        "city.air",
        "approve",
        approve_in_anothers_name=TARGET.format(APPROVED),
    ),
    *of(
        19,
        OTHERS,
        "judgement",
        "city.air",
        "confirm",
        confirm_in_anothers_name=JUDGED.format(CONFIRMED + "%(city.office)s"),
    ),
    *of(
        19,
        OTHERS,
        "place",
        "city.office",
        propose_in_anothers_name=NEW_TARGET.format(
            year=2026, status="proposed", by="%(city.air)s", at="now()", approved="null"
        ),
        record_a_result_in_anothers_name=NEW_RESULT.format(version=1, by="%(city.office2)s"),
        open_in_anothers_name=NEW_OPENING.format(
            way="purchase", during="[2026-10-01,2026-11-01)", by="%(city.office2)s"
        ),
    ),
    *of(
        19,
        OTHERS,
        "opening",
        "city.office",
        close_in_anothers_name=OPENING.format(
            "during = '[2026-09-15,2026-10-01)', closed_by_id = %(city.office2)s,"
            " closed_on = '2026-10-01'"
        ),
    ),
    *of(
        19,
        OTHERS,
        "bar",
        "kunshan.officer",
        check_in_anothers_name=PASSED.format("%(city.inspector)s"),
    ),
    # ── 20: data that do not count ──
    *of(
        20,
        BARRED,
        "bar",
        "kunshan.officer",
        end_a_bar_by_nothing=BAR.format("during = '[2026-07-01,2026-07-02)'"),
        end_a_bar_by_a_check_of_another_kind=BAR.format(
            "during = '[2026-07-01,2026-07-02)', ended_by_id ="
            " (SELECT id FROM monitoring_monitorcheck WHERE kind = 'quality')"
        ),
        end_a_bar_by_its_own_failure=BAR.format(
            "during = '[2026-07-01,2026-07-02)', ended_by_id = failed_id"
        ),
        move_a_bar=BAR.format("during = '[2026-08-01,)'"),
    ),
    *of(
        20,
        EDITED,
        "bar",
        "city.inspector",
        end_it_as_another_failure=PASSED.format("%(city.inspector)s")
        + "; "
        + BAR.format(
            "during = '[2026-07-01,2026-07-02)', ended_by_id = (SELECT max(id) FROM"
            " monitoring_monitorcheck), failed_id = (SELECT id FROM monitoring_monitorcheck"
            " WHERE kind = 'quality')"
        ),
    ),
    *of(20, DENIED, "bar", "kunshan.officer", remove_a_bar="DELETE FROM monitoring_barredspan"),
    *of(
        20,
        "a_monitors_dates_come_in_order",
        "bar",
        "kunshan.officer",
        network_before_it_stands="UPDATE monitoring_monitor SET installed_on = '2026-08-01'",
    ),
)
