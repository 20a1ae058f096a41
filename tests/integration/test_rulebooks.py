"""Rule books: drafted by one, approved by another, ruling from their day on, written by a form."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from quota_registry.kernel.models import AuditEvent, Person, RuleBookVersion
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.web.rulebooks import DraftForm
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 15)
TENTH = RuleBook.default().with_changes(province_share=Decimal("0.1"))
# A kind that the registry has no word for stays in the book as long as nobody takes it out.
FOREIGN = RuleBook.default().with_changes(exempt_kinds=("WASTE_PLANT", "LAUNDRY"))


@pytest.fixture
def office() -> Person:
    factories.rule_book()
    return factories.person("city.office")


@pytest.fixture
def director() -> Person:
    return factories.person("city.director")


def draft(office: Person, number: str = "2027-01", starts: date = date(2027, 1, 1)):
    return rulebooks.draft(
        number=number, book=TENTH, starts=starts, document="苏环办字〔2026〕9号", by=office, on=ON
    )


def ruling(on: date) -> str:
    return rulebooks.version_in_force(on).number


def test_a_draft_rules_nothing_until_another_approves_it(office: Person, director: Person) -> None:
    version = draft(office)
    assert ruling(date(2027, 1, 1)) == "默认"

    rulebooks.approve(version=version, by=director, on=ON)
    assert [ruling(date(2026, 12, 31)), ruling(date(2027, 1, 1))] == ["默认", "2027-01"]
    assert rulebooks.in_force(date(2027, 1, 1)).province_share == Decimal("0.1")
    assert AuditEvent.objects.get(verb="rulebook.approved").person == director


def test_one_that_is_put_between_two_ends_where_the_later_begins(
    office: Person, director: Person
) -> None:
    rulebooks.approve(version=draft(office), by=director, on=ON)
    between = draft(office, "2026-10", date(2026, 10, 1))
    rulebooks.approve(version=between, by=director, on=ON)
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [ruling(day) for day in days] == ["默认", "2026-10", "2026-10", "2027-01"]


def test_who_drafts_does_not_approve(office: Person) -> None:
    version = draft(office)
    with pytest.raises(NotPermitted):
        rulebooks.approve(version=version, by=office, on=ON)


def test_a_rule_book_does_not_begin_in_the_past(office: Person, director: Person) -> None:
    with pytest.raises(rulebooks.BeginsInThePast):
        draft(office, starts=date(2026, 9, 14))
    version = draft(office, starts=ON)
    with pytest.raises(rulebooks.BeginsInThePast):
        rulebooks.approve(version=version, by=director, on=ON + timedelta(days=1))


def test_a_rule_book_is_approved_once_and_numbered_once(office: Person, director: Person) -> None:
    version = draft(office)
    with pytest.raises(rulebooks.NumberTaken):
        draft(office)
    rulebooks.approve(version=version, by=director, on=ON)
    with pytest.raises(rulebooks.ApprovedAlready):
        rulebooks.approve(version=version, by=director, on=ON)


# ── The form: what is shown comes back as the same book ──
def typed(book: RuleBook) -> dict[str, object]:
    form = DraftForm(book=book)
    data: dict[str, object] = {
        name: field.initial for name, field in form.fields.items() if field.initial is not None
    }
    return data | {"number": "x", "starts": "2027-01-01", "document": "苏环办字〔2026〕9号"}


@pytest.mark.parametrize(
    "book", [RuleBook.default(), TENTH, FOREIGN], ids=["default", "a tenth", "a foreign code"]
)
def test_a_book_that_nobody_changes_comes_back_as_it_was(book: RuleBook) -> None:
    form = DraftForm(data=typed(book), book=book)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["book"] == book


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("strategic_kinds", ["NEW", "ANCIENT"]),
        ("park_judgement_due", "13-45"),
        ("pilot_list", "320583/GOLD"),
        ("dispatch_days", "one, two"),
        ("hold_days", "-1"),
        ("gate_table_0_own", "ajar"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(name: str, value: str | list[str]) -> None:
    form = DraftForm(data=typed(RuleBook.default()) | {name: value}, book=RuleBook.default())
    assert not form.is_valid()
    assert name in form.errors


def test_parameters_that_contradict_each_other_are_refused() -> None:
    data = typed(RuleBook.default()) | {"province_share": "1.5"}
    form = DraftForm(data=data, book=RuleBook.default())
    assert not form.is_valid()
    assert form.non_field_errors()


def test_the_way_through_the_pages(office: Person, director: Person) -> None:
    today = timezone.localdate()
    data = typed(RuleBook.default()) | {
        "number": "新版",
        "starts": str(today + timedelta(days=1)),
        "province_share": "0.05",
        "pilot_list": "320583/NOX",
    }
    sent = browser_of(office).post("/rules/new/", data)
    assert sent.status_code == 303

    version = RuleBookVersion.objects.get(number="新版")
    page = browser_of(director).get(sent["Location"]).content.decode()
    assert "<del>0</del>" in page
    assert "<ins>0.05</ins>" in page
    assert "320583 NOx" in page

    refused = browser_of(office).post(f"/rules/{version.number}/approve/")
    assert refused.status_code == 403
    approved = browser_of(director).post(f"/rules/{version.number}/approve/")
    assert approved.status_code == 303
    assert ruling(today + timedelta(days=1)) == "新版"
