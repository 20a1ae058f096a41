"""How long a sign-in lasts, and that an account is signed in at one place at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from quota_registry.kernel import request as kernel_request
from quota_registry.kernel.models import AuditEvent, Person, RowEvent
from quota_registry.web.middleware import address_of
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

PASSWORD = factories.PASSWORD


@pytest.fixture
def head() -> Person:
    return factories.person("kunshan.head")


@pytest.fixture
def nine() -> datetime:
    return datetime(2026, 9, 15, 9, 0, tzinfo=timezone.get_default_timezone())


def ended(answer) -> str:
    assert answer.status_code == 302
    return answer["Location"].split("ended=")[1].split("&")[0]


def sign_in() -> Client:
    browser = Client()
    answer = browser.post("/sign-in/", {"username": "kunshan.head", "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def test_half_an_hour_without_an_act_ends_it(head: Person, nine: datetime) -> None:
    with time_machine.travel(nine, tick=False) as clock:
        browser = sign_in()
        clock.move_to(nine + timedelta(minutes=29))
        assert browser.get("/account/").status_code == 200
        clock.move_to(nine + timedelta(minutes=58))
        assert browser.get("/account/").status_code == 200
        clock.move_to(nine + timedelta(minutes=88))
        answer = browser.get("/account/")
        assert ended(answer) == "idle"
        page = browser.get(answer["Location"]).content.decode()
        assert "长时间没有操作，已自动退出" in page
    assert AuditEvent.objects.filter(verb="sign_out", outcome="idle", person=head).count() == 1


def test_ten_hours_end_it_however_busy(head: Person, nine: datetime) -> None:
    with time_machine.travel(nine, tick=False) as clock:
        browser = sign_in()
        for quarters in range(1, 40):
            clock.move_to(nine + timedelta(minutes=15 * quarters))
            assert browser.get("/account/").status_code == 200
        clock.move_to(nine + timedelta(hours=10))
        assert ended(browser.get("/account/")) == "absolute"


def test_a_new_sign_in_ends_the_older_one_and_says_so(head: Person) -> None:
    office, home = sign_in(), sign_in()
    answer = office.get("/account/")
    assert ended(answer) == "elsewhere"
    assert "您的账户已在别处登录" in office.get(answer["Location"]).content.decode()
    assert home.get("/account/").status_code == 200
    # What ended stays ended.
    assert office.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_an_act_in_an_ended_session_does_nothing(head: Person) -> None:
    office, _home = sign_in(), sign_in()
    before = RowEvent.objects.count()
    answer = office.post("/account/language/", {"language": "en"})
    assert ended(answer) == "elsewhere"
    assert (Person.objects.get(pk=head.pk).language, RowEvent.objects.count()) == ("", before)


def test_htmx_in_an_ended_session_is_sent_to_the_door(head: Person) -> None:
    office, _home = sign_in(), sign_in()
    answer = office.get("/account/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?ended=elsewhere")


def test_a_program_in_an_ended_session_is_a_stranger(head: Person) -> None:
    office, _home = sign_in(), sign_in()
    assert office.get("/api/v1/places/").status_code == 401


def test_a_cookie_made_up_from_elsewhere_opens_nothing(head: Person) -> None:
    browser = Client()
    browser.cookies["quota_session"] = "a" * 32
    assert browser.get("/account/").status_code == 302


def test_a_session_that_never_began_by_a_sign_in_is_none(head: Person) -> None:
    browser = Client()
    browser.force_login(head, "django.contrib.auth.backends.ModelBackend")
    assert ended(browser.get("/account/")) == "elsewhere"


def test_a_new_password_ends_every_other_session(head: Person) -> None:
    browser = sign_in()
    new = "along-the-grand-canal"
    answer = browser.post(
        "/account/password/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 303
    assert browser.get("/account/").status_code == 200
    assert Person.objects.get(pk=head.pk).password_changed_at is not None


def test_an_old_password_must_be_changed_where_the_house_says_so(
    settings, head: Person, nine: datetime
) -> None:
    settings.QUOTA_PASSWORD_DAYS = 90
    changed = nine - timedelta(days=90)
    Person.objects.filter(pk=head.pk).update(password_changed_at=changed)
    with time_machine.travel(nine, tick=False):
        answer = sign_in().get("/account/")
    assert answer["Location"] == "/account/password/?next=%2Faccount%2F"

    Person.objects.filter(pk=head.pk).update(password_changed_at=changed + timedelta(seconds=1))
    with time_machine.travel(nine, tick=False):
        assert sign_in().get("/account/").status_code == 200


def test_what_a_signed_in_person_sees_is_not_kept_by_the_browser(head: Person) -> None:
    assert browser_of(head).get("/account/")["Cache-Control"] == "private, no-store"


def test_every_answer_bears_the_number_of_its_request(head: Person) -> None:
    first, second = (Client().get("/sign-in/")["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second
    sent = Client().get("/sign-in/", headers={"x-request-id": "mine"})
    assert sent["X-Request-ID"] != "mine"
    assert kernel_request.current().id == ""


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (None, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_the_address_is_read_past_as_many_proxies_as_there_are(
    settings, rf, proxies: int | None, forwarded: str, address: str
) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == address
