"""
What the walk over every address needs to know of those that have arguments or take a body.

An address without arguments needs no entry. One with arguments has a maker: it is given the code
of a place, makes an object that lies there (``factories`` has most of them), and returns the
arguments. ``placed=False`` says that the object lies in no place, so there is no outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitoring.models import (
    GateOpening,
    Judgement,
    Measure,
    MeasuredList,
    Monitor,
    PlaceWarning,
    ReadingBatch,
    Station,
    Suspension,
    Target,
    WarningTask,
)
from monitoring.services import measured, measured_lists, monitors, months
from monitoring.services.measured import Measured
from monitoring.vocabulary import BatchState
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import (
    Appointment,
    Client,
    Notice,
    Person,
    Polluter,
    RowEvent,
    RuleBookVersion,
    StoredFile,
)
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import audit, files
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import (
    Account,
    Claim,
    Correction,
    ImportBatch,
    Inspection,
    Lot,
    OpeningStock,
    Transfer,
)
from reserve.rules import postings
from reserve.services import corrections
from reserve.vocabulary import ClaimStatus
from tests import (
    desk_urls,
    desk_urls_dispatch,
    desk_urls_trades,
    desk_urls_voucher,
    factories,
    park_urls,
    stock,
    watch,
    watched,
)

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """How an address is filled in, and what an allowed look at it may answer beside 200."""

    make: Callable[[str], Arguments]
    placed: bool = True
    answers: frozenset[int] = frozenset()
    # A right that the view asks for besides its own, because of what the arguments name.
    besides: Permission | None = None
    query: Mapping[str, str] = field(default_factory=dict)


def _sign() -> None:
    audit.sign(by=Person.objects.get_system())


def somebody(code: str) -> Arguments:
    _sign()
    person, made = Person.objects.get_or_create(username="walked.over", defaults={"name": "王示范"})
    if made:
        person.set_unusable_password()
    return {"username": person.username}


def appointment(code: str) -> Arguments:
    somebody(code)
    _sign()
    found, _made = Appointment.objects.get_or_create(
        person=Person.objects.get(username="walked.over"),
        role="inspector",
        place=factories.place(code),
        defaults={"during": (date(2020, 1, 1), None)},
    )
    return {"pk": found.pk}


def client(code: str) -> Arguments:
    _sign()
    found = Client.objects.filter(place=factories.place(code)).first()
    if found is None:
        found, _token = Client.objects.create_key(
            name="walked over",
            place=factories.place(code),
            responsible=Person.objects.get_system(),
            scopes=["balances:read"],
        )
    return {"prefix": found.prefix}


def row_event(code: str) -> Arguments:
    somebody(code)
    return {"pk": RowEvent.objects.earliest("pk").pk}


def notice(code: str) -> Arguments:
    """Somebody else's notice: nobody may open it."""
    somebody(code)
    person = Person.objects.get(username="walked.over")
    return {"pk": Notice.objects.get_or_create(person=person, text="示范")[0].pk}


def draft_book(code: str) -> Arguments:
    factories.rule_book()
    _sign()
    found, _made = RuleBookVersion.objects.get_or_create(
        number="draft",
        defaults={
            "in_force": (date(2030, 1, 1), None),
            "content": RuleBook.default().to_document(),
            "drafted_by": Person.objects.get_system(),
        },
    )
    return {"number": found.number}


def place(code: str) -> Arguments:
    return {"code": factories.place(code).code}


def polluter(code: str) -> Arguments:
    number = {"320583": 1, "320583P01": 2, "320581": 3, "320500P01": 4}.get(code, 5)
    return {"uscc": factories.polluter(number, code).uscc}


def admission(code: str) -> int:
    """Bring 10 t of NOx into the reserve of the place and return the transfer's id."""
    where = postings.reserve(factories.place(code).pk)
    # Of a year in which no claim of the walk was finished, or it would have paid for that.
    old = date(2021, 1, 1)
    stock.admitted(f"walk/{code}", [(where, 10 * stock.T)], place=code, vintage=old)
    return Transfer.objects.get(key=f"claim/walk/{code}/NOX/admit").pk


def transfer(code: str) -> Arguments:
    return {"pk": admission(code)}


def account(code: str) -> Arguments:
    admission(code)
    return {"pk": Account.objects.get(kind="RESERVE", place=code, pollutant="NOX").pk}


def lot(code: str) -> Arguments:
    admission(code)
    return {"pk": Lot.objects.get(source__number=f"walk/{code}").pk}


DECLARERS = {
    "320583": "kunshan.officer",
    "320583P01": "kunshan.park",
    "320581": "changshu.officer",
    "320500P01": "sip.park",
}


def _claim_in(code: str) -> Claim:
    found = Claim.objects.filter(place=code, status=ClaimStatus.DRAFT).first()
    if found is not None:
        return found
    of = factories.content(polluter=Polluter.objects.get(uscc=polluter(code)["uscc"]))
    return factories.draft(of, by=DECLARERS[code])


def claim(code: str) -> Arguments:
    return {"number": _claim_in(code).number}


def withdrawal(code: str) -> Arguments:
    return claim(code) | {"verb": "withdraw"}


def evidence(code: str) -> Arguments:
    """A file of a claim, with bytes behind it, where the tests keep theirs."""
    found = _claim_in(code).evidence.first()
    assert found is not None
    _write(found.file)
    return {"pk": found.pk}


def _write(file: StoredFile) -> None:
    path = files.path_of(file.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7")


def batch(code: str) -> Arguments:
    """A list of claims that was sent in for the place and waits for consent."""
    found = ImportBatch.objects.filter(place=code).first()
    if found is None:
        _sign()
        found = ImportBatch.objects.create(
            kind="claims",
            file=factories.stored_file(f"{code}.xlsx"),
            place=factories.place(code),
            by=factories.person("kunshan.officer"),
            state=ImportBatch.State.PREVIEW,
        )
    _write(found.file)
    return {"pk": found.pk}


def admitted_claim(code: str) -> Arguments:
    found = Correction.objects.get(pk=correction(code)["pk"])
    return {"number": found.claim.number}


def correction(code: str) -> Arguments:
    """A correction that the general office proposed for an admitted claim."""
    found = Correction.objects.filter(claim__place=code).first()
    if found is None:
        screener = "changshu.screener" if code == "320581" else "kunshan.screener"
        number = {"320583": 11, "320583P01": 12, "320581": 13}[code]
        subject = factories.claim_at(
            ClaimStatus.ADMITTED,
            factories.content(number=number, code=code),
            office=factories.Office(officer=DECLARERS[code], screener=screener),
        )
        found = corrections.propose(
            claim=subject,
            pollutant="NOX",
            verified=9 * stock.T,
            reason="复核后核减",
            document="苏环办字〔2026〕7号",
            by=factories.person("city.office2"),
            on=factories.ON,
        )
    return {"pk": found.pk}


def review_of_air(code: str) -> Arguments:
    return {"number": _claim_in(code).number, "medium": "air"}


def inspection(code: str) -> Arguments:
    subject = _claim_in(code)
    _sign()
    found, _made = Inspection.objects.get_or_create(
        claim=subject,
        ordered_by=Person.objects.get_system(),
        ordered_on=factories.ON,
        reason="随机抽取",
    )
    return {"pk": found.pk}


def ledger(code: str) -> Arguments:
    return {
        "place": factories.place(code).code,
        "which": "reductions",
        "period": "2026Q3",
        "kind": "xlsx",
    }


def judged_month(code: str) -> PlaceWarning:
    """A month of the place that was judged, and warned of where it is the first."""
    place = factories.place(code)
    found = PlaceWarning.objects.filter(place=place).exclude(number="").first()
    if found is None:
        factories.rule_book()
        month = watched.SEPTEMBER
        watched.year(code, month, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
        run = months.judge(month=month, by=Person.objects.get_system(), on=watched.ON)
        found = PlaceWarning.objects.get(run=run, place=place)
    return found


def warning(code: str) -> Arguments:
    return {"pk": judged_month(code).pk}


def warning_task(code: str) -> Arguments:
    judged_month(code)
    return {"pk": WarningTask.objects.get(place=code).pk}


def measure(code: str) -> Arguments:
    task = WarningTask.objects.get(pk=warning_task(code)["pk"])
    found = task.measures.first()
    if found is None:
        file = factories.stored_file(f"{code}.pdf")
        _write(file)
        _sign()
        found = Measure.objects.create(
            task=task,
            text="错峰生产",
            person="王示范",
            date=watched.ON,
            file=file,
            by=Person.objects.get_system(),
        )
    return {"pk": found.pk}


def month_of_place(code: str) -> Arguments:
    return place(code) | {"month": "2026-09"}


def as_number(make: Callable[[str], Arguments]) -> Callable[[str], Arguments]:
    """Fill in an address of the API, which calls the argument ``number``."""
    return lambda code: {"number": make(code)["pk"]}


def opening(code: str) -> Arguments:
    _sign()
    found, _made = OpeningStock.objects.get_or_create(
        place=factories.place(code),
        defaults={
            "document": "示范",
            "effective_on": date(2026, 1, 1),
            "imported_by": Person.objects.get_system(),
            "imported_at": "2026-01-02T09:00:00+08:00",
        },
    )
    return {"pk": found.pk}


def reading_batch(code: str) -> Arguments:
    """A list of readings that was sent in for the place and waits for consent."""
    found = ReadingBatch.objects.filter(place=code).first()
    if found is None:
        _sign()
        found = ReadingBatch.objects.create(
            file=factories.stored_file(f"{code}.csv"),
            place=factories.place(code),
            by=factories.person("city.office"),
            state=BatchState.PREVIEW,
            counts={"rows": 1, "new": 1, "changed": 0, "unchanged": 0, "refused": 0},
        )
    assert found.file is not None
    _write(found.file)
    return {"pk": found.pk}


def list_of_another(code: str) -> Arguments:
    """A list that somebody else sent in: nobody but the sender may open it."""
    return {"pk": factories.stored_file("名录.xlsx").pk}


# ── The watch ──
def suspension(code: str) -> Arguments:
    found = Suspension.objects.filter(place=code, scope="purchase").first()
    return {"number": (found or watch.proposed(code, "purchase")).number}


def ordering(code: str) -> Arguments:
    return suspension(code) | {"verb": "order"}


def target(code: str) -> Arguments:
    found = Target.objects.filter(place=code).first()
    return {"pk": (found or watch.asked_target(code)).pk}


def year(code: str) -> Arguments:
    return {"code": factories.place(code).code, "year": 2025, "medium": "air"}


def judgement(code: str) -> Arguments:
    found = Judgement.objects.filter(place=code, medium="water").first()
    return {"pk": (found or watch.judgement(code=code, medium="water", confirmed=False)).pk}


def task_of_year(code: str) -> Arguments:
    return {"code": factories.place(code).code, "year": 2025, "pollutant": "NOX"}


def gate_opening(code: str) -> Arguments:
    found = GateOpening.objects.filter(place=code).first()
    if found is None:
        watch.improved(code=code)
        found = watch.opening(code=code)
    return {"pk": found.pk}


def station(code: str) -> Arguments:
    found = Station.objects.filter(place=code, kind="air").first()
    return {"code": (found or watch.station(code)).code}


def monitor(code: str) -> Arguments:
    found = Monitor.objects.filter(outlet__polluter__place=code).first()
    number = {"320583": 21, "320583P01": 22, "320581": 23}[code]
    return {"pk": (found or watch.monitor(code, number=number)).pk}


def check(code: str) -> Arguments:
    """A check of a monitor, with its report where the tests keep theirs."""
    subject = Monitor.objects.get(pk=monitor(code)["pk"])
    found = subject.checks.first()
    if found is None:
        found = monitors.record_check(
            monitor=subject,
            kind="quality",
            checked_on=factories.ON,
            passed=True,
            file=factories.stored_file("检查报告.pdf"),
            by=factories.person("city.inspector"),
            on=factories.ON,
        )
    _write(found.file)
    return {"pk": found.pk}


def measured_month(code: str) -> Arguments:
    """A month of a monitor at the place of which a figure stands."""
    polluter = factories.polluter({"320583": 24, "320583P01": 25, "320581": 26}[code], code)
    found = Monitor.objects.filter(outlet__polluter=polluter, kind="automatic").first()
    if found is None:
        found = watch.measuring(polluter, since=date(2026, 1, 1))
        row = Measured(monitor=found.pk, month=date(2026, 2, 1), amounts={Pollutant.NOX: Grams(1)})
        measured.record(rows=[row], by=factories.person("city.inspector"), on=factories.ON)
    return {"pk": found.pk, "year": 2026, "month": 2}


def measured_list(code: str) -> Arguments:
    """A list of measured amounts that was sent in at the place, and not taken in."""
    place = factories.place(code)
    found = MeasuredList.objects.filter(place=place).first()
    if found is None:
        found = measured_lists.receive(
            upload=watch.measured_list(),
            place=place,
            by=factories.person("city.inspector"),
            on=factories.ON,
        )
    return {"pk": found.pk}


def paper_of_trade(code: str) -> Arguments:
    """The seller's paper of a trade, where the tests keep theirs."""
    file, arguments = desk_urls_trades.paper(code)
    _write(file)
    return arguments


OTHERS_ONLY = frozenset({404})

ADDRESSES: dict[str, Address] = {
    "person": Address(somebody, placed=False),
    "person-correct": Address(somebody, placed=False),
    "person-deactivate": Address(somebody, placed=False),
    "person-reactivate": Address(somebody, placed=False),
    "person-unlock": Address(somebody, placed=False),
    "person-reset": Address(somebody, placed=False),
    "person-unbind": Address(somebody, placed=False),
    "appointment-end": Address(appointment),
    "deputy-end": Address(appointment),
    "client-revoke": Address(client),
    "audit-row": Address(row_event, placed=False),
    "notice-open": Address(notice, placed=False, answers=OTHERS_ONLY),
    "rulebook": Address(draft_book, placed=False),
    "rulebook-approve": Address(draft_book, placed=False),
    "law-article": Address(lambda code: {"number": "7"}, placed=False),
    "place": Address(place),
    "polluter": Address(polluter),
    "polluter-rename": Address(polluter),
    "polluter-confirm": Address(polluter),
    "permit-record": Address(polluter),
    "api-polluter": Address(polluter),
    "reserve:stock": Address(lambda code: {"place": place(code)["code"], "pollutant": "NOX"}),
    "reserve:account": Address(account),
    "reserve:transfer": Address(transfer),
    "reserve:receipt": Address(transfer, answers=OTHERS_ONLY),  # not sealed yet
    "reserve:lot": Address(lot),
    "reserve:buy-in": Address(polluter),
    "reserve:claim": Address(claim),
    "reserve:claim-edit": Address(claim),
    "reserve:claim-act": Address(withdrawal, besides=Permission.DECLARE_CLAIM),
    "reserve:claims-act": Address(
        lambda code: {"verb": "screen"},
        placed=False,
        answers=frozenset({303}),
        besides=Permission.SCREEN_CLAIM,
    ),
    "reserve:evidence-add": Address(claim),
    "reserve:evidence": Address(evidence),
    "reserve:evidence-remove": Address(evidence),
    "reserve:correction": Address(correction),
    "reserve:correction-reject": Address(correction, besides=Permission.APPROVE_CORRECTION),
    "polluter-list": Address(list_of_another, placed=False, answers=OTHERS_ONLY),
    "polluter-list-take": Address(list_of_another, placed=False, answers=OTHERS_ONLY),
    "polluter-list-progress": Address(list_of_another, placed=False, answers=OTHERS_ONLY),
    "polluter-list-resume": Address(list_of_another, placed=False, answers=OTHERS_ONLY),
    "polluter-list-marked": Address(list_of_another, placed=False, answers=OTHERS_ONLY),
    "reserve:opening": Address(opening),
    "reserve:opening-approve": Address(opening),
    "reserve:opening-close": Address(opening),
    "reserve:import": Address(batch),
    "reserve:import-progress": Address(batch, answers=frozenset({286, 303})),
    "reserve:import-file": Address(lambda code: batch(code) | {"which": "list"}),
    "reserve:import-accept": Address(batch),
    "reserve:import-file-claims": Address(batch),
    "reserve:import-discard": Address(batch),
    "reserve:import-resume": Address(batch),
    "monitoring:import-template": Address(
        lambda code: {"which": "air-hours", "ending": "csv"}, placed=False
    ),
    "monitoring:import": Address(reading_batch),
    "monitoring:import-progress": Address(reading_batch),
    "monitoring:import-file": Address(lambda code: reading_batch(code) | {"which": "list"}),
    "monitoring:import-accept": Address(reading_batch),
    "monitoring:import-discard": Address(reading_batch),
    "monitoring:import-resume": Address(reading_batch),
    "monitoring:warning": Address(warning),
    "monitoring:warning-notice": Address(warning),
    "monitoring:measure-record": Address(warning),
    "monitoring:warning-task-close": Address(warning_task),
    "monitoring:measure-file": Address(measure),
    "monitoring:place": Address(place),
    "monitoring:place-month": Address(month_of_place),
    "api-claim": Address(admitted_claim),
    "reserve:claim-form-pdf": Address(claim),
    "reserve:claim-review-pdf": Address(review_of_air),
    "reserve:claim-bundle-zip": Address(claim),
    "reserve:inspection-pdf": Address(inspection),
    # Without a choice of claims there is no paper.
    "reserve:claim-summary-pdf": Address(lambda code: {}, placed=False, answers=OTHERS_ONLY),
    "reserve:joint-minutes-pdf": Address(lambda code: {}, placed=False, answers=OTHERS_ONLY),
    "reserve:ledger-file": Address(ledger),
    "allocation:project": Address(desk_urls.project),
    "allocation:project-edit": Address(desk_urls.project),
    "allocation:project-approve": Address(desk_urls.project),
    "allocation:project-file": Address(desk_urls.proved),
    "allocation:application": Address(desk_urls.application),
    "allocation:application-new": Address(desk_urls.project),
    "allocation:application-edit": Address(desk_urls.application),
    "allocation:application-supplement": Address(desk_urls.application),
    "allocation:application-act": Address(
        desk_urls.withdrawal, besides=Permission.FILE_APPLICATION
    ),
    "allocation:dispatch": Address(desk_urls_dispatch.round_of, placed=False),
    "allocation:dispatch-confirm": Address(desk_urls_dispatch.round_of, placed=False),
    "allocation:dispatch-pdf": Address(desk_urls_dispatch.round_of, placed=False),
    "allocation:dispatch-workbook": Address(desk_urls_dispatch.round_of, placed=False),
    "allocation:dispatch-settle": Address(desk_urls_dispatch.task),
    "allocation:dispatch-reopen": Address(desk_urls_dispatch.task),
    "allocation:dispatch-match": Address(desk_urls_dispatch.one),
    "allocation:dispatch-list-template": Address(lambda code: {"kind": "eia"}, placed=False),
    "allocation:dispatch-list": Address(desk_urls_dispatch.brought),
    "allocation:dispatch-list-progress": Address(desk_urls_dispatch.brought),
    "allocation:dispatch-list-take": Address(desk_urls_dispatch.brought),
    "allocation:dispatch-list-resume": Address(desk_urls_dispatch.brought),
    "allocation:dispatch-list-marked": Address(desk_urls_dispatch.brought),
    "allocation:queue": Address(place),
    "allocation:trade": Address(desk_urls_trades.trade),
    "allocation:trade-file": Address(paper_of_trade),
    "allocation:trade-act": Address(desk_urls_trades.withdrawing, besides=Permission.RECORD_TRADE),
    "monitoring:target-approve": Address(target),
    "monitoring:target-reject": Address(target),
    "monitoring:suspension": Address(suspension),
    "monitoring:suspension-act": Address(ordering, besides=Permission.ORDER_SUSPENSION),
    "monitoring:judgement": Address(year),
    "monitoring:judgement-propose": Address(year),
    "monitoring:judgement-confirm": Address(judgement),
    "monitoring:judgement-reject": Address(judgement),
    "monitoring:task-result": Address(task_of_year),
    "monitoring:gate": Address(place),
    "monitoring:gate-open": Address(place),
    "monitoring:opening-close": Address(gate_opening),
    "monitoring:outstanding-close": Address(desk_urls_trades.outstanding_park),
    "monitoring:station": Address(station),
    "monitoring:station-edit": Address(station),
    "monitoring:station-retire": Address(station),
    "monitoring:monitor": Address(monitor),
    "monitoring:monitor-dates": Address(monitor),
    "monitoring:check-new": Address(monitor),
    "monitoring:check-report": Address(check),
    "monitoring:measured-withdraw": Address(measured_month),
    "monitoring:measured-template": Address(lambda code: {"year": 2025}, placed=False),
    "monitoring:measured-list": Address(measured_list),
    "monitoring:measured-list-progress": Address(measured_list),
    "monitoring:measured-list-take": Address(measured_list),
    "monitoring:measured-list-resume": Address(measured_list),
    "monitoring:measured-list-marked": Address(measured_list),
    "api-gates": Address(
        lambda code: {}, placed=False, answers=frozenset({404}), query={"place": "320583"}
    ),
    "parks:park": Address(park_urls.park),
    "parks:park-record": Address(park_urls.park),
    "parks:members": Address(park_urls.park),
    "parks:member-add": Address(park_urls.park),
    "parks:works-add": Address(park_urls.park),
    "parks:works-end": Address(park_urls.works),
    "parks:member-leave": Address(park_urls.member),
    "parks:year": Address(park_urls.year),
    "parks:year-version": Address(park_urls.version),
    "parks:open": Address(park_urls.year),
    "parks:step": Address(park_urls.step, besides=Permission.KEEP_PARK_YEAR),
    "parks:target-sheet": Address(park_urls.rewarded),
    "parks:reward-notice": Address(park_urls.rewarded),
    "parks:totals": Address(park_urls.drafted),
    "parks:totals-begin": Address(park_urls.blank),
    "parks:totals-add": Address(park_urls.drafted),
    "parks:totals-rows": Address(park_urls.drafted),
    "parks:totals-save": Address(park_urls.drafted),
    "parks:totals-template": Address(park_urls.drafted),
    "parks:totals-act": Address(park_urls.handed, besides=Permission.FILL_TOTALS),
    "parks:totals-list": Address(park_urls.brought),
    "parks:totals-list-progress": Address(park_urls.brought),
    "parks:totals-list-take": Address(park_urls.brought),
    "parks:totals-list-resume": Address(park_urls.brought),
    "parks:totals-list-marked": Address(park_urls.brought),
    "api-queue": Address(
        lambda code: {}, placed=False, answers=frozenset({404}), query={"place": "320583"}
    ),
    "api-project": Address(desk_urls.project),
    "api-application": Address(desk_urls.application),
    **{f"api-application-{act}": Address(desk_urls.application) for act in desk_urls.API_ACTS},
    **{f"api-trade-{act}": Address(desk_urls_trades.trade) for act in desk_urls_trades.API_ACTS},
    "api-voucher": Address(desk_urls_voucher.voucher),
    "api-trade": Address(desk_urls_trades.trade),
    "api-statement": Address(as_number(account)),
    "api-transfer": Address(as_number(transfer)),
    "api-lot-tree": Address(as_number(lot)),
    "allocation:voucher": Address(desk_urls_voucher.voucher),
    "allocation:voucher-pdf": Address(desk_urls_voucher.voucher),
}
"""By the full name of the address; every floor adds its own below."""
