"""Signing in and out: who gets in, who is told what, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from quota_registry.kernel.models import AuditEvent, Person
from quota_registry.kernel.services import audit, people
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

PASSWORD = "walk-the-canal-7"


@pytest.fixture
def person() -> Person:
    audit.sign(by=Person.objects.get_system())
    return Person.objects.create_user("kunshan.li", PASSWORD, name="李示范")


def sign_in(browser: Client, password: str = PASSWORD, username: str = "kunshan.li", **more: str):
    return browser.post("/sign-in/", {"username": username, "password": password, **more})


def written() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "outcome", "subject"))


def test_a_page_sends_a_stranger_to_the_door_and_back(person: Person) -> None:
    browser = Client()

    asked = browser.get("/account/?tab=1")
    assert (asked.status_code, asked["Location"]) == (302, "/sign-in/?next=%2Faccount%2F%3Ftab%3D1")

    entered = sign_in(browser, next="/account/?tab=1")
    assert (entered.status_code, entered["Location"]) == (303, "/account/?tab=1")
    assert browser.get("/account/").status_code == 200


def test_nobody_is_sent_on_to_another_house(person: Person) -> None:
    entered = sign_in(Client(), next="https://elsewhere.example/")
    assert entered["Location"] == "/"


def test_htmx_is_told_to_load_the_door_as_a_whole_page() -> None:
    answer = Client().get("/account/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/")


def test_a_sign_in_and_a_sign_out_are_written_down(person: Person) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(browser)
    left = browser.post("/sign-out/")

    assert left["Location"] == "/sign-in/?ended=signed-out"
    events = AuditEvent.objects.order_by("pk")
    assert [(e.verb, e.outcome, e.person_id) for e in events] == [
        ("sign_in", "done", person.pk),
        ("sign_out", "done", person.pk),
    ]
    assert {e.address for e in events} == {"192.0.2.7"}
    assert all(len(e.request) == 32 for e in events)
    assert browser.get("/account/").status_code == 302


def test_signing_out_takes_a_post(person: Person) -> None:
    assert browser_of(person).get("/sign-out/").status_code == 405


@pytest.mark.parametrize("username", ["kunshan.li", "nobody.here"])
def test_the_answer_never_says_which_of_the_two_was_wrong(person: Person, username: str) -> None:
    answer = sign_in(Client(), "wrong", username)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.content.decode()


def test_an_unknown_name_is_not_written_down(person: Person) -> None:
    sign_in(Client(), "wrong", "kunshan.li")
    sign_in(Client(), "wrong", "my-secret-password")
    assert written() == [("sign_in", "failed", "kunshan.li"), ("sign_in", "failed", "")]


def test_a_closed_account_does_not_get_in(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert sign_in(Client()).status_code == 422


def test_the_system_cannot_sign_in() -> None:
    assert sign_in(Client(), "!", "system").status_code == 422


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(person: Person) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        answers = [sign_in(Client(), "wrong").status_code for _ in range(5)]
        assert answers == [422, 422, 422, 422, 429]

        locked = sign_in(Client())
        assert locked.status_code == 429
        assert "账户已锁定" in locked.content.decode()
        assert written()[-1] == ("sign_in", "locked", "kunshan.li")

        clock.move_to(start + timedelta(minutes=14, seconds=59))
        assert sign_in(Client()).status_code == 429
    # What was tried while locked begins the wait anew, so the wait is counted from the last try.
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        assert sign_in(Client()).status_code == 303


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "密码太短，至少须有 10 个字符"), ("en", "it needs at least 10 characters")],
)
def test_a_short_password_is_told_in_the_readers_language(
    person: Person, language: str, said: str
) -> None:
    browser = browser_of(person)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    asked = {"old_password": PASSWORD, "new_password1": "brief-1", "new_password2": "brief-1"}
    answer = browser.post("/account/password/", asked)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "This password" not in answer.content.decode()


def lock_out() -> None:
    for _ in range(5):
        sign_in(Client(), "wrong")
    assert sign_in(Client()).status_code == 429


def test_the_administrator_unlocks_whom_the_locked_page_sends(person: Person) -> None:
    keeper = browser_of(factories.person("sys.admin"))
    assert "解锁账户" not in keeper.get("/people/kunshan.li/").content.decode()

    lock_out()
    page = keeper.get("/people/kunshan.li/").content.decode()
    assert "已锁定" in page
    assert "解锁账户" in page

    assert keeper.post("/people/kunshan.li/unlock/").status_code == 303
    assert written()[-1] == ("person.unlocked", "done", "kunshan.li")
    assert sign_in(Client()).status_code == 303


def test_a_lock_does_not_outlive_the_password_that_was_guessed_at(person: Person) -> None:
    lock_out()
    password = people.reset_password(
        person=person, by=factories.person("sys.admin"), on=timezone.localdate()
    )
    assert sign_in(Client(), password).status_code == 303


def test_nobody_unlocks_the_own_account_or_without_the_right(person: Person) -> None:
    officer = browser_of(factories.person("kunshan.officer"))
    lock_out()
    assert officer.post("/people/kunshan.li/unlock/").status_code == 403
    keeper = factories.person("sys.admin")
    with pytest.raises(people.OwnAccount):
        people.unlock(person=keeper, by=keeper, on=timezone.localdate())


def test_another_account_is_not_locked_with_it(person: Person) -> None:
    Person.objects.create_user("kunshan.wang", PASSWORD, name="王示范")
    for _ in range(6):
        sign_in(Client(), "wrong")
    assert sign_in(Client(), username="kunshan.wang").status_code == 303


def test_a_password_is_kept_as_an_argon2_hash(settings, person: Person) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    person.set_password(PASSWORD)
    assert person.password.startswith("argon2$argon2id$")


def test_a_form_from_elsewhere_is_refused(person: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = sign_in(browser)
    assert answer.status_code == 403
    assert written() == []
