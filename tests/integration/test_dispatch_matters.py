"""What a dispatch finds in the books of the desk, and what settles it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allocation.models import Finding
from allocation.refusals import NotProbable
from allocation.selectors import dispatch_sources
from allocation.services import matches
from allocation.services import vouchers as after
from allocation.vocabulary import ApplicationStatus, FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Pollutant
from reserve.services import reviews
from reserve.services.reviews import Verdict
from reserve.vocabulary import SourceKind
from tests import desk, factories
from tests.desk import T, asks
from tests.dispatched import DAY, Q3, approval, cancellation, found, listed, run
from tests.factories import ON

pytestmark = pytest.mark.django_db
K = FindingKind


@pytest.fixture
def ready() -> None:
    desk.ready()


def test_a_registered_voucher_is_a_probable_match_until_somebody_says(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    listed(approval())
    first = run()
    assert found(first) == [
        (K.EIA_PROBABLE, approval().number),
        (K.VOUCHER_UNAPPROVED, voucher.number),
    ]
    finding = first.findings.get(kind=K.EIA_PROBABLE)
    officer = factories.person("kunshan.officer")
    assert finding.voucher == voucher

    matches.say(approval=finding.approval, voucher=voucher, agrees=False, by=officer, on=DAY)
    assert found(run())[0] == (K.EIA_UNVOUCHERED, approval().number)

    matches.say(approval=finding.approval, voucher=voucher, agrees=True, by=officer, on=DAY)
    assert found(run()) == []
    other = desk.vouchered(desk.project({"NOX": "1"}, number=2), asks(("NOX", "320583", 2 * T)))
    with pytest.raises(NotProbable):
        matches.say(approval=finding.approval, voucher=other, agrees=True, by=officer, on=DAY)


def test_an_approval_recorded_at_the_desk_is_the_list_s(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    after.approve(
        application=voucher.application,
        version=1,
        number="苏环建[2026]83第1001号",
        approved_on=ON,
        increments={Pollutant.NOX: Grams(3 * T)},
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    listed(approval(amounts={Pollutant.NOX: Grams(3 * T)}, project="另一写法"))
    assert found(run()) == []

    listed(approval(amounts={Pollutant.NOX: Grams(4 * T)}))
    (differs,) = run().findings.all()
    assert (differs.kind, differs.facts["short"]) == (K.AMOUNTS_DIFFER, True)
    assert differs.facts["differ"] == {"NOX": {"approved": 4 * T, "covered": 3 * T}}


def test_an_approval_recorded_on_another_polluter_s_project_hides_none(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    after.approve(
        application=voucher.application,
        version=1,
        # A slip of the pen: it is the approval of the second polluter.
        number=approval(2).number,
        approved_on=ON,
        increments={},
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    listed(approval(2))
    assert (K.EIA_UNVOUCHERED, approval(2).number) in found(run())


def test_a_voucher_named_on_the_list_is_looked_at(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    listed(approval(voucher_number=voucher.number))
    assert found(run()) == []

    listed(approval(2, voucher_number=voucher.number))
    whys = Finding.objects.filter(round=run()).values_list("number", "facts__why")
    assert dict(whys) == {approval().number: "twice", approval(2).number: "anothers"}

    listed(approval(2, voucher_number="320583-2026-99999"))
    (unknown,) = run().findings.all()
    assert unknown.facts["why"] == "unknown"

    after.give_back(
        application=voucher.application,
        version=1,
        document="昆环函〔2026〕1号",
        reason="不建了",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    whys = run().findings.order_by("number").values_list("facts__why", flat=True)
    assert list(whys) == ["not_good", "unknown"]


def test_a_voucher_serves_its_own_project_and_no_second_one_of_its_polluter(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    other = replace(approval(), number="苏环建〔2026〕83第2001号", project="二期项目")
    listed(replace(other, voucher_number=voucher.number))
    # Until its own project is approved it may be a name that is written otherwise.
    assert found(run()) == []

    listed(approval())
    bad = run().findings.get(kind=K.EIA_BAD_VOUCHER)
    assert (bad.number, bad.facts["why"], bad.facts["elsewhere"]) == (
        other.number,
        "twice",
        approval().number,
    )


def test_an_exempt_project_on_record_needs_no_voucher(ready: None) -> None:
    desk.project(exempt_kind="TOWN_SEWAGE_WORKS", exempt_reason="环发〔2014〕197号")
    listed(approval())
    assert found(run()) == []


def test_a_filed_claim_of_the_closing_settles_it_and_a_draft_is_named(ready: None) -> None:
    closed = cancellation()
    listed(closed)
    content = factories.content(
        source_kind=SourceKind.CLOSURE, permit_changed_on=closed.cancelled_on
    )
    draft = factories.draft(content)
    (finding,) = run().findings.all()
    assert (finding.kind, finding.facts["draft"]) == (K.CLOSED_UNCLAIMED, draft.number)

    factories.claim_at("filed", factories.content(number=2, source_kind=SourceKind.CLOSURE))
    listed(cancellation(2))
    assert found(run()) == [(K.CLOSED_UNCLAIMED, closed.number)]


def test_a_permit_whose_amounts_fell_is_found_until_it_is_claimed(ready: None) -> None:
    of = factories.polluter(3)
    officer = factories.person("kunshan.officer")
    for day, grams in ((date(2025, 1, 1), 5 * T), (date(2026, 8, 31), 2 * T)):
        polluters.record_permit(
            polluter=of,
            number=f"{of.uscc}001P",
            changed_on=day,
            by=officer,
            on=ON,
            amounts={"NOX": grams},
        )
    (finding,) = run().findings.all()
    assert (finding.kind, finding.number) == (K.AMOUNTS_FELL, f"{of.uscc}001P/2")
    assert (finding.facts["amounts"], finding.due_on) == ({"NOX": 3 * T}, date(2026, 9, 30))
    # It may still be claimed, late, and is chased until it is.
    (later,) = run(Quarter(2027, 3), on=date(2027, 10, 10)).findings.all()
    assert (later.key, later.task) == (finding.key, finding.task)


def test_a_hold_that_lapses_before_the_next_dispatch_is_named(ready: None) -> None:
    held = desk.carry(
        desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), ApplicationStatus.HELD
    )
    # Held on 15 September for 180 days: after 10 January, before 10 April.
    assert found(run()) == []
    late = run(Quarter(2026, 4), on=date(2027, 1, 10))
    (finding,) = late.findings.all()
    assert (finding.kind, finding.application) == (K.HOLD_LAPSING, held)


def test_a_refused_claim_is_none(ready: None) -> None:
    claim = factories.claim_at(
        "screened",
        factories.content(
            source_kind=SourceKind.CLOSURE, permit_changed_on=cancellation().cancelled_on
        ),
    )
    for medium in sorted({line.medium for line in claim.lines.all()}):
        reviews.review(
            claim=claim,
            version=claim.version,
            verdicts={
                line.pollutant: Verdict(accept=False, reason="核算依据不足")
                for line in claim.lines.all()
                if line.medium == medium
            },
            by=factories.person(f"city.{medium}"),
            on=ON,
        )
    claim.refresh_from_db()
    assert claim.status == "refused"
    listed(cancellation())
    assert found(run()) == [(K.CLOSED_UNCLAIMED, cancellation().number)]


def test_a_polluter_is_known_by_the_code_that_it_bore_before(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    factories.claim_at(
        "filed",
        factories.content(
            number=2,
            source_kind=SourceKind.CLOSURE,
            permit_changed_on=cancellation(2).cancelled_on,
        ),
    )
    probable, named, gone = approval(), approval(3, voucher_number=voucher.number), cancellation(2)
    named = replace(named, uscc=probable.uscc, project="另一写法")
    officer = factories.person("kunshan.officer")
    for number, code in ((1, "91320583MAX0124621"), (2, "91320583MAX013705C")):
        of = factories.polluter(number)
        polluters.rename(polluter=of, name=of.name, uscc=code, by=officer, on=ON)
    listed(probable)
    listed(gone)
    made = run()
    assert found(made)[0] == (K.EIA_PROBABLE, probable.number)
    assert K.CLOSED_UNCLAIMED not in {kind for kind, _number in found(made)}
    finding = made.findings.get(kind=K.EIA_PROBABLE)
    assert (finding.uscc, finding.polluter_id) == (
        "91320583MAX0124621",
        voucher.application.project.polluter_id,
    )
    matches.say(approval=finding.approval, voucher=voucher, agrees=True, by=officer, on=DAY)
    assert found(run()) == []
    listed(named)
    # Its own polluter's voucher, though it serves the project that was agreed on already.
    bad = run().findings.get(kind=K.EIA_BAD_VOUCHER)
    assert (bad.facts["why"], bad.facts["elsewhere"]) == ("twice", probable.number)


def test_who_registers_after_the_list_came_in_is_its_polluter(ready: None) -> None:
    former, today = "91320583MAX0124621", "91320583MAX013705C"
    gone = replace(cancellation(2), uscc=former)
    approved = replace(approval(), uscc=former, project="年产2万吨示范材料项目")
    listed(gone)
    listed(approved)
    assert found(run()) == [
        (K.EIA_UNVOUCHERED, approved.number),
        (K.CLOSED_UNCLAIMED, gone.number),
    ]

    voucher = desk.vouchered(desk.project({"NOX": "1"}, number=2), asks(("NOX", "320583", 2 * T)))
    factories.claim_at(
        "filed",
        factories.content(
            number=2, source_kind=SourceKind.CLOSURE, permit_changed_on=gone.cancelled_on
        ),
    )
    of = factories.polluter(2)
    for code in (former, today):
        polluters.rename(
            polluter=of, name=of.name, uscc=code, by=factories.person("kunshan.officer"), on=ON
        )
    made = run()
    assert found(made) == [
        (K.EIA_PROBABLE, approved.number),
        (K.VOUCHER_UNAPPROVED, voucher.number),
    ]
    assert made.findings.get(kind=K.EIA_PROBABLE).uscc == today


def test_what_was_given_back_in_part_covers_nothing_any_more(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    listed(approval(voucher_number=voucher.number, amounts={Pollutant.NOX: Grams(4 * T)}))
    assert found(run()) == []
    after.give_back(
        application=voucher.application,
        version=1,
        amounts={Pollutant.NOX: Grams(3 * T)},
        document="昆环函〔2026〕1号",
        reason="规模缩减",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    (differs,) = run().findings.all()
    assert (differs.kind, differs.facts["short"]) == (K.AMOUNTS_DIFFER, True)
    assert differs.facts["differ"] == {"NOX": {"approved": 4 * T, "covered": 2_500_000}}


def test_many_vouchers_and_holds_ask_no_more_than_few(ready: None) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            dispatch_sources.gather(Q3, on=DAY)
        return len(queries)

    def one_more(number: int) -> None:
        mine = asks(("NOX", "320583", T))
        desk.vouchered(desk.project({"NOX": "0.5"}, number=number), mine)
        other = desk.project({"NOX": "0.5"}, number=number, name=f"另{number}")
        desk.carry(desk.drafted(other, mine), ApplicationStatus.HELD)

    one_more(1)
    few = asked()
    for number in (2, 3):
        one_more(number)
    assert asked() == few
