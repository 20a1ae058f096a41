"""§8: from a project to a voucher and into use; what is set aside, released and given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from allocation.models import Application, ApplicationSheet, Project, Voucher
from allocation.refusals import (
    AlreadyAsked,
    ChangedSince,
    HoldLapsed,
    MoreThanUsed,
    NeededInUse,
    NotAssessable,
    NothingNamed,
    NothingToReplace,
    NotLapsed,
    NotYetHappened,
    OwnOpening,
    ProjectInUse,
    Uncovered,
    UnsignedReserve,
    UsedBeforeApproval,
)
from allocation.rules import sheet
from allocation.rules.sheet_codes import Check
from allocation.selectors import assessments as answers
from allocation.selectors import clocks, vouchers
from allocation.services import applications, assessments, holds, projects, releases
from allocation.services import vouchers as after
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import Moment, VoucherStatus
from monitoring.services import suspensions
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Notice
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant, Role
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Balance
from tests import desk, factories, trading, watch
from tests.desk import T, asks
from tests.factories import ON

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX


@pytest.fixture
def ready() -> None:
    desk.ready()


def used(of: Application) -> int:
    rows = Balance.objects.filter(
        account__kind="USED", account__case=of.project.number
    ).values_list("grams", flat=True)
    return sum(rows)


def codes(refused: NotAssessable) -> set[str]:
    return set(refused.facts["codes"])


def test_a_project_gets_its_voucher_and_the_mass_is_its_own(ready: None) -> None:
    application = desk.drafted(desk.project({"NOX": "4.2"}), asks(("NOX", "320583", 8_400_000)))
    application = desk.carry(application, S.HELD)
    assert desk.balance("320583") == (1_600_000, 8_400_000)

    application = desk.carry(application, S.VOUCHERED)

    assert desk.balance("320583") == (1_600_000, 0)
    assert used(application) == 8_400_000
    voucher = application.voucher
    assert voucher.number == "320583-2026-00001"
    assert len(voucher.code) == 12
    assert application.voucher_status is VoucherStatus.VALID
    (line,) = voucher.content["lines"]
    assert line == {
        "pollutant": "NOX",
        "increment": "4.200000",
        "ratio": "2",
        "clause": "7.2",
        "required": "8.400000",
    }
    (source,) = voucher.content["sources"]
    assert (source["owner"], source["grams"], source["paper"]) == (
        "昆山市",
        "8.400000",
        "320583-NOX",
    )
    moments = ApplicationSheet.objects.filter(application=application).order_by("id")
    assert [one.moment for one in moments] == [Moment.FILED, Moment.HELD, Moment.RELEASED]
    assert all(row.passes for row in sheet.read(moments[0].content))


def test_what_is_offered_is_no_less_than_what_is_required(ready: None) -> None:
    desk.stocked("320583", T, "NH3N")
    new = desk.strategic({"NH3N": "0.326"})
    short = desk.drafted(new, asks(("NH3N", "320583", 358_599)))
    officer = factories.person("kunshan.officer")

    with pytest.raises(NotAssessable) as refused:
        applications.file(application=short, by=officer, on=ON)
    assert codes(refused.value) == {"not_covered"}
    assert "0.000001" in str(refused.value)
    assert not ApplicationSheet.objects.exists()

    applications.name_sources(
        application=short, asked=asks(("NH3N", "320583", 358_600)), by=officer, on=ON
    )
    filed = applications.file(application=short, by=officer, on=ON)
    assert filed.lines.get().required == 358_600


def test_a_suspension_stops_a_new_hold_and_a_release(ready: None) -> None:
    first = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.HELD)
    second = desk.carry(
        desk.drafted(desk.project(number=2), asks(("NOX", "320583", 2 * T))), S.ASSESSED
    )
    watch.ordered("320583")

    for act in (
        lambda: releases.release(
            application=first, version=1, by=factories.person("kunshan.head"), on=ON
        ),
        lambda: holds.hold(
            application=second, version=1, by=factories.person("city.office2"), on=ON
        ),
    ):
        with pytest.raises(NotAssessable) as refused:
            act()
        assert codes(refused.value) == {"reserves_suspended"}
    assert desk.balance("320583") == (8 * T, 2 * T)
    assert not Voucher.objects.exists()


def test_the_clock_of_a_hold_stands_still_under_a_suspension(ready: None) -> None:
    application = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.HELD)
    assert clocks.clock_of(application, on=ON).lapses_on == ON + timedelta(days=180)

    watch.ordered("320583", starts=ON + timedelta(days=10), ends=ON + timedelta(days=40))

    later = clocks.clock_of(application, on=ON + timedelta(days=20))
    assert (later.lapses_on, later.stopped) == (ON + timedelta(days=210), True)
    with pytest.raises(NotLapsed):
        holds.expire(application=application, on=ON + timedelta(days=209))

    assert holds.watch_over(on=ON + timedelta(days=195)) == (0, 1)
    assert holds.watch_over(on=ON + timedelta(days=196)) == (0, 0)
    officer = factories.person("kunshan.officer")
    assert Notice.objects.filter(person=officer, text__contains="失效").count() == 1

    assert holds.watch_over(on=ON + timedelta(days=210)) == (1, 0)
    application.refresh_from_db()
    assert application.status == S.EXPIRED
    assert desk.balance("320583") == (10 * T, 0)


def test_a_hold_that_lapsed_is_not_released(ready: None) -> None:
    application = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.HELD)
    late = ON + timedelta(days=180)
    with pytest.raises(HoldLapsed):
        releases.release(
            application=application, version=1, by=factories.person("kunshan.head"), on=late
        )


def test_the_city_s_reserve_signs_first_and_outside_its_list_twice(ready: None) -> None:
    desk.stocked("320500", 5 * T)
    officer = factories.person("kunshan.officer")
    application = desk.drafted(desk.project(), asks(("NOX", "320500", 2 * T)))
    with pytest.raises(NotAssessable) as refused:
        applications.file(application=application, by=officer, on=ON)
    assert codes(refused.value) == {"unlisted"}

    applications.name_sources(
        application=application,
        asked=asks(("NOX", "320500", 2 * T)),
        exception_reason="填补产业链空白",
        by=officer,
        on=ON,
    )
    application = desk.carry(application, S.HELD)
    head, director = factories.person("kunshan.head"), factories.person("city.director")
    with pytest.raises(NotAssessable) as refused:
        releases.release(application=application, version=1, by=head, on=ON)
    assert codes(refused.value) == {"unlisted_reason"}

    with pytest.raises(SamePerson):
        # Who set the mass aside is no second pair of eyes.
        releases.countersign(
            application=application,
            version=1,
            reason="同意",
            by=factories.person("city.office2"),
            on=ON,
        )
    releases.countersign(
        application=application,
        version=1,
        reason="同意",
        by=factories.person("city.office"),
        on=ON,
    )
    with pytest.raises(UnsignedReserve):
        releases.release(application=application, version=1, by=head, on=ON)

    city = factories.place("320500")
    releases.sign(application=application, version=1, place=city, by=director, on=ON)
    releases.release(application=application, version=1, by=head, on=ON)
    assert desk.balance("320500") == (3 * T, 0)


def test_lots_of_lake_tai_go_first_to_strategic_projects(ready: None) -> None:
    desk.stocked("320583", 3 * T, number="太湖", lake_tai=True)
    strategic = desk.drafted(desk.strategic({"NOX": "0.5"}, number=2), asks(("NOX", "320583", T)))
    officer = factories.person("kunshan.officer")
    applications.file(application=strategic, by=officer, on=ON)

    other = desk.drafted(desk.project({"NOX": "6"}), asks(("NOX", "320583", 12 * T)))
    with pytest.raises(NotAssessable) as refused:
        applications.file(application=other, by=officer, on=ON)
    assert codes(refused.value) == {"tai_awaited"}
    assert strategic.number in str(refused.value)

    desk.carry(Application.objects.get(pk=strategic.pk), S.HELD)
    lots = Balance.objects.filter(account__kind="HELD", grams__gt=0)
    assert [one.lot.lake_tai for one in lots.select_related("lot")] == [True]
    with pytest.raises(NotAssessable) as refused:
        applications.file(application=other, by=officer, on=ON)
    assert codes(refused.value) == {"tai_unsigned"}


def test_the_band_of_lake_tai_is_asked_of_a_holding_too(ready: None) -> None:
    owner = factories.polluter(1)
    trading.holding(owner, 6 * T, lake_tai=True)
    officer = factories.person("kunshan.officer")
    own = asks(("NOX", f"#{owner.pk}", 6 * T))
    with pytest.raises(NotAssessable) as refused:
        applications.file(
            application=desk.drafted(desk.project({"NOX": "3"}), own), by=officer, on=ON
        )
    assert codes(refused.value) == {"tai_unsigned"}

    strategic = desk.drafted(desk.strategic({"NOX": "3"}, number=2, polluter=owner), own)
    assert applications.file(application=strategic, by=officer, on=ON).status == S.FILED


def test_a_smaller_approval_returns_what_is_too_much_where_it_came_from(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    officer = factories.person("kunshan.officer")

    application = after.approve(
        application=voucher.application,
        version=1,
        number="苏环建[2026]07第1001号",
        approved_on=ON,
        increments={NOX: Grams(3_000_001)},
        by=officer,
        on=ON,
    )

    assert used(application) == 6_000_002
    assert desk.balance("320583") == (3_999_998, 0)
    application = after.use(application=application, version=1, used_on=ON, by=officer, on=ON)
    assert application.voucher_status is VoucherStatus.USED


def test_a_larger_approval_needs_a_supplement(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "3"}), asks(("NOX", "320583", 6 * T)))
    officer = factories.person("kunshan.officer")
    first = after.approve(
        application=voucher.application,
        version=1,
        number="苏环建〔2026〕07第1001号",
        approved_on=ON,
        increments={NOX: Grams(4 * T)},
        by=officer,
        on=ON,
    )
    with pytest.raises(Uncovered) as refused:
        after.use(application=first, version=1, used_on=ON, by=officer, on=ON)
    assert "1.000000" in str(refused.value)

    more = applications.draft(project=first.project, supplements=first, by=officer, on=ON)
    applications.name_sources(
        application=more, asked=asks(("NOX", "320583", 2 * T)), by=officer, on=ON
    )
    desk.carry(more, S.VOUCHERED)
    after.use(application=first, version=1, used_on=ON, by=officer, on=ON)
    assert used(first) == 8 * T

    # What the project in use needs goes back by none of its vouchers, not even by the other one.
    more.refresh_from_db()
    with pytest.raises(NeededInUse) as refused:
        after.give_back(
            application=more,
            version=1,
            document="昆环函〔2026〕1号",
            reason="不再需要",
            by=factories.person("kunshan.head"),
            on=ON,
        )
    assert "1.000000" in str(refused.value)
    assert used(first) == 8 * T


def test_what_was_approved_and_never_asked_for_needs_a_supplement_too(ready: None) -> None:
    COD = Pollutant.COD  # noqa: N806 - as beside NOX
    desk.stocked("320583", 10 * T, pollutant="COD", number="cod")
    voucher = desk.vouchered(desk.project({"NOX": "3"}), asks(("NOX", "320583", 6 * T)))
    officer = factories.person("kunshan.officer")
    first = after.approve(
        application=voucher.application,
        version=1,
        number="苏环建〔2026〕07第1001号",
        approved_on=ON,
        increments={NOX: Grams(3 * T), COD: Grams(T), Pollutant.TN: Grams(0)},
        by=officer,
        on=ON,
    )
    assert first.approved_beyond == {"COD": T}
    with pytest.raises(Uncovered) as refused:
        after.use(application=first, version=1, used_on=ON, by=officer, on=ON)
    assert refused.value.facts["missing"] == "1.000000"

    more = applications.draft(project=first.project, supplements=first, by=officer, on=ON)
    applications.name_sources(
        application=more, asked=asks(("COD", "320583", 2 * T)), by=officer, on=ON
    )
    desk.carry(more, S.VOUCHERED)
    after.use(application=first, version=1, used_on=ON, by=officer, on=ON)
    assert (used(first), used(more)) == (8 * T, 8 * T)


def test_days_that_have_not_come_and_use_before_approval_are_refused(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "3"}), asks(("NOX", "320583", 6 * T)))
    officer, tomorrow = factories.person("kunshan.officer"), ON + timedelta(days=1)
    approval = {"version": 1, "number": "苏环建〔2026〕07第1001号", "increments": {}, "by": officer}
    with pytest.raises(NotYetHappened):
        after.approve(application=voucher.application, approved_on=tomorrow, on=ON, **approval)
    found = after.approve(application=voucher.application, approved_on=ON, on=ON, **approval)
    use = {"application": found, "version": 1, "by": officer, "on": ON}
    with pytest.raises(NotYetHappened):
        after.use(used_on=tomorrow, **use)
    with pytest.raises(UsedBeforeApproval):
        after.use(used_on=ON - timedelta(days=1), **use)
    assert Application.objects.get(pk=found.pk).status == S.APPROVED


def test_an_abandoned_project_gives_back_in_part_or_whole(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    head = factories.person("kunshan.head")
    facts = {"version": 1, "document": "昆环函〔2026〕1号", "reason": "规模缩减", "by": head}
    after.give_back(application=voucher.application, amounts={NOX: Grams(3 * T)}, on=ON, **facts)
    assert (desk.balance("320583"), vouchers.left(voucher)) == ((5 * T, 0), {NOX: 5 * T})
    with pytest.raises(MoreThanUsed):
        after.give_back(
            application=voucher.application, amounts={NOX: Grams(6 * T)}, on=ON, **facts
        )
    with pytest.raises(NothingNamed):
        after.give_back(application=voucher.application, amounts={}, on=ON, **facts)
    with pytest.raises(NothingNamed):
        after.give_back(application=voucher.application, amounts={NOX: Grams(0)}, on=ON, **facts)
    # What is left, named to the last gram, is the whole.
    rest = {NOX: Grams(5 * T), Pollutant.COD: Grams(0)}
    after.give_back(application=voucher.application, amounts=rest, on=ON, **facts)
    application = Application.objects.get(pk=voucher.application_id)
    assert application.status == S.GIVEN_BACK
    assert (desk.balance("320583"), used(application)) == ((10 * T, 0), 0)


def test_withdrawn_or_declined_it_holds_nothing(ready: None) -> None:
    one = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.HELD)
    applications.withdraw(
        application=one, version=1, reason="不建了", by=factories.person("kunshan.officer"), on=ON
    )
    two = desk.carry(desk.drafted(desk.project(number=2), asks(("NOX", "320583", 2 * T))), S.HELD)
    holds.decline(
        application=two, version=1, reason="暂缓", by=factories.person("kunshan.head"), on=ON
    )
    assert desk.balance("320583") == (10 * T, 0)


def test_a_project_is_vouchered_once(ready: None) -> None:
    voucher = desk.vouchered(desk.project(), asks(("NOX", "320583", 2 * T)))
    again = desk.drafted(voucher.application.project, asks(("NOX", "320583", 2 * T)))
    with pytest.raises(NotAssessable) as refused:
        applications.file(application=again, by=factories.person("kunshan.officer"), on=ON)
    assert codes(refused.value) == {"vouchered"}


def test_a_project_asks_once_at_a_time(ready: None) -> None:
    project = desk.project()
    desk.drafted(project, [])
    with pytest.raises(AlreadyAsked):
        desk.drafted(project, [])


def test_who_asked_neither_screens_nor_holds_nor_releases(ready: None) -> None:
    application = desk.carry(
        desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.ASSESSED
    )
    screener = factories.person("kunshan.screener")
    # Who screened may set aside, and then does not release.
    holds.hold(application=application, version=1, by=screener, on=ON)
    factories.appointed("kunshan.screener", "county_head", "320583")
    screener.__dict__.pop("_appointments", None)
    with pytest.raises(SamePerson):
        releases.release(application=application, version=1, by=screener, on=ON)
    with pytest.raises(NotPermitted):
        releases.release(
            application=application, version=1, by=factories.person("kunshan.officer"), on=ON
        )


@pytest.mark.parametrize("medium", list(Medium))
def test_a_division_speaks_once_and_of_its_own_medium_alone(ready: None, medium: Medium) -> None:
    desk.stocked("320583", 10 * T, pollutant="COD", number="cod")
    wants = {"NOX": "1"} if medium is Medium.WATER else {"NOX": "1", "COD": "1"}
    application = desk.carry(
        desk.drafted(desk.project(wants), asks(*((p, "320583", 2 * T) for p in wants))),
        S.SCREENED,
    )
    by = factories.person(f"city.{medium}")
    said: Any = {"application": application, "version": 1, "medium": medium, "by": by, "on": ON}
    if medium is Medium.AIR:
        assessments.assess(**said)
    with pytest.raises(NotNow):
        assessments.assess(**said)
    with pytest.raises(NotNow):
        assessments.refuse(reason="不符", **said)
    application.refresh_from_db()
    assert application.status == S.SCREENED


def test_a_decision_on_an_older_version_is_refused(ready: None) -> None:
    application = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.FILED)
    officer, screener = factories.person("kunshan.officer"), factories.person("kunshan.screener")
    applications.take_back(application=application, version=1, by=officer, on=ON)
    applications.file(application=application, by=officer, on=ON)
    with pytest.raises(ChangedSince):
        applications.screen(application=application, version=1, by=screener, on=ON)


def test_an_exempt_project_needs_no_voucher(ready: None) -> None:
    works = desk.project(exempt_kind="TOWN_SEWAGE_WORKS", exempt_reason="环发〔2014〕197号")
    application = desk.drafted(works, [])
    with pytest.raises(NothingToReplace):
        applications.file(application=application, by=factories.person("kunshan.officer"), on=ON)


def test_the_system_proposes_the_own_reserve_first_then_the_upper_ones(ready: None) -> None:
    desk.stocked("320500", 5 * T)
    draft = desk.drafted(desk.project({"NOX": "6"}), [])
    proposed = applications.proposal_for(draft, on=ON)
    assert [(one.owner.place, one.grams) for one in proposed] == [
        ("320583", 10 * T),
        ("320500", 2 * T),
    ]


def test_a_county_between_the_cases_may_not_draw_on_the_city(ready: None) -> None:
    desk.stocked("320500", 5 * T)
    changshu = desk.project(number=7, code="320581", by="changshu.officer", priority="scitech")
    found = answers.facts_of(changshu, asks(("NOX", "320500", 2 * T)), on=ON)
    rows = sheet.assess(found, book=factories.rule_book_table(), moment=Moment.FILED).blocking
    assert [(row.check, row.remedy is not None) for row in rows] == [(Check.GATE, True)]


def test_who_opened_the_gate_uses_nothing_that_it_opened(ready: None) -> None:
    desk.stocked("320500", 5 * T)
    watch.improved(done=False, code="320581")
    paper = watch.opening(code="320581", way="upper", by="city.office2").document
    changshu = desk.project(number=7, code="320581", by="changshu.officer", priority="scitech")
    draft = desk.drafted(changshu, asks(("NOX", "320500", 2 * T)), by="changshu.officer")
    seats = desk.Office(officer="changshu.officer", screener="changshu.screener")
    for name, role in (("officer", Role.COUNTY_OFFICER), ("screener", Role.COUNTY_SCREENER)):
        factories.appointed(f"changshu.{name}", role, "320581")
    assessed = desk.carry(draft, S.ASSESSED, office=seats)
    with pytest.raises(OwnOpening, match=paper):
        holds.hold(application=assessed, version=1, by=factories.person("city.office2"), on=ON)
    assert desk.balance("320500") == (5 * T, 0)

    held = desk.carry(assessed, S.HELD, office=replace(seats, holder="city.office"))
    head = factories.appointed("city.office2", Role.DIRECTOR, "320500")
    city = factories.place("320500")
    with pytest.raises(OwnOpening, match=paper):
        releases.sign(application=held, version=1, place=city, by=head, on=ON)
    releases.sign(
        application=held, version=1, place=city, by=factories.person("city.director"), on=ON
    )


def test_a_project_in_use_is_not_corrected(ready: None) -> None:
    desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.FILED)
    with pytest.raises(ProjectInUse):
        projects.correct(
            project=Project.objects.get(),
            content=desk.content({"NOX": "2"}),
            by=factories.person("kunshan.officer"),
            on=ON,
        )


def test_the_book_of_the_day_of_filing_rules_the_duty(ready: None) -> None:
    first = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.FILED)
    tomorrow = ON + timedelta(days=1)
    stricter = rulebooks.draft(
        number="2026-9",
        book=factories.rule_book_table().with_changes(other_ratio=Decimal(3)),
        starts=tomorrow,
        document="苏环办字〔2026〕70号",
        by=factories.person("city.office"),
        on=ON,
    )
    rulebooks.approve(version=stricter, by=factories.person("city.director"), on=ON)

    assert desk.carry(first, S.HELD, on=tomorrow).lines.get().required == 2 * T
    second = desk.drafted(desk.project(number=2), asks(("NOX", "320583", 2 * T)), on=tomorrow)
    with pytest.raises(NotAssessable) as refused:
        applications.file(application=second, by=factories.person("kunshan.officer"), on=tomorrow)
    assert codes(refused.value) == {"not_covered"}
    assert "3.000000" in str(refused.value)


def test_an_order_that_was_taken_back_before_it_began_stops_no_clock(ready: None) -> None:
    application = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), S.HELD)
    order = watch.ordered("320583", starts=ON + timedelta(days=10))
    assert clocks.clock_of(application, on=ON).lapses_on is None

    air, director = factories.person("city.air"), factories.person("city.director")
    suspensions.propose_lift(suspension=order, reason="已好转", by=air, on=ON)
    suspensions.lift(suspension=order, document=watch.LIFT, lifted_on=ON, by=director, on=ON)

    later = clocks.clock_of(application, on=ON + timedelta(days=20))
    assert (later.lapses_on, later.stopped) == (ON + timedelta(days=180), False)


def test_what_was_given_back_covers_nothing_any_more(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    application = voucher.application
    after.give_back(
        application=application,
        version=1,
        amounts={NOX: Grams(3 * T)},
        document="昆环函〔2026〕1号",
        reason="规模缩减",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    officer = factories.person("kunshan.officer")
    facts = {"version": 1, "by": officer, "on": ON}
    application = after.approve(
        application=application,
        number="苏环建〔2026〕07第1001号",
        approved_on=ON,
        increments={NOX: Grams(3 * T)},
        **facts,
    )
    # 5 t are left, which cover 2.5 t of the 3 t that were approved.
    assert used(application) == 5 * T
    with pytest.raises(Uncovered) as refused:
        after.use(application=application, used_on=ON, **facts)
    assert "0.500000" in str(refused.value)


def test_a_smaller_approval_after_a_part_went_back_returns_only_what_is_left(
    ready: None,
) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    after.give_back(
        application=voucher.application,
        version=1,
        amounts={NOX: Grams(3 * T)},
        document="昆环函〔2026〕1号",
        reason="规模缩减",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    after.approve(
        application=voucher.application,
        version=1,
        number="苏环建〔2026〕07第1001号",
        approved_on=ON,
        increments={NOX: Grams(2 * T)},
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    assert (vouchers.left(voucher), desk.balance("320583")) == ({NOX: 4 * T}, (6 * T, 0))
