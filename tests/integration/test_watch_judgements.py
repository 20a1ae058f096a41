"""§5, §10, §15: targets, yearly judgements, task results and openings on application."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from monitoring.models import Judgement, Target, TaskResult
from monitoring.refusals import (
    AlreadyOpened,
    AlreadyProposed,
    EndsBeforeItStarts,
    NoSuchTask,
    NothingToJudge,
    NotImproved,
    NotOnApplication,
    OpeningClosed,
    ReasonMissing,
    StartsTooEarly,
    WrongTier,
    WrongValue,
)
from monitoring.selectors import gates, years
from monitoring.services import gate_openings, judgements, targets, task_results
from monitoring.vocabulary import Indicator, Way
from quota_registry.kernel.models import Notice
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted, Refusal
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.services import corrections, tasks, voids
from reserve.vocabulary import ClaimStatus
from tests import factories, watch
from tests.factories import ON, T, content, line
from tests.watch import PAPER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def book() -> Any:
    factories.all_places()
    factories.rule_book()
    return rulebooks.in_force(ON)


# ── Targets ──
def test_a_changed_target_is_a_new_version_and_the_old_one_stays() -> None:
    first = watch.target("31")
    second = watch.target("29.5")
    first.refresh_from_db()
    assert (first.status, first.version, first.value) == ("replaced", 1, Decimal(31))
    assert (second.status, second.version, second.value) == ("in_force", 2, Decimal("29.5"))
    assert second.document == PAPER
    assert second.approved_by == factories.person("city.office")


def test_who_proposed_a_target_does_not_approve_it() -> None:
    office = factories.person("city.office")
    asked = targets.propose(
        place=factories.place("320583"),
        indicator="pm25",
        year=2026,
        value=Decimal(30),
        document=PAPER,
        by=office,
        on=ON,
    )
    for act in (
        lambda: targets.approve(target=asked, by=office, on=ON),
        lambda: targets.reject(target=asked, note="x", by=office, on=ON),
    ):
        with pytest.raises(SamePerson):
            act()
    other = factories.person("city.office2")
    rejected = targets.reject(target=asked, note="与省里不一致", by=other, on=ON)
    assert (rejected.status, rejected.approved_by) == ("rejected", None)
    with pytest.raises(NotNow):
        targets.approve(target=asked, by=other, on=ON)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (WrongValue, {"value": Decimal(0)}),
        (WrongValue, {"value": Decimal("30.25")}),
        (WrongValue, {"indicator": "good_days", "value": Decimal("100.1")}),
        (DocumentMissing, {"document": " "}),
        (WrongTier, {"place": "320500"}),
    ],
)
def test_what_is_refused_of_a_target(kind: type[Refusal], said: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "place": "320583",
        "indicator": "pm25",
        "year": 2026,
        "value": Decimal(30),
        "document": PAPER,
    } | said
    facts["place"] = factories.place(facts["place"])
    with pytest.raises(kind) as caught:
        targets.propose(**facts, by=factories.person("city.air"), on=ON)
    assert caught.value.clause.key == "9.3"
    assert not Target.objects.exists()


def test_one_target_is_proposed_at_a_time() -> None:
    park = factories.place("320583P01")
    facts = {"place": park, "indicator": "good_days", "year": 2026, "document": PAPER, "on": ON}
    air = factories.person("city.air")
    targets.propose(**facts, value=Decimal(80), by=air)
    with pytest.raises(AlreadyProposed) as caught:
        targets.propose(**facts, value=Decimal(81), by=air)
    assert caught.value.clause.key == "15.2"
    with pytest.raises(NotPermitted):
        targets.propose(**facts, value=Decimal(81), by=factories.person("city.director"))


# ── What the record says ──
def test_the_record_judges_the_air_by_its_targets_and_its_improvement(book: Any) -> None:
    watch.month_of_air(2024, "30")
    watch.month_of_air(2025, "28.5")
    watch.target("28.5", year=2025)
    watch.target("80.1", indicator="good_days", year=2025)
    found = years.outcome(factories.place("320583"), Medium.AIR, 2025, book=book)
    assert {r.indicator: (r.value, r.gap) for r in found.results} == {
        Indicator.PM25: (Decimal("28.5"), Decimal("0.0")),
        Indicator.GOOD_DAYS: (Decimal("80.0"), Decimal("0.1")),
    }
    assert (found.improvement, found.quality_met) == (Decimal("0.0500"), False)


def test_thin_data_are_never_good(book: Any) -> None:
    watch.month_of_air(2025, "20", days=323)
    watch.target("30", year=2025)
    place = factories.place("320583")
    assert years.outcome(place, Medium.AIR, 2025, book=book).quality_met is None
    watch.year_of_section(1, 2025, 2)
    watch.year_of_section(2, 2025, None)
    watch.target("90", indicator="good_sections", year=2025)
    found = years.outcome(place, Medium.WATER, 2025, book=book)
    assert (found.results[0].value, found.quality_met) == (Decimal("100.0"), None)


@pytest.mark.parametrize(
    ("days", "improvement"),
    [((365, 365), "0.0500"), ((323, 365), None), ((365, 323), None)],
)
def test_thin_data_show_no_improvement(
    book: Any, days: tuple[int, int], improvement: str | None
) -> None:
    watch.month_of_air(2024, "30", days=days[0])
    watch.month_of_air(2025, "28.5", days=days[1])
    found = years.outcome(factories.place("320583"), Medium.AIR, 2025, book=book)
    assert found.improvement == (improvement and Decimal(improvement))


@pytest.mark.parametrize(("months", "met"), [(12, True), (8, True), (7, None)])
def test_a_section_of_few_months_is_thin(book: Any, months: int, met: bool | None) -> None:
    watch.year_of_section(1, 2025, 2)
    watch.year_of_section(2, 2025, 2, months=months)
    watch.target("90", indicator="good_sections", year=2025)
    found = years.outcome(factories.place("320583"), Medium.WATER, 2025, book=book)
    assert (found.results[0].value, found.quality_met) == (Decimal("100.0"), met)


def test_a_year_without_its_december_is_what_its_other_months_come_to(book: Any) -> None:
    watch.month_of_air(2025, "99.0", days=300, month=10)
    watch.month_of_air(2025, "28.5", days=330, month=11)
    watch.target("28.5", year=2025)
    found = years.outcome(factories.place("320583"), Medium.AIR, 2025, book=book)
    assert (found.results[0].value, found.quality_met) == (Decimal("28.5"), True)


def test_the_share_of_good_sections_is_the_waters_result(book: Any) -> None:
    for number, water_class in ((1, 2), (2, 3), (3, 4)):
        watch.year_of_section(number, 2025, water_class)
    watch.target("66.7", indicator="good_sections", year=2025)
    found = years.outcome(factories.place("320583"), Medium.WATER, 2025, book=book)
    assert (found.results[0].value, found.quality_met) == (Decimal("66.7"), True)


def test_the_account_of_article_5_counts_planned_and_verified_apart(book: Any) -> None:
    place = factories.place("320583")
    tasks.set_(
        place=place,
        pollutant="NOX",
        year=2026,
        grams=8 * T,
        document=PAPER,
        by=factories.person("city.office"),
        on=ON,
    )
    factories.claim_at(ClaimStatus.ADMITTED)
    factories.claim_at(ClaimStatus.REVIEWED, content(line("NOX", "9"), number=2))
    factories.draft(content(line("NOX", "4"), number=3))
    nox = next(
        one for one in years.account(place, Medium.AIR, 2026) if one.pollutant is Pollutant.NOX
    )
    assert (nox.task, nox.projects, nox.planned, nox.verified) == (8 * T, 1, 9 * T, 10 * T)


def test_what_was_corrected_or_voided_counts_in_the_account_as_it_was_since() -> None:
    place, office = factories.place("320583"), factories.person("city.office")
    director = factories.person("city.director")
    claim = factories.claim_at(ClaimStatus.ADMITTED)

    def verified() -> int:
        lines = years.account(place, Medium.AIR, 2026)
        return next(one.verified for one in lines if one.pollutant is Pollutant.NOX)

    facts: dict[str, Any] = {"claim": claim, "reason": "核查", "document": PAPER, "on": ON}
    less = corrections.propose(**facts, pollutant="NOX", verified=7 * T, by=office)
    assert verified() == 10 * T
    corrections.approve(correction=less, by=director, on=ON)
    assert verified() == 7 * T
    voids.propose(**facts, by=office)
    voids.void(claim=claim, by=director, on=ON)
    assert verified() == 0


# ── Judgements ──
def test_a_judgement_keeps_the_figures_it_was_judged_by() -> None:
    watch.month_of_air(2024, "30", days=323)
    watch.month_of_air(2025, "28.5")
    watch.target("29", year=2025)
    found = judgements.propose(
        place=factories.place("320583"),
        medium="air",
        year=2025,
        quality_met=True,
        task_done=True,
        by=factories.person("city.air"),
        on=ON,
    )
    assert found.figures["indicators"][0] == {
        "indicator": "pm25",
        "value": "28.5",
        "target": "29.0",
        "gap": "-0.5",
        "enough": True,
        "before": "30.0",
        "before_enough": False,
        "met": True,
    }
    assert (found.figures["quality_met"], found.figures["tasks"], found.reason) == (True, [], "")
    assert (found.figures["clause"], found.figures["improvement"]) == ("10.1", None)
    assert found.rule_book == rulebooks.version_in_force(ON)
    assert [line["pollutant"] for line in found.figures["account"]] == ["SO2", "NOX", "VOCS", "PM"]
    assert found.figures["account"][1] == {
        "pollutant": "NOX",
        "task": None,
        "projects": 0,
        "planned": 0,
        "verified": 0,
    }


def test_a_judgement_is_corrected_by_a_new_version_that_governs_at_once() -> None:
    first = watch.judgement(met=True)
    place = factories.place("320583")
    assert gates.gate_of(place, Pollutant.NOX, on=ON)[Way.UPPER].open
    second = watch.judgement(met=False, done=False)
    first.refresh_from_db()
    assert (first.status, first.version, first.quality_met) == ("replaced", 1, True)
    assert (second.status, second.version) == ("confirmed", 2)
    # Confirmed on one day: the later version governs.
    gate = gates.gate_of(place, Pollutant.NOX, on=ON)
    assert gate[Way.UPPER].state is GateState.CLOSED
    assert gate[Way.OWN].open
    # Water has no judgement of its own: a case between.
    water = gates.gate_of(place, Pollutant.COD, on=ON)
    assert water[Way.UPPER].state is GateState.ON_APPLICATION


def test_the_people_of_a_place_are_told_how_it_was_judged_and_of_each_correction() -> None:
    for name in ("kunshan.officer", "kunshan.head", "kunshan.park", "changshu.officer"):
        factories.person(name)
    asked = watch.judgement(confirmed=False)
    assert not Notice.objects.exists()
    office, url = factories.person("city.office"), "/monitoring/judgements/320583/2025/air/"
    judgements.confirm(judgement=asked, document=PAPER, by=office, on=ON)
    told = Notice.objects.values_list("person__username", "text", "url")
    first = "昆山市2025年度评定（大气）：目标完成，任务完成 · 苏环发〔2026〕9号"
    assert sorted(told) == [("kunshan.head", first, url), ("kunshan.officer", first, url)]

    watch.judgement(met=False)
    second = "更正：昆山市2025年度评定（大气）：目标未完成，任务完成 · 苏环发〔2026〕9号"
    assert sorted(Notice.objects.exclude(text=first).values_list("person__username", "text")) == [
        ("kunshan.head", second),
        ("kunshan.officer", second),
    ]
    # What was sent back is nobody's news.
    sent_back = watch.judgement(confirmed=False)
    judgements.reject(judgement=sent_back, note="复核", by=office, on=ON)
    assert Notice.objects.count() == 4


def test_who_proposed_a_judgement_does_not_confirm_or_reject_it() -> None:
    office = factories.person("city.office")
    asked = judgements.propose(
        place=factories.place("320583"),
        medium="air",
        year=2025,
        quality_met=True,
        task_done=True,
        reason="以省厅通报为准",
        by=office,
        on=ON,
    )
    with pytest.raises(SamePerson):
        judgements.confirm(judgement=asked, document=PAPER, by=office, on=ON)
    with pytest.raises(SamePerson):
        judgements.reject(judgement=asked, note="x", by=office, on=ON)
    other = factories.person("city.office2")
    with pytest.raises(DocumentMissing) as caught:
        judgements.confirm(judgement=asked, document="", by=other, on=ON)
    assert caught.value.clause.key == "10.1"
    with pytest.raises(AlreadyProposed):
        watch.judgement()
    assert judgements.reject(judgement=asked, note="复核", by=other, on=ON).status == "rejected"
    with pytest.raises(NotNow):
        judgements.confirm(judgement=asked, document=PAPER, by=other, on=ON)
    assert watch.judgement().version == 2


def test_what_is_refused_of_a_judgement() -> None:
    facts: dict[str, Any] = {
        "medium": "air",
        "quality_met": True,
        "task_done": True,
        "by": factories.person("city.air"),
        "on": ON,
    }
    park, city = factories.place("320500P01"), factories.place("320500")
    with pytest.raises(NothingToJudge) as early:
        judgements.propose(place=park, year=2026, reason="x", **facts)
    with pytest.raises(ReasonMissing) as silent:
        judgements.propose(place=park, year=2025, **facts)
    assert {early.value.clause.key, silent.value.clause.key} == {"15.1"}
    with pytest.raises(WrongTier):
        judgements.propose(place=city, year=2025, reason="x", **facts)
    assert not Judgement.objects.exists()


# ── Tasks ──
def test_a_task_is_done_by_an_officers_word_and_the_newest_one_holds(book: Any) -> None:
    place, office = factories.place("320583"), factories.person("city.office")
    facts: dict[str, Any] = {
        "place": place,
        "pollutant": "NOX",
        "year": 2025,
        "by": office,
        "on": ON,
    }
    with pytest.raises(NoSuchTask) as caught:
        task_results.record(**facts, done=True, document=PAPER)
    assert caught.value.clause.key == "10.1"
    tasks.set_(**facts, grams=8 * T, document=PAPER)
    assert not years.outcome(place, Medium.AIR, 2025, book=book).task_done
    with pytest.raises(DocumentMissing):
        task_results.record(**facts, done=True, document="")
    task_results.record(**facts, done=True, document="苏环发[2026]1号")
    assert years.outcome(place, Medium.AIR, 2025, book=book).task_done
    assert years.outcome(place, Medium.WATER, 2025, book=book).task_done  # without a task: done
    task_results.record(**facts, done=False, document="苏环发〔2026〕2号")
    assert not years.outcome(place, Medium.AIR, 2025, book=book).task_done
    assert list(TaskResult.objects.order_by("version").values_list("version", "document")) == [
        (1, "苏环发〔2026〕1号"),
        (2, "苏环发〔2026〕2号"),
    ]


# ── On application ──
def purchase(pollutant: Pollutant = Pollutant.NOX, on: date = ON) -> bool:
    return gates.gate_of(factories.place("320583"), pollutant, on=on)[Way.PURCHASE].open


def test_an_opening_serves_one_pollutant_one_way_and_its_days() -> None:
    watch.improved()
    assert not purchase()
    opening = watch.opening(ends=date(2026, 10, 1))
    assert purchase()
    assert opening.rule_book == rulebooks.version_in_force(ON)
    assert [(one["code"], one["clause"]) for one in opening.grounds] == [
        ("met_and_done", "10.1"),
        ("needs_opening", "10.2"),
    ]
    assert not purchase(Pollutant.VOCS)
    assert purchase(on=date(2026, 9, 30))
    assert not purchase(on=date(2026, 10, 1))
    office = factories.person("city.office")
    closed = gate_openings.close(opening=opening, by=office, on=date(2026, 9, 20))
    assert (closed.closed_by, closed.during.upper) == (office, date(2026, 9, 20))
    assert purchase(on=date(2026, 9, 19))
    assert not purchase(on=date(2026, 9, 20))
    with pytest.raises(OpeningClosed) as caught:
        gate_openings.close(opening=opening, by=office, on=date(2026, 9, 19))
    assert (caught.value.clause.key, caught.value.facts["on"]) == ("10.2", date(2026, 9, 20))


@pytest.mark.parametrize("closed_on", [ON, date(2026, 9, 30), date(2026, 10, 1)])
def test_an_opening_taken_back_by_its_first_day_opens_nothing(closed_on: date) -> None:
    watch.improved()
    first, office = date(2026, 10, 1), factories.person("city.office")
    opening = watch.opening(starts=first)
    closed = gate_openings.close(opening=opening, by=office, on=closed_on)
    # Its days stand as they were written, and may be opened anew.
    assert (closed.during.lower, closed.during.upper) == (first, date(2026, 12, 1))
    assert not purchase(on=first)
    watch.opening(starts=first)
    assert purchase(on=first)


def test_an_opening_that_is_over_is_not_closed() -> None:
    watch.improved()
    opening = watch.opening(ends=date(2026, 10, 1))
    office = factories.person("city.office")
    with pytest.raises(EndsBeforeItStarts):
        gate_openings.close(opening=opening, by=office, on=date(2026, 10, 1))


def test_an_order_closes_what_was_opened_and_nothing_opens_under_it() -> None:
    watch.improved()
    watch.opening()
    watch.ordered(scope="purchase")
    assert not purchase()
    with pytest.raises(NotOnApplication):
        watch.opening(pollutant=Pollutant.VOCS)


def test_only_what_the_table_leaves_to_application_is_opened() -> None:
    watch.improved()
    with pytest.raises(NotOnApplication):
        watch.opening(way=Way.UPPER)
    watch.judgement(met=False, done=False)
    with pytest.raises(NotOnApplication) as caught:
        watch.opening()
    assert caught.value.clause.key == "10.2"


def test_nothing_is_opened_for_a_place_that_did_not_improve() -> None:
    watch.month_of_air(2024, "28")
    watch.month_of_air(2025, "28.5")
    watch.judgement(met=False)
    with pytest.raises(NotImproved) as worse:
        watch.opening()
    assert "-1.79" in str(worse.value)
    # Of water nothing is known.
    watch.judgement(medium="water")
    with pytest.raises(NotImproved) as unknown:
        watch.opening(pollutant=Pollutant.COD)
    assert {worse.value.clause.key, unknown.value.clause.key} == {"10.2"}


def test_what_is_refused_of_an_opening() -> None:
    watch.improved()
    facts: dict[str, Any] = {
        "place": factories.place("320583"),
        "pollutant": "NOX",
        "way": "purchase",
        "starts": ON,
        "ends": date(2026, 12, 1),
        "reason": "重大项目",
        "document": PAPER,
        "by": factories.person("city.office"),
        "on": ON,
    }
    for kind, said in (
        (ReasonMissing, {"reason": " "}),
        (DocumentMissing, {"document": ""}),
        (StartsTooEarly, {"starts": date(2026, 9, 14)}),
        (EndsBeforeItStarts, {"ends": ON}),
    ):
        with pytest.raises(kind) as caught:
            gate_openings.open_(**facts | said)
        assert caught.value.clause.key == "10.2"
    watch.opening()
    with pytest.raises(AlreadyOpened):
        gate_openings.open_(**facts | {"starts": date(2026, 11, 30), "ends": date(2027, 1, 1)})
    with pytest.raises(NotPermitted):
        gate_openings.open_(**facts | {"by": factories.person("city.director")})
