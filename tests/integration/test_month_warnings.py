"""The monthly warning through its service: judged, judged again, told once, answered by a place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import (
    Measure,
    MonthRun,
    PlaceMonth,
    PlaceWarning,
    Suspension,
    WarningTask,
)
from monitoring.refusals import MonthNotOver, NoMeasure, NothingDoneYet, TaskClosed
from monitoring.rules import warning as rules
from monitoring.rules import warning_facts
from monitoring.selectors import months as facts
from monitoring.selectors import waiting, warnings
from monitoring.services import measures, months, suspensions
from monitoring.vocabulary import Action, Level, SuspensionScope, SuspensionStatus
from quota_registry.kernel.models import Job, Notice, OutboxMessage, Person
from quota_registry.kernel.periods import Month
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.rulebook import RuleBook
from tests import factories, watched
from tests.watched import ON, SEPTEMBER

pytestmark = pytest.mark.django_db

KUNSHAN, CHANGSHU = "320583", "320581"


@pytest.fixture
def city() -> None:
    factories.rule_book()
    factories.all_places()


def office() -> Person:
    return factories.person("city.office")


def judged(month: Month = SEPTEMBER, on: date = ON) -> MonthRun:
    return months.judge(month=month, by=office(), on=on)


def said_of(run: MonthRun, code: str = KUNSHAN) -> PlaceWarning:
    return PlaceWarning.objects.select_related("run", "place").get(run=run, place=code)


def codes_of(warning: PlaceWarning) -> list[str]:
    return [reason["code"] for reason in warning.reasons]


@pytest.mark.usefixtures("city")
class TestJudging:
    def test_a_year_better_than_the_last_and_on_its_path_warns_of_nothing(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        found = said_of(judged())
        assert (found.level, found.action, found.trigger) == (Level.NONE, Action.NOTHING, False)
        assert (found.number, found.reasons) == ("", [])
        # 31.0 × 30.0 ÷ 32.0
        assert found.figures["indicators"]["pm25"]["path"] == "29.06"
        assert not WarningTask.objects.exists()

    def test_a_place_without_data_is_unknown_and_never_well(self) -> None:
        found = said_of(judged())
        assert (found.level, found.action, found.trigger) == ("unknown", "chase_data", None)
        assert codes_of(found) == ["no_value", "no_value"]

    @pytest.mark.parametrize("thin", [{"year_days": 200, "year_pm25_sum": 5600}, {"days": 26}])
    def test_thin_data_are_unknown(self, thin: dict[str, Any]) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        watched.air(KUNSHAN, SEPTEMBER, "28.0", "88.0", **thin)
        found = said_of(judged())
        assert (found.level, codes_of(found)) == ("unknown", ["thin"])

    def test_last_year_on_too_few_days_is_nothing_to_compare_with(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        watched.air(KUNSHAN, SEPTEMBER.plus(-12), "30.0", "86.0", year_days=200)
        found = said_of(judged())
        assert (found.level, codes_of(found)) == ("unknown", ["no_same_period"])

    def test_blue_yellow_red_follow_month_by_month(self) -> None:
        levels = []
        for month in (Month(2026, 7), Month(2026, 8), SEPTEMBER):
            # Worse than last year and 1 % beyond the path of 31.0 × 28.0 ÷ 31.0.
            watched.year(KUNSHAN, month, pm25=("28.3", "28.0", "31.0"))
            levels.append(said_of(judged(month)))
        assert [one.level for one in levels] == ["yellow", "yellow", "red"]
        assert [one.blue for one in levels] == [["pm25"]] * 3
        assert codes_of(levels[0]) == ["blue", "off_path"]
        assert codes_of(levels[1]) == ["blue", "blue_months", "off_path"]
        assert codes_of(levels[2]) == ["blue", "blue_months_off_path", "off_path"]

    def test_a_section_that_fell_by_two_classes_is_red(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        station = watched.section("SZ001", KUNSHAN)
        watched.classes(station, SEPTEMBER, 5, 5)
        watched.classes(station, SEPTEMBER.plus(-12), 3, 3)
        found = said_of(judged())
        assert (found.level, codes_of(found)) == ("red", ["section_first"])
        assert found.figures["sections"] == [
            {
                "code": "SZ001",
                "section": "示范断面",
                "month": 5,
                "month_before": 3,
                "so_far": 5,
                "so_far_before": 3,
                "target": 3,
                "level": 1,
            }
        ]

    def test_a_section_without_a_month_is_unknown(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        watched.section("SZ001", KUNSHAN)
        assert codes_of(said_of(judged())) == ["section_no_class"]

    def test_what_is_stored_judges_the_same_years_later(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
        station = watched.section("SZ001", KUNSHAN)
        watched.classes(station, SEPTEMBER, 4, 4)
        watched.classes(station, SEPTEMBER.plus(-12), 3, 3)
        found = said_of(judged())
        again = rules.judge(
            warning_facts.read(found.figures, month=SEPTEMBER, is_park=False),
            book=RuleBook.default(),
        )
        assert [reason.to_document() for reason in again.reasons] == found.reasons
        assert (again.level, again.action, again.triggered) == ("red", "suspend", True)

    def test_a_month_is_judged_when_it_is_over(self) -> None:
        with pytest.raises(MonthNotOver):
            judged(on=date(2026, 9, 30))
        assert judged(on=date(2026, 10, 1)).version == 1

    def test_who_may_not_run_warnings_is_refused(self) -> None:
        with pytest.raises(NotPermitted):
            months.judge(month=SEPTEMBER, by=factories.person("kunshan.officer"), on=ON)
        assert not MonthRun.objects.exists()

    def test_gathering_costs_the_same_for_one_place_as_for_all(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER)
        watched.classes(watched.section("S1", KUNSHAN), SEPTEMBER, 3, 3)
        judged(Month(2026, 8))
        with CaptureQueriesContext(connection) as seen:
            facts.gather(SEPTEMBER)
        one = len(seen.captured_queries)
        for code in (CHANGSHU, "320583P01", "320500P01"):
            watched.year(code, SEPTEMBER)
            watched.classes(watched.section(f"S{code}", code), SEPTEMBER, 3, 3)
        with CaptureQueriesContext(connection) as seen:
            facts.gather(SEPTEMBER)
        assert len(seen.captured_queries) == one == 8


@pytest.mark.usefixtures("city")
class TestJudgingAgain:
    def test_the_same_data_make_no_new_version(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
        first = judged()
        counts = [model.objects.count() for model in (Notice, OutboxMessage, Suspension)]
        assert judged() == first
        months.judge(month=SEPTEMBER, by=Person.objects.get_system(), on=date(2026, 11, 2))
        assert MonthRun.objects.count() == WarningTask.objects.count() == 1
        assert [model.objects.count() for model in (Notice, OutboxMessage, Suspension)] == counts

    def test_corrected_data_make_a_version_that_says_what_changed(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        watched.year(CHANGSHU, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        before = judged()
        watched.air(KUNSHAN, SEPTEMBER, "29.5", "88.0")
        run = judged(on=date(2026, 10, 20))
        assert (run.version, before.changes) == (2, [])
        [change] = run.changes
        assert (change["place"], change["before"], change["after"]) == (KUNSHAN, "blue", "none")
        assert {one["name"]: (one["before"], one["after"]) for one in change["figures"]} == {
            "pm25.value": ("30.5", "29.5"),
            "pm25.excess": ("-1.41", "-4.65"),
        }
        # What did not change keeps its notice; what is no longer warned gives its task back.
        assert said_of(run, CHANGSHU).number == said_of(before, CHANGSHU).number
        assert said_of(run).number == ""
        tasks = dict(WarningTask.objects.values_list("place", "closed_at"))
        assert (tasks[KUNSHAN] is None, tasks[CHANGSHU] is None) == (False, True)

    def test_later_months_are_judged_again_with_the_one_they_count_on(self) -> None:
        for month in (Month(2026, 8), SEPTEMBER):
            watched.year(KUNSHAN, month, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
            judged(month)
        watched.air(KUNSHAN, Month(2026, 8), "29.5", "88.0")
        first, second = months.judge_from(month=Month(2026, 8), by=office(), on=ON)
        assert (first.run.version, second.run.version) == (2, 2)
        assert said_of(second.run).level == Level.BLUE
        again = months.judge_from(month=Month(2026, 8), by=office(), on=ON)
        assert [one.run.version for one in again] == [2, 2]
        assert [one.is_new for one in (first, second, *again)] == [True, True, False, False]

    def test_numbers_of_notices_have_no_gaps(self) -> None:
        for code in (KUNSHAN, CHANGSHU):
            watched.year(code, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        judged()
        watched.air(KUNSHAN, SEPTEMBER, "30.6", "88.0")
        judged()
        numbers = PlaceWarning.objects.exclude(number="").values_list("number", flat=True)
        assert set(numbers) == {f"苏环预警〔2026〕{number}号" for number in (1, 2, 3)}


@pytest.mark.usefixtures("city")
class TestWhatFollows:
    def test_the_places_people_are_told_once_in_the_app_and_by_mail(self) -> None:
        officer, head = factories.person("kunshan.officer"), factories.person("kunshan.head")
        with factories.system():
            Person.objects.filter(pk=officer.pk).update(email="officer@example.invalid")
        watched.year(KUNSHAN, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        number = said_of(judged()).number
        judged()
        for person in (officer, head):
            [notice] = Notice.objects.filter(person=person)
            assert notice.text == f"昆山市2026年9月：蓝色预警（{number}）"
        [mail] = OutboxMessage.objects.filter(topic="mail")
        assert mail.payload["to"] == "officer@example.invalid"
        assert not Notice.objects.filter(person=office()).exists()

    def test_a_warned_month_opens_one_task_with_its_date(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        judged()
        task = WarningTask.objects.get()
        assert (task.place_id, task.month, task.due_on) == (
            KUNSHAN,
            date(2026, 9, 1),
            date(2026, 11, 9),
        )
        [todo] = waiting.waiting_for(factories.person("kunshan.officer"), on=date(2026, 11, 12))
        assert (todo.verb, todo.due, todo.overdue_days) == (
            "record_measures",
            date(2026, 11, 9),
            3,
        )
        assert waiting.waiting_for(factories.person("changshu.officer"), on=ON) == []

    def test_red_is_proposed_by_the_registry_in_both_scopes_and_ordered_by_the_director(
        self,
    ) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
        warning = said_of(judged())
        assert (warning.level, warning.action) == ("red", "suspend")
        proposed = list(Suspension.objects.order_by("scope"))
        assert [one.scope for one in proposed] == ["purchase", "reserves"]
        assert {one.warning_id for one in proposed} == {warning.pk}
        assert "2026年9月" in proposed[0].reason
        director = factories.person("city.director")
        lines = [line.verb for line in waiting.waiting_for(director, on=ON)]
        assert lines == ["order", "order"]
        suspensions.order(
            suspension=proposed[0], document="苏环办〔2026〕3号", starts=ON, by=director, on=ON
        )
        suspensions.drop(suspension=proposed[1], note="暂不必要", by=director, on=ON)
        # A corrected figure of the same month does not propose again what was decided.
        watched.air(KUNSHAN, SEPTEMBER, "33.1", "88.0")
        again = judged(on=date(2026, 10, 21))
        assert (again.version, said_of(again).action) == (2, "suspend")
        assert Suspension.objects.count() == 2

    def test_a_lift_is_proposed_after_two_quiet_months(self) -> None:
        order = watched.order(KUNSHAN, date(2026, 8, 5))
        actions = []
        for month, day in ((Month(2026, 8), date(2026, 9, 10)), (SEPTEMBER, ON)):
            # Warned of, without the trigger, and not back on its path.
            watched.year(KUNSHAN, month, pm25=("29.2", "30.0", "32.0"))
            actions.append(said_of(judged(month, day)).action)
        assert actions == [Action.MEASURES, Action.LIFT]
        order.refresh_from_db()
        assert order.status == SuspensionStatus.LIFT_PROPOSED
        assert "已连续2个月未触发暂停条件" in order.lift_reason
        judged()
        assert order.scope == SuspensionScope.RESERVES

    def test_an_order_whose_lift_is_yet_to_come_keeps_no_red_month_from_being_proposed(
        self,
    ) -> None:
        order = watched.order(KUNSHAN, date(2026, 10, 2))
        lifting: dict[str, Any] = {"suspension": order, "on": date(2026, 10, 8)}
        suspensions.propose_lift(**lifting, reason="好转", by=office())
        suspensions.lift(
            **lifting,
            document="苏环办字〔2026〕60号",
            lifted_on=date(2026, 10, 20),
            by=factories.person("city.director"),
        )
        watched.year(KUNSHAN, SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
        assert said_of(judged()).action == Action.SUSPEND
        proposed = Suspension.objects.filter(status=SuspensionStatus.PROPOSED)
        assert {one.scope for one in proposed} == {"purchase", "reserves"}

    def test_an_order_that_ended_by_itself_is_proposed_to_be_lifted_no_more(self) -> None:
        order = watched.order(KUNSHAN, date(2026, 8, 5), ends=ON)
        for month, day in ((Month(2026, 8), date(2026, 9, 10)), (SEPTEMBER, ON)):
            watched.year(KUNSHAN, month, pm25=("29.2", "30.0", "32.0"))
            action = said_of(judged(month, day)).action
        assert action == Action.LIFT
        order.refresh_from_db()
        assert order.status == SuspensionStatus.IN_FORCE

    def test_an_order_of_the_month_after_does_not_change_the_month(self) -> None:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("33.0", "30.0", "32.0"))
        first = judged()
        for one in Suspension.objects.all():
            suspensions.order(
                suspension=one,
                document="苏环办〔2026〕3号",
                starts=ON,
                by=factories.person("city.director"),
                on=ON,
            )
        assert judged(on=date(2026, 10, 20)) == first


@pytest.mark.usefixtures("city")
class TestTheJob:
    def test_it_waits_for_its_day_and_runs_once(self) -> None:
        assert months.judge_due(on=date(2026, 10, 9)) is None
        assert not Job.objects.exists()
        run = months.judge_due(on=ON)
        assert run is not None
        assert (run.month, run.by.username) == (date(2026, 9, 1), Person.SYSTEM)
        assert months.judge_due(on=date(2026, 10, 11)) is None
        assert Job.objects.get().state == Job.State.DONE

    def test_one_that_failed_is_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: Any) -> None:
            raise RuntimeError("no power")

        with monkeypatch.context() as patched:
            patched.setattr(facts, "gather", broken)
            with pytest.raises(RuntimeError):
                months.judge_due(on=ON)
        assert Job.objects.get().state == Job.State.FAILED
        assert months.judge_due(on=date(2026, 10, 11)) is not None

    def test_the_command_judges_a_month(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("judge_month", "2026-09")
        assert capsys.readouterr().out.startswith("2026-09 · 第 1 版")
        watched.year(KUNSHAN, SEPTEMBER)
        call_command("judge_month", "2026-09")
        call_command("judge_month", "2026-09")
        changed, again = capsys.readouterr().out.splitlines()
        assert changed.endswith("version 2, 1 changes")
        assert again.endswith("version 2, nothing changed")
        for wrong in ("2026-13", "soon", "2099-01"):
            with pytest.raises(CommandError):
                call_command("judge_month", wrong)


@pytest.mark.usefixtures("city")
class TestMeasures:
    @pytest.fixture
    def task(self) -> WarningTask:
        watched.year(KUNSHAN, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        judged()
        return WarningTask.objects.get()

    def record(self, task: WarningTask, by: str = "kunshan.officer", **more: Any) -> Measure:
        said = {"text": "错峰生产", "person": "王示范", "date": date(2026, 11, 1)} | more
        return measures.record(task=task, **said, by=factories.person(by), on=ON)

    def test_a_place_records_what_it_does_and_closes_its_task(self, task: WarningTask) -> None:
        officer = factories.person("kunshan.officer")
        with pytest.raises(NothingDoneYet):
            measures.close(task=task, by=officer, on=ON)
        file = SimpleUploadedFile("方案.pdf", b"%PDF-1.7 measures")
        found = self.record(task, file=file)
        assert (found.text, found.person, found.file.name) == ("错峰生产", "王示范", "方案.pdf")
        assert waiting.waiting_for(officer, on=ON) == []
        closed = measures.close(task=task, by=officer, on=ON)
        assert closed.closed_by == officer
        with pytest.raises(TaskClosed):
            self.record(task)

    def test_a_measure_needs_words_and_a_person(self, task: WarningTask) -> None:
        for lacking in ({"text": " "}, {"person": ""}):
            with pytest.raises(NoMeasure):
                self.record(task, **lacking)
        assert not Measure.objects.exists()

    def test_others_record_none(self, task: WarningTask) -> None:
        with pytest.raises(OutOfReach):
            self.record(task, by="changshu.officer")
        with pytest.raises(NotPermitted):
            self.record(task, by="city.office")

    def test_a_task_that_was_answered_stays_when_the_warning_is_withdrawn(
        self, task: WarningTask
    ) -> None:
        self.record(task)
        watched.air(KUNSHAN, SEPTEMBER, "29.5", "88.0")
        run = judged()
        task.refresh_from_db()
        assert task.closed_at is None
        found = warnings.task_of(said_of(run))
        assert found is not None
        assert len(found.measures.all()) == 1
        assert PlaceMonth.objects.exists()
