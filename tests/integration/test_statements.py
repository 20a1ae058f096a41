"""What is asked again and again: statements that the database keeps, counters that all share."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from quota_registry import environment
from quota_registry.kernel import counters, statements


def kept(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [text])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
class TestKept:
    def test_the_database_keeps_what_is_asked_a_third_time(self):
        for number in range(3):
            with statements.kept() as cursor:
                cursor.execute("SELECT %s::integer + 40", [number])
                assert cursor.fetchone() == (number + 40,)
        assert kept("SELECT $1::integer + 40") == 1

    def test_a_pooler_is_given_nothing_to_keep(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://quota_app:x@host/quota")
        assert environment.database("DATABASE_URL")["OPTIONS"]["prepare_threshold"] is not None
        monkeypatch.setenv("QUOTA_PGBOUNCER", "1")
        assert environment.database("DATABASE_URL")["OPTIONS"]["prepare_threshold"] is None

    def test_it_is_counted_and_its_errors_are_named_as_any_other(self):
        with CaptureQueriesContext(connection) as asked, statements.kept() as cursor:
            cursor.execute("SELECT 1")
        assert len(asked) == 1
        with pytest.raises(DataError), statements.kept() as cursor:
            cursor.execute("SELECT 1 / %s::integer", [0])


class TestCounters:
    def test_of_many_at_once_each_counts(self):
        name = f"test:{uuid4()}"
        with ThreadPoolExecutor(8) as crowd:
            counted = list(crowd.map(lambda _at: counters.count(name, seconds=60), range(40)))
        assert sorted(counted) == list(range(1, 41))

    def test_a_counter_goes_after_its_time(self):
        name = f"test:{uuid4()}"
        for _time in range(2):
            counters.count(name, seconds=60)
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            assert 0 < server.ttl(f"quota:{name}") <= 60
