"""The stock's pages: what a list costs, who sees what, what an export says, what a part does."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, Evidence, Lot, Transfer
from reserve.services import claims, tasks
from reserve.vocabulary import AccountingMethod, ClaimStatus, SourceKind
from tests import factories
from tests.browsers import browser_of, queries

pytestmark = pytest.mark.django_db

MOST = 10
MANY = 30


def browser(username: str) -> Client:
    return browser_of(factories.person(username))


# ── What a list costs ──
def drafts(many: int) -> None:
    standing = Claim.objects.count()
    for number in range(standing + 1, many + 1):
        factories.draft(factories.content(number=number))


def admitted(many: int) -> None:
    """Admit claims of all eight pollutants, so that one claim gives many lots and entries."""
    standing = Transfer.objects.count()
    for number in range(standing + 1, (1 if many == 1 else 4) + 1):
        lines = [factories.line(code, "10") for code in Pollutant.values]
        factories.claim_at(ClaimStatus.ADMITTED, factories.content(*lines, number=number))


def polluters(many: int) -> None:
    for number in range(1, many + 1):
        factories.permit(factories.polluter(number))


def set_tasks(many: int) -> None:
    director = factories.person("city.office")
    for number in range(many):
        tasks.set_(
            place=factories.place("320583"),
            pollutant=Pollutant.values[number % 8],
            year=2023 + number // 8,
            grams=1_000_000,
            document="苏环办字〔2026〕15号",
            by=director,
            on=factories.ON,
        )


def places(many: int) -> None:
    factories.place("320583") if many == 1 else factories.all_places()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("reserve:claims", drafts),
        ("reserve:lots", admitted),
        ("reserve:transfers", admitted),
        ("reserve:tasks", set_tasks),
        ("polluters", polluters),
        ("permits", polluters),
        ("places", places),
        ("reserve:overview", admitted),
        ("/reserve/stock/320583/COD/?year=2026", admitted),
        ("/places/320583/", admitted),
        ("home", drafts),
        ("todo", drafts),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(name: str, make: Callable[[int], None]) -> None:
    factories.rule_book()
    who = browser("kunshan.officer" if make is drafts else "city.office")
    address = name if name.startswith("/") else reverse(name)
    make(1)
    who.get(address)
    one = queries(who, address)
    make(MANY)
    who.get(address)
    many = queries(who, address)
    assert len(many) <= len(one), "\n".join(many)
    # A page of one object tells many things, and home asks every floor what waits; constant both.
    assert len(many) <= (2 * MOST if name[0] == "/" or name == "home" else MOST), "\n".join(many)


# ── Who sees one object ──
@pytest.mark.parametrize("username", ["changshu.officer", "sip.park"])
def test_what_lies_elsewhere_is_not_there(username: str) -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    lot, transfer = Lot.objects.first(), Transfer.objects.get()
    assert lot is not None
    who = browser(username)
    for address in (
        reverse("reserve:claim", args=[claim.number]),
        reverse("reserve:lot", args=[lot.pk]),
        reverse("reserve:transfer", args=[transfer.pk]),
        reverse("reserve:stock", args=["320583", "NOX"]),
        reverse("polluter", args=[claim.polluter.uscc]),
        reverse("place", args=["320583"]),
        reverse("reserve:evidence", args=[Evidence.objects.filter(claim=claim)[0].pk]),
    ):
        assert who.get(address).status_code == 404, address
    assert claim.number not in who.get(reverse("reserve:claims")).content.decode()
    found = who.get(reverse("search"), {"q": claim.project})
    assert found.context["groups"] == []


# ── What an export says ──
def test_an_export_says_exactly_what_is_shown() -> None:
    factories.draft(factories.content(number=1))
    shown = factories.claim_at(ClaimStatus.FILED, factories.content(number=2))
    factories.claim_at(ClaimStatus.FILED, factories.content(number=3, project="=1+1"))
    who = browser("kunshan.officer")
    asked = {"status": "filed", "sort": "number"}
    page = who.get(reverse("reserve:claims"), asked)
    numbers = [row.number for row in page.context["rows"]]

    answer = who.get(reverse("reserve:claims"), asked | {"export": "csv"})
    body = b"".join(answer) if answer.streaming else answer.content
    text = body.decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == numbers
    assert numbers[0] == shown.number
    named = dict(zip(head, rows[0], strict=True))
    assert named["NOx"] == "10.000000"
    assert dict(zip(head, rows[1], strict=True))["项目名称"] != "=1+1"


# ── The form of a claim ──
@pytest.fixture
def draft() -> Claim:
    return factories.draft(on=timezone.localdate())


def typed(claim: Claim, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "polluter": claim.polluter_id,
        "permit": claim.permit_id,
        "project": claim.project,
        "source_kind": SourceKind.DEEP_TREATMENT.value,
        "destination": "reserve",
        "finished_on": str(today - timedelta(days=40)),
        "permit_changed_on": str(today - timedelta(days=10)),
        "monitorable": "on",
        "reportable": "on",
        "verifiable": "on",
        "method_1": AccountingMethod.FLUE_GAS.value,
        "in-1-flow": "80000",
        "in-1-hours": "7200",
        "in-1-before-NOX": "150",
        "in-1-after-NOX": "50",
    } | more


@pytest.mark.parametrize("part", ["results", "calculation", "permit"])
def test_a_part_of_the_form_is_answered_and_nothing_is_written(draft: Claim, part: str) -> None:
    who = browser("kunshan.officer")
    address = reverse("reserve:claim-edit", args=[draft.number])
    who.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = who.post(f"{address}?part={part}", typed(draft), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    written = [
        one["sql"]
        for one in seen.captured_queries
        if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []
    if part == "results":
        assert "57.600" in answer.content.decode()


def test_a_refusal_loses_nothing_that_was_typed(draft: Claim) -> None:
    who = browser("kunshan.officer")
    sent = typed(draft, finished_on="2020-12-31", binding_NOX="很多", prior_NOX="1.5", file="1")
    answer = who.post(reverse("reserve:claim-edit", args=[draft.number]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("2020-12-31", "很多", "1.5", "80000", "7200"):
        assert f'value="{kept}"' in page
    anchors = {anchor for anchor, _label, _text in answer.context["wrong"]}
    assert {"id_finished_on", "id_binding_NOX"} <= anchors
    assert Claim.objects.get(pk=draft.pk).status == ClaimStatus.DRAFT


def test_a_missing_number_is_told_at_its_field(draft: Claim) -> None:
    who = browser("kunshan.officer")
    sent = typed(draft, file="1") | {"in-1-after-NOX": ""}
    answer = who.post(reverse("reserve:claim-edit", args=[draft.number]), sent)
    assert answer.status_code == 422
    assert "id_in-1-after-NOX" in {anchor for anchor, _label, _text in answer.context["wrong"]}


def test_what_filing_asks_for_is_not_called_optional(draft: Claim) -> None:
    who = browser("kunshan.officer")
    address = reverse("reserve:claim-edit", args=[draft.number])
    sent = typed(draft, method_1=AccountingMethod.APPROVAL_DOCUMENT.value)
    assert who.post(f"{address}?part=autosave", sent).json()["saved_at"]
    page = who.get(address).content.decode()
    assert '<label for="id_document_1">核定文件文号</label>' in page


def test_repeated_rows_are_kept_in_their_places(draft: Claim) -> None:
    rows = {
        "method_1": AccountingMethod.VOCS_SUBSTITUTION.value,
        "in-1-used_before-VOCS-1": "12",
        "in-1-used_before-VOCS-3": "34",
    }
    who = browser("kunshan.officer")
    address = reverse("reserve:claim-edit", args=[draft.number])
    sent = typed(draft, **rows)
    assert who.post(f"{address}?part=autosave", sent).json()["saved_at"]
    form = who.get(address).context["form"]
    assert form["in-1-used_before-VOCS-1"].value() == "12"
    assert form["in-1-used_before-VOCS-2"].value() is None
    assert form["in-1-used_before-VOCS-3"].value() == "34"


def test_a_claim_filed_twice_is_filed_once(draft: Claim) -> None:
    who = browser("kunshan.officer")
    address = reverse("reserve:claim-edit", args=[draft.number])
    first = who.post(address, typed(draft, file="1"))
    again = who.post(address, typed(draft, file="1"))
    assert (first.status_code, again.status_code) == (303, 422)
    assert Claim.objects.get(pk=draft.pk).revisions.count() == 1


def test_a_draft_saved_by_another_is_not_overwritten(draft: Claim) -> None:
    who = browser("kunshan.officer")
    address = reverse("reserve:claim-edit", args=[draft.number])
    base = who.get(address).context["base"]
    claims.save(
        claim=draft,
        content=factories.content(remarks="同事所写"),
        by=factories.person("kunshan.officer"),
        on=timezone.localdate(),
        typed={"remarks": "同事所写"},
    )
    answer = who.post(address, typed(draft, remarks="我所写", base=base))
    assert answer.status_code == 412
    assert ("备注", "同事所写", "我所写") in answer.context["differences"]
    assert Claim.objects.get(pk=draft.pk).remarks == "同事所写"
    again = who.post(address, typed(draft, remarks="我所写", base=answer.context["base"]))
    assert again.status_code == 303
    assert Claim.objects.get(pk=draft.pk).remarks == "我所写"


def test_evidence_by_htmx_answers_its_part_and_refuses_by_name(draft: Claim) -> None:
    who = browser("kunshan.officer")
    address = reverse("reserve:evidence-add", args=[draft.number])
    htmx = {"HX-Request": "true"}
    wrong = SimpleUploadedFile("证明.exe", b"MZ", content_type="application/octet-stream")
    before = Evidence.objects.count()
    none = who.post(address, {"kind": "monitorable"}, headers=htmx)
    refused = who.post(address, {"kind": "monitorable", "files": wrong}, headers=htmx)
    assert (none.status_code, refused.status_code) == (422, 422)
    assert "没有选择文件" in none.content.decode()
    assert Evidence.objects.count() == before
