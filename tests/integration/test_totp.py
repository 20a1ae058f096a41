"""The second factor: set up, asked for, used once, recovered from, and taken away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from quota_registry.kernel.models import AuditEvent, Person
from quota_registry.kernel.services import people
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> Person:
    return factories.person("kunshan.head")


@pytest.fixture
def demanded(settings) -> None:
    settings.QUOTA_REQUIRE_TOTP = True


def sign_in() -> Client:
    browser = Client()
    browser.post("/sign-in/", {"username": "kunshan.head", "password": factories.PASSWORD})
    return browser


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def set_up(browser: Client) -> list[str]:
    """Bind an authenticator and return the recovery codes that were shown."""
    browser.get("/sign-in/set-up/")
    device = TOTPDevice.objects.get(confirmed=False)
    answer = browser.post("/sign-in/set-up/", {"otp_token": code_of(device)})
    assert answer.status_code == 200
    return re.findall(r'<li class="code">([a-z2-7]+)</li>', answer.content.decode())


def later(minutes: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_in_the_demonstration_nobody_is_asked(head: Person) -> None:
    assert sign_in().get("/account/").status_code == 200


def test_where_it_is_demanded_nothing_opens_before_it_is_set_up(
    demanded: None, head: Person
) -> None:
    browser = sign_in()
    for path in ("/account/", "/notices/", "/law/", "/account/password/"):
        assert browser.get(path)["Location"].startswith("/sign-in/set-up/")
    assert browser.get("/api/v1/places/").status_code == 403
    page = browser.get("/sign-in/set-up/").content.decode()
    assert 'src="data:image/svg+xml' in page

    codes = set_up(browser)
    assert len(set(codes)) == 10
    assert browser.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(verb="second_factor.set_up", person=head).count() == 1


def test_a_wrong_code_binds_nothing(demanded: None, head: Person) -> None:
    browser = sign_in()
    browser.get("/sign-in/set-up/")
    right = code_of(TOTPDevice.objects.get())
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert browser.post("/sign-in/set-up/", {"otp_token": wrong}).status_code == 422
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert browser.get("/account/").status_code == 302


def test_the_next_sign_in_asks_for_a_code_and_takes_it_once(head: Person) -> None:
    set_up(sign_in())
    with later(5):
        browser = sign_in()
        asked = browser.get("/account/")
        assert asked["Location"] == "/sign-in/second-factor/?next=%2Faccount%2F"

        code = code_of(TOTPDevice.objects.get())
        entered = browser.post("/sign-in/second-factor/", {"otp_token": code, "next": "/account/"})
        assert (entered.status_code, entered["Location"]) == (303, "/account/")
        assert browser.get("/account/").status_code == 200

        again = sign_in()
        assert again.post("/sign-in/second-factor/", {"otp_token": code}).status_code == 422


def test_who_has_not_shown_it_cannot_bind_another(head: Person) -> None:
    set_up(sign_in())
    browser = sign_in()
    for method in (browser.get, browser.post):
        assert method("/sign-in/set-up/").status_code in (302, 303)
    assert TOTPDevice.objects.count() == 1


def test_a_recovery_code_works_once(head: Person) -> None:
    codes = set_up(sign_in())
    browser = sign_in()
    entered = browser.post("/sign-in/second-factor/", {"otp_token": codes[0].upper()})
    assert entered.status_code == 303
    assert StaticToken.objects.count() == 9
    again = sign_in()
    assert again.post("/sign-in/second-factor/", {"otp_token": codes[0]}).status_code == 422


def test_guesses_are_slowed_down_and_written_down(head: Person) -> None:
    set_up(sign_in())
    with later(5):
        browser = sign_in()
        right = code_of(TOTPDevice.objects.get())
        wrong = f"{(int(right) + 500_000) % 1_000_000:06d}"
        browser.post("/sign-in/second-factor/", {"otp_token": wrong})
        # The right one is not taken either until the wait is over.
        answer = browser.post("/sign-in/second-factor/", {"otp_token": right})
        assert answer.status_code == 422
    failed = AuditEvent.objects.filter(verb="second_factor", outcome="failed", person=head)
    assert failed.count() == 2


def test_new_codes_and_the_end_of_it_take_the_password_once_more(head: Person) -> None:
    browser = sign_in()
    old = set_up(browser)
    for path in ("/account/second-factor/codes/", "/account/second-factor/remove/"):
        assert browser.post(path, {"password": "wrong"}).status_code == 422

    answer = browser.post("/account/second-factor/codes/", {"password": factories.PASSWORD})
    assert answer.status_code == 200
    assert not StaticToken.objects.filter(token__in=old).exists()

    removed = browser.post("/account/second-factor/remove/", {"password": factories.PASSWORD})
    assert removed.status_code == 303
    assert not TOTPDevice.objects.exists()


def test_an_administrator_frees_who_lost_the_phone(head: Person) -> None:
    set_up(sign_in())
    guard = factories.person("sec.admin")
    people.remove_second_factor(person=head, by=guard, on=factories.ON)
    assert not TOTPDevice.objects.exists()
    assert sign_in().get("/account/").status_code == 200
