"""Handing over shows what lies with colleagues, in the own places alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from quota_registry.kernel.vocabulary import Role
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db


def test_a_head_sees_of_a_colleague_what_lies_in_the_own_county() -> None:
    factories.person("changshu.officer")
    factories.appointed("changshu.officer", Role.COUNTY_OFFICER, "320583")
    here = factories.draft()
    there = factories.draft(factories.content(number=2, code="320581"), by="changshu.officer")

    head = browser_of(factories.person("kunshan.head"))
    page = head.get(reverse("hand-over")).content.decode()
    assert here.number in page
    assert there.number not in page
