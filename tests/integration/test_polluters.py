"""Polluters one by one: a code, once borne, is nobody else's for good (§21)."""

from __future__ import annotations

import pytest

from quota_registry.kernel.services import polluters
from quota_registry.kernel.services.polluters import AlreadyRegistered
from tests import factories
from tests.factories import ON

pytestmark = pytest.mark.django_db

NEW = "91320583MA1000017X"


def test_a_former_code_is_not_given_to_another_polluter() -> None:
    """Else the same works could be claimed once under each of its two codes."""
    officer = factories.person("kunshan.officer")
    first, second = factories.polluter(1), factories.polluter(2)
    old, name = first.uscc, first.name
    first = polluters.rename(polluter=first, name=name, uscc=NEW, by=officer, on=ON)

    with pytest.raises(AlreadyRegistered):
        polluters.register(uscc=old, name="另一家", place=first.place, by=officer, on=ON)
    with pytest.raises(AlreadyRegistered):
        polluters.rename(polluter=second, name=second.name, uscc=old, by=officer, on=ON)
    # Its own former code it may take back.
    assert polluters.rename(polluter=first, name=name, uscc=old, by=officer, on=ON).uscc == old
