"""People, appointments, deputies and programs: who may make whom what, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from quota_registry.kernel.models import Appointment, AuditEvent, Notice, Person, RowEvent
from quota_registry.kernel.models import Client as Program
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.services import access, appointments, audit, clients, people
from quota_registry.kernel.vocabulary import Role
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 15)


@pytest.fixture
def keeper() -> Person:
    return factories.person("sys.admin")


@pytest.fixture
def guard() -> Person:
    return factories.person("sec.admin")


@pytest.fixture
def li(keeper: Person) -> Person:
    made, _password = people.create(username="li", name="李示范", by=keeper, on=ON)
    return made


def appoint(guard: Person, person: Person, role: str, code: str = "320583", **more: object):
    facts = {"first_day": ON, "last_day": None, "document": "苏环人〔2026〕12号"} | more
    return appointments.appoint(
        person=person, role=role, place=factories.place(code), by=guard, on=ON, **facts
    )


# ── Accounts ──
def test_a_new_account_gets_a_password_once_and_must_change_it(keeper: Person) -> None:
    person, password = people.create(username="li", name="李示范", by=keeper, on=ON)
    assert person.check_password(password)
    assert person.must_change_password
    assert len(password) == 16

    entered = Client()
    entered.post("/sign-in/", {"username": "li", "password": password})
    sent = entered.get("/account/")
    assert (sent.status_code, sent["Location"]) == (302, "/account/password/?next=%2Faccount%2F")

    new = "along-the-grand-canal"
    changed = entered.post(
        "/account/password/",
        {"old_password": password, "new_password1": new, "new_password2": new},
    )
    assert changed.status_code == 303
    assert entered.get("/account/").status_code == 200


def test_the_history_of_a_person_holds_no_secret(li: Person) -> None:
    event = RowEvent.objects.filter(table="kernel_person", key=str(li.pk)).latest("pk")
    assert event.after["username"] == "li"
    assert not {"password", "session_key", "last_login"} & event.after.keys()


@pytest.mark.parametrize("taken", ["li", "LI"])
def test_two_people_cannot_sign_in_by_one_name(keeper: Person, li: Person, taken: str) -> None:
    with pytest.raises(people.NameTaken):
        people.create(username=taken, name="另一人", by=keeper, on=ON)


@pytest.mark.parametrize("password", ["short-1", "12345678901", "password123", "li-示范-li"])
def test_a_weak_password_is_refused(li: Person, password: str) -> None:
    li.set_password("old-one-for-now")
    Person.objects.filter(pk=li.pk).update(password=li.password)
    browser = browser_of(li)
    answer = browser.post(
        "/account/password/",
        {
            "old_password": "old-one-for-now",
            "new_password1": password,
            "new_password2": password,
        },
    )
    assert answer.status_code == 422
    assert Person.objects.get(pk=li.pk).check_password("old-one-for-now")


def test_a_closed_account_is_out_at_once(keeper: Person, li: Person) -> None:
    browser = browser_of(li)
    people.deactivate(person=li, by=keeper, on=ON)
    assert browser.get("/account/").status_code == 302


def test_nobody_closes_or_resets_the_own_account(keeper: Person) -> None:
    for act in (people.deactivate, people.reset_password):
        with pytest.raises(people.OwnAccount):
            act(person=keeper, by=keeper, on=ON)


def test_nobody_unbinds_the_own_authenticator(guard: Person) -> None:
    with pytest.raises(people.OwnAccount):
        people.remove_second_factor(person=guard, by=guard, on=ON)


def bound(person: Person) -> bool:
    return TOTPDevice.objects.filter(user=person, confirmed=True).exists()


@pytest.mark.parametrize("username", ["sys.admin", "city.auditor", "city.director"])
def test_only_the_security_administrator_unbinds_an_authenticator(
    li: Person, username: str
) -> None:
    TOTPDevice.objects.create(user=li, confirmed=True)
    with pytest.raises(NotPermitted):
        people.remove_second_factor(person=li, by=factories.person(username), on=ON)
    browser = browser_of(factories.person(username))
    assert browser.post("/people/li/unbind/").status_code == 403
    assert bound(li)


def test_who_unbinds_authenticators_gives_no_passwords(guard: Person, li: Person) -> None:
    before = Person.objects.get(pk=li.pk).password
    with pytest.raises(NotPermitted):
        people.reset_password(person=li, by=guard, on=ON)
    assert Person.objects.get(pk=li.pk).password == before


def test_who_was_both_administrators_does_not_do_both_to_one_person(
    keeper: Person, guard: Person, li: Person
) -> None:
    """One was the keeper until August and is the guard since: in each office, half of it."""
    wang, _password = people.create(username="wang", name="王示范", by=keeper, on=ON)
    both = factories.person("city.auditor")
    own = Appointment.objects.get(person=both)
    appointments.end(appointment=own, last_day=date(2026, 7, 31), by=guard, on=date(2026, 7, 1))
    kept, guarded = date(2026, 8, 1), date(2026, 9, 1)
    last = {"last_day": date(2026, 8, 31)}
    appoint(guard, both, KEEPER, "320500", first_day=kept, **last)
    appoint(guard, both, GUARD, "320500", first_day=guarded, last_day=date(2026, 9, 30))
    appoint(guard, both, KEEPER, "320500", first_day=date(2026, 10, 1))
    for person in (li, wang):
        TOTPDevice.objects.create(user=person, confirmed=True)

    people.reset_password(person=li, by=Person.objects.get(pk=both.pk), on=kept)
    with pytest.raises(people.BothKeys):
        people.remove_second_factor(person=li, by=Person.objects.get(pk=both.pk), on=guarded)
    assert bound(li)

    people.remove_second_factor(person=wang, by=Person.objects.get(pk=both.pk), on=guarded)
    with pytest.raises(people.BothKeys):
        people.reset_password(person=wang, by=Person.objects.get(pk=both.pk), on=date(2026, 10, 1))
    assert not bound(wang)


def test_who_answers_for_a_program_is_not_closed(keeper: Person, li: Person) -> None:
    client, _token = clients.issue(
        name="大数据平台", place=factories.place("320583"), responsible=li, by=keeper, on=ON
    )
    with pytest.raises(people.StillAnswers) as refusal:
        people.deactivate(person=li, by=keeper, on=ON)
    assert "大数据平台" in str(refusal.value)

    clients.revoke(client=client, by=keeper, on=ON)
    assert not people.deactivate(person=li, by=keeper, on=ON).is_active


@pytest.mark.parametrize("username", ["sec.admin", "city.director", "kunshan.head"])
def test_only_the_system_administrator_keeps_accounts(username: str) -> None:
    with pytest.raises(NotPermitted):
        people.create(username="li", name="李示范", by=factories.person(username), on=ON)
    assert not Person.objects.filter(username="li").exists()


# ── Appointments ──
def test_an_appointment_gives_its_rights_from_its_first_to_its_last_day(
    guard: Person, li: Person
) -> None:
    appoint(guard, li, Role.COUNTY_OFFICER, last_day=date(2026, 9, 30))

    def declares(day: date) -> bool:
        fresh = Person.objects.get(pk=li.pk)
        return access.holds(fresh, Permission.DECLARE_CLAIM, on=day)

    days = [date(2026, 9, 14), ON, date(2026, 9, 30), date(2026, 10, 1)]
    assert [declares(day) for day in days] == [False, True, True, False]
    assert Notice.objects.get(person=li).text == "您已被任命为 昆山市 县级经办人"
    assert AuditEvent.objects.get(verb="appointment.made").facts == {
        "role": "county_officer",
        "place": "320583",
        "document": "苏环人〔2026〕12号",
    }


def test_nobody_appoints_himself(guard: Person) -> None:
    with pytest.raises(appointments.OwnAppointment):
        appoint(guard, guard, Role.AUDITOR, "320500")


def test_nobody_ends_the_own_appointment(guard: Person) -> None:
    own = Appointment.objects.get(person=guard)
    with pytest.raises(appointments.OwnAppointment):
        appointments.end(appointment=own, last_day=ON, by=guard, on=ON)


KEEPER, GUARD = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (KEEPER, Role.COUNTY_OFFICER),
        (Role.COUNTY_OFFICER, KEEPER),
        (GUARD, Role.DIRECTOR),
        (Role.DIRECTOR, GUARD),
        (KEEPER, GUARD),
        (GUARD, KEEPER),
        (KEEPER, Role.AUDITOR),
    ],
)
def test_who_keeps_the_house_touches_no_quota(
    guard: Person, li: Person, first: Role, second: Role
) -> None:
    def where(role: Role) -> str:
        return "320583" if role == Role.COUNTY_OFFICER else "320500"

    appoint(guard, li, first, where(first))
    with pytest.raises(appointments.MixedRoles):
        appoint(guard, li, second, where(second))
    assert [item.role for item in Appointment.objects.filter(person=li)] == [first]

    audit.sign(by=guard)
    with (
        pytest.raises(IntegrityError, match="who_keeps_the_house_does_not_touch_quota"),
        transaction.atomic(),
    ):
        Appointment.objects.create(
            person=li, role=second, place_id=where(second), during=(ON, None)
        )


def test_one_after_the_other_is_lawful(guard: Person, li: Person) -> None:
    appoint(guard, li, KEEPER, "320500", last_day=date(2026, 9, 30))
    appoint(guard, li, Role.COUNTY_OFFICER, first_day=date(2026, 10, 1))
    assert Appointment.objects.filter(person=li).count() == 2


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.COUNTY_HEAD, "320500"),
        (Role.DIRECTOR, "320583"),
        (Role.PARK_ADMINISTRATOR, "320583"),
        (Role.AUDITOR, "320583"),
        (Role.GENERAL_OFFICE, "320583P01"),
    ],
)
def test_a_role_belongs_to_its_tier(guard: Person, li: Person, role: Role, code: str) -> None:
    with pytest.raises(appointments.WrongTier):
        appoint(guard, li, role, code)


def test_one_role_at_one_place_is_held_once_at_a_time(guard: Person, li: Person) -> None:
    appoint(guard, li, Role.COUNTY_OFFICER)
    with pytest.raises(appointments.AlreadyHeld):
        appoint(guard, li, Role.COUNTY_OFFICER, first_day=date(2027, 1, 1))


def test_a_term_does_not_end_before_it_begins(guard: Person, li: Person) -> None:
    with pytest.raises(appointments.EmptyTerm):
        appoint(guard, li, Role.COUNTY_OFFICER, last_day=date(2026, 9, 14))


@pytest.mark.parametrize("username", ["sys.admin", "city.director", "city.auditor"])
def test_only_the_security_administrator_appoints(username: str, li: Person) -> None:
    with pytest.raises(NotPermitted):
        appoint(factories.person(username), li, Role.COUNTY_OFFICER)


def test_nobody_appoints_outside_the_own_place(guard: Person, li: Person) -> None:
    with pytest.raises(OutOfReach):
        appoint(guard, li, Role.AUDITOR, "320000")


# ── Deputies ──
@pytest.fixture
def head() -> Person:
    return factories.person("kunshan.head")


def deputise(head: Person, deputy: Person, **more: object) -> Appointment:
    facts = {"first_day": ON, "last_day": date(2026, 9, 30), "document": ""} | more
    own = facts.pop("own", None) or Appointment.objects.get(person=head, deputy_of=None)
    return appointments.name_deputy(appointment=own, deputy=deputy, by=head, on=ON, **facts)


def test_a_head_names_a_deputy_for_a_time(head: Person, li: Person) -> None:
    made = deputise(head, li)
    fresh = Person.objects.get(pk=li.pk)
    kunshan = factories.place("320583")
    assert access.may(fresh, Permission.RELEASE_LOCAL, kunshan, on=date(2026, 9, 30))
    assert not access.may(fresh, Permission.RELEASE_LOCAL, kunshan, on=date(2026, 10, 1))

    appointments.end_deputy(deputy=made, last_day=date(2026, 9, 20), by=head, on=ON)
    fresh = Person.objects.get(pk=li.pk)
    assert not access.may(fresh, Permission.RELEASE_LOCAL, kunshan, on=date(2026, 9, 21))


def test_the_end_of_an_appointment_ends_its_deputies(
    guard: Person, head: Person, li: Person
) -> None:
    made = deputise(head, li)
    own = Appointment.objects.get(person=head)
    appointments.end(appointment=own, last_day=date(2026, 9, 18), by=guard, on=ON)
    made.refresh_from_db()
    assert made.during.upper == date(2026, 9, 19)


def test_a_deputy_names_no_deputy(head: Person, li: Person, keeper: Person) -> None:
    made = deputise(head, li)
    other, _password = people.create(username="wang", name="王示范", by=keeper, on=ON)
    with pytest.raises(appointments.NoDeputy):
        deputise(Person.objects.get(pk=li.pk), other, own=made)


def test_a_term_of_a_deputy_lies_within_the_own(head: Person, li: Person, guard: Person) -> None:
    own = Appointment.objects.get(person=head)
    appointments.end(appointment=own, last_day=date(2026, 9, 20), by=guard, on=ON)
    with pytest.raises(appointments.NoDeputy):
        deputise(Person.objects.get(pk=head.pk), li, last_day=date(2026, 9, 21))


def test_nobody_is_the_own_deputy(head: Person) -> None:
    with pytest.raises(appointments.OwnAppointment):
        deputise(head, head)


def test_nobody_names_a_deputy_for_another(head: Person, li: Person) -> None:
    director = factories.person("city.director")
    with pytest.raises(NotPermitted):
        deputise(director, li, own=Appointment.objects.get(person=head))


def test_an_officer_has_no_deputy(li: Person) -> None:
    with pytest.raises(NotPermitted):
        deputise(factories.person("kunshan.officer"), li)


# ── The pages ──
def test_an_administrator_makes_an_account_and_a_guard_appoints(
    keeper: Person, guard: Person
) -> None:
    factories.all_places()
    made = browser_of(keeper).post(
        "/people/new/", {"username": "kunshan.chen", "name": "陈示范", "email": "", "phone": ""}
    )
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    assert "一次性密码" in made.content.decode()

    given = browser_of(guard).post(
        "/appointments/new/",
        {
            "person": "kunshan.chen",
            "role": "county_officer",
            "place": "320583",
            "first_day": "2026-01-01",
            "last_day": "",
            "document": "苏环人〔2026〕1号",
        },
    )
    assert given.status_code == 303
    page = browser_of(guard).get("/people/kunshan.chen/").content.decode()
    assert "2026-01-01 起" in page
    assert "苏环人〔2026〕1号" in page


def test_a_refusal_stands_above_the_form_with_what_was_typed(guard: Person, li: Person) -> None:
    factories.all_places()
    answer = browser_of(guard).post(
        "/appointments/new/",
        {
            "person": "li",
            "role": "director",
            "place": "320583",
            "first_day": "2026-01-01",
            "document": "苏环人〔2026〕1号",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“市局局长”不能在 昆山市（县级）任职" in page
    assert "苏环人〔2026〕1号" in page
    assert AuditEvent.objects.filter(verb="refusal", outcome="wrong_tier").count() == 1


def test_a_token_is_shown_once_and_kept_as_a_hash(keeper: Person, li: Person) -> None:
    factories.all_places()
    answer = browser_of(keeper).post(
        "/clients/new/",
        {
            "name": "大数据平台",
            "place": "320583",
            "responsible": "li",
            "scopes": ["balances:read"],
            "expires_on": str(timezone.localdate() + timedelta(days=30)),
        },
    )
    program = Program.objects.get()
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count(program.prefix) >= 1
    token = page.split('id="token">')[1].split("<")[0]
    assert Program.objects.get_from_key(token) == program
    assert token not in browser_of(keeper).get("/clients/").content.decode()
    assert token.split(".")[1] not in program.hashed_key

    revoked = browser_of(keeper).post(f"/clients/{program.prefix}/revoke/")
    assert revoked.status_code == 303
    assert Program.objects.get().revoked


def test_the_own_account_shows_what_one_is(head: Person) -> None:
    page = browser_of(head).get("/account/").content.decode()
    assert "县级局负责人" in page
    assert "2020-01-01 起" in page


def test_the_language_is_kept_with_the_account(head: Person) -> None:
    browser = browser_of(head)
    answer = browser.post("/account/language/", {"language": "en", "next": "/account/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert Person.objects.get(pk=head.pk).language == "en"
    assert '<html lang="en">' in browser_of(head).get("/account/").content.decode()


def test_a_page_speaks_chinese_whatever_the_browser_prefers() -> None:
    page = Client().get("/sign-in/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="zh-CN">' in page


def test_the_list_of_people_is_filtered_by_its_address(keeper: Person, guard: Person) -> None:
    for username in factories.PEOPLE:
        factories.person(username)
    browser = browser_of(keeper)

    def shown(query: str) -> list[str]:
        rows = browser.get(f"/people/{query}").context["rows"]
        return [row.username for row in rows]

    assert len(shown("")) == len(factories.PEOPLE)
    assert shown("?role=director") == ["city.director"]
    assert shown("?q=kunshan&sort=-username") == [
        "kunshan.screener",
        "kunshan.park2",
        "kunshan.park",
        "kunshan.officer",
        "kunshan.head",
    ]
    assert shown("?is_active=0") == []
    assert shown("?role=king") == []
