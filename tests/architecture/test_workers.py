"""Workers that run tests side by side share a broker, and nothing on it."""

from __future__ import annotations

import os

import pytest
from django.conf import settings


# So many, that every worker is dealt one.
@pytest.mark.parametrize("deal", range(16))
def test_every_worker_has_a_shelf_of_its_own(deal: int) -> None:
    shelf = f"/{1 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))}"
    for address in (
        os.environ["REDIS_URL"],
        settings.REDIS_URL,
        settings.CACHES["default"]["LOCATION"],
        settings.CELERY_BROKER_URL,
    ):
        assert address.endswith(shelf)
