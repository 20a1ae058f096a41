"""Every step names the object that it moved by its number, and is found by it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories, watch
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db


def page(**asked: str) -> str:
    auditor = browser_of(factories.person("city.auditor"))
    answer = auditor.get(reverse("audit-steps"), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_step_names_its_object_as_the_object_names_itself() -> None:
    factories.all_places()
    order = watch.proposed()
    watch.asked_target()
    watch.judgement(confirmed=False)
    shown = page()
    for number in (order.number, "320583 · 2026 · PM2.5年均浓度", "320583 · 2025 · 大气"):
        assert f'<span class="code">{number}</span>' in shown


def test_steps_are_found_by_a_part_of_the_number() -> None:
    factories.all_places()
    first, second = watch.proposed(), watch.proposed("320581")
    shown = page(subject=second.number[3:])
    assert second.number in shown
    assert first.number not in shown
    assert "没有符合条件的环节" in page(subject="no such number")
