"""The quarter's lists go in as they stand: once, corrected by number, unknown polluters kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allocation.models import DispatchList, EiaApproval, PermitCancellation
from allocation.refusals import ListTaken, QuarterNotBegun
from allocation.services import dispatch_list_work, dispatch_lists
from allocation.vocabulary import CancelReason, ListKind, ProjectKind
from quota_registry.kernel.models import RowEvent
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.vocabulary import Pollutant
from tests import dispatched, factories
from tests.dispatched import DAY, Q3, approval, cancellation, listed

pytestmark = pytest.mark.django_db


def test_the_bureau_s_lists_go_in_whole_and_once() -> None:
    dispatched.bureau_places()
    for kind, model, rows in (
        (ListKind.EIA, EiaApproval, 90),
        (ListKind.CANCELLED, PermitCancellation, 40),
    ):
        first = dispatched.take(dispatched.brought(kind))
        assert first.counts == {"new": rows, "corrected": 0, "unchanged": 0, "unknown": rows}
        before = RowEvent.objects.filter(table=model._meta.db_table).count()

        again = dispatched.take(dispatched.brought(kind))
        assert again.counts == {"new": 0, "corrected": 0, "unchanged": rows, "unknown": rows}
        assert model.objects.count() == rows
        assert RowEvent.objects.filter(table=model._meta.db_table).count() == before

    assert not EiaApproval.objects.exclude(voucher_number="").exists()
    rebuilt = EiaApproval.objects.filter(kind_word="技改")
    assert set(rebuilt.values_list("kind", flat=True)) == {ProjectKind.REBUILT}
    closures = [CancelReason.CLOSED, CancelReason.BANKRUPT]
    assert PermitCancellation.objects.filter(reason__in=closures).count() == 26
    first_row = EiaApproval.objects.get(number="苏环建〔2026〕07第1001号")
    assert (first_row.row, first_row.place_id, first_row.amounts["COD"]) == (5, "320507", 1_425_900)


def test_a_corrected_row_replaces_by_number_and_history_keeps_the_old_one() -> None:
    listed(approval())
    taken = listed(approval(amounts={Pollutant.NOX: 2_000_000}))

    assert (taken.new, len(taken.corrected)) == (0, 1)
    row = EiaApproval.objects.get()
    assert row.amounts == {"NOX": 2_000_000}
    assert row.list == DispatchList.objects.order_by("id").last()
    event = RowEvent.objects.get(table="allocation_eiaapproval", verb="update")
    assert event.before["amounts"] == {"NOX": 1_000_000}


def test_a_polluter_is_known_by_its_code_and_else_kept_as_written() -> None:
    known = approval()
    unknown = replace(known, number="苏环建〔2026〕83第9号", uscc="91320583MAX0124621")
    taken = listed(known, replace(unknown, name="昆山示范泰瑞污水处理1246有限公司"))
    assert taken.unknown == 1
    row = EiaApproval.objects.with_code().get(number="苏环建〔2026〕83第9号")
    assert row.name == "昆山示范泰瑞污水处理1246有限公司"
    assert row.code == row.uscc == "91320583MAX0124621"


def test_a_county_s_officer_takes_in_the_rows_of_the_county_alone() -> None:
    dispatched.bureau_places()
    officer = factories.person("kunshan.officer")
    brought = dispatch_lists.receive(
        upload=dispatched.upload(ListKind.EIA),
        kind=ListKind.EIA,
        quarter=Q3,
        place=factories.place("320583"),
        by=officer,
        on=DAY,
    )
    found = dispatch_lists.read(brought=brought, by=officer, on=DAY)
    dispatch_lists.take_in(brought=brought, found=found, by=officer, on=DAY)
    assert set(EiaApproval.objects.values_list("place", flat=True)) == {"320583"}
    wrong = {one.code for one in found.findings}
    assert wrong == {"outside_your_places"}


def test_a_list_is_taken_in_once_and_tried_out_without_a_trace() -> None:
    dispatched.bureau_places()
    office = factories.person("city.office")
    brought = dispatched.brought(ListKind.CANCELLED)
    found = dispatch_lists.read(brought=brought, by=office, on=DAY)

    tried = dispatch_lists.try_out(brought=brought, found=found, by=office, on=DAY)
    assert (tried.new, PermitCancellation.objects.count()) == (40, 0)
    dispatched.take(brought)
    with pytest.raises(ListTaken) as refused:
        dispatched.take(brought)
    assert refused.value.clause is not None


def test_who_may_not_import_is_refused() -> None:
    factories.all_places()
    for name, why in (("kunshan.screener", OutOfReach), ("city.water", NotPermitted)):
        with pytest.raises(why):
            dispatched.brought(ListKind.EIA, by=factories.person(name))
    assert not DispatchList.objects.exists()


def test_nothing_is_listed_of_a_quarter_that_lies_ahead() -> None:
    factories.all_places()
    with pytest.raises(QuarterNotBegun) as refused:
        listed(approval(), quarter=Quarter(2027, 1))
    assert refused.value.clause is not None
    listed(cancellation(cancelled_on=date(2026, 10, 1)), quarter=Quarter(2026, 4))


def test_a_row_on_record_elsewhere_is_not_corrected_from_here() -> None:
    factories.all_places()
    listed(approval(2, code="320581"))
    theirs = approval(2, code="320581")
    before = EiaApproval.objects.values().get()
    office, officer = factories.person("city.office"), factories.person("kunshan.officer")
    content = "\n".join(
        (
            "审批文号,审批日期,建设单位,统一社会信用代码,项目名称,性质,所在地,总量凭证编号",
            f"{theirs.number},2026-08-09,{theirs.name},{theirs.uscc},另一项目,新建,昆山市,",
            f"{approval().number},2026-08-09,{approval().name},{approval().uscc},项目,新建,昆山市,",
        )
    )
    brought = dispatch_lists.receive(
        upload=SimpleUploadedFile("清单.csv", content.encode("utf-8-sig")),
        kind=ListKind.EIA,
        quarter=Q3,
        place=factories.place("320583"),
        by=officer,
        on=DAY,
    )
    dispatch_list_work.WORK.read(brought=brought, by=officer, on=DAY)
    job = dispatch_list_work.WORK.job_of(brought)
    assert job is not None
    assert (job.result["new"], job.result["corrected"], job.result["wrong"]) == (1, 0, 1)
    doubtful = {one["key"]: one for one in job.result["doubtful"]}[theirs.number]
    assert doubtful["corrects"] is False
    assert "stands_elsewhere" in {one["code"] for one in doubtful["findings"]}

    # Read when the row was nobody's, it is looked at again when it goes in.
    found = dispatch_lists.read(brought=brought, by=office, on=DAY)
    assert len(found.good) == 2
    taken = dispatch_lists.take_in(brought=brought, found=found, by=officer, on=DAY)
    assert (taken.new, taken.corrected) == (1, ())
    assert [row.key for row in found.rows if not row.is_good] == [theirs.number]
    assert EiaApproval.objects.filter(number=theirs.number).values().get() == before
    assert not RowEvent.objects.filter(table="allocation_eiaapproval", verb="update").exists()
    brought.refresh_from_db()
    assert (brought.counts["new"], brought.counts["wrong"]) == (1, 1)


def test_what_a_later_list_states_again_stays_in_the_quarter_that_listed_it_first() -> None:
    factories.all_places()
    listed(approval())
    same = listed(approval(), quarter=Quarter(2026, 4))
    assert (same.unchanged, same.corrected) == (1, ())
    listed(approval(amounts={Pollutant.NOX: 7}), quarter=Quarter(2026, 4))
    row = EiaApproval.objects.get()
    assert (row.quarter, row.amounts) == (Q3.period.start, {"NOX": 7})
    listed(approval(amounts={Pollutant.NOX: 8}), quarter=Quarter(2026, 2))
    row.refresh_from_db()
    assert row.quarter == date(2026, 4, 1)


def test_the_worker_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatched.bureau_places()
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "quota_registry.kernel.services.jobs.report",
        lambda *, job, done, total: told.append((done, total)),
    )
    office = factories.person("city.office")
    brought = dispatched.brought(ListKind.EIA)
    dispatch_list_work.WORK.read(brought=brought, by=office, on=DAY)
    assert told == [(0, 90), (50, 90)]
    dispatch_list_work.WORK.take(brought=brought, by=office, on=DAY)
    assert told == [(0, 90), (50, 90)] * 2
