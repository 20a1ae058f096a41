"""The servers under ``var/``: shared by all who use them, gone with the last of them."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import redis

from quota_registry.embedded import processes
from quota_registry.embedded.folders import Folders
from quota_registry.embedded.postgres import Postgres
from quota_registry.embedded.valkey import Valkey
from tests import machines

pytestmark = pytest.mark.slow

Running = tuple[Folders, dict[str, str]]

ENSURE = "from quota_registry import embedded; embedded.ensure_or_exit()"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")


@pytest.fixture
def folders() -> Iterator[Folders]:
    with machines.machine() as made:
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A machine that stays up while one only looks at it."""
    with machines.machine() as made:
        yield made, machines.use(made).urls


def _started_at(url: str) -> str:
    with psycopg.connect(url) as connection:
        (moment,) = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone() or (
            "",
        )
    return str(moment)


def test_two_that_start_at_the_same_moment_share_one_pair_of_servers(folders: Folders) -> None:
    processes_started = [machines.popen(folders) for _ in range(2)]
    lines = [process.stdout.readline() for process in processes_started if process.stdout]
    assert lines[0] == lines[1] != ""
    for process in processes_started:
        process.communicate("")
    assert machines.empty_within(folders, 30)


def test_the_servers_outlive_who_started_them_and_end_with_the_last_lease(
    folders: Folders,
) -> None:
    first, second = machines.use(folders), machines.use(folders)
    began = _started_at(first.urls["app"])
    assert second.urls == first.urls

    first.kill()
    third = machines.use(folders)
    assert _started_at(third.urls["app"]) == began

    second.leave()
    third.kill()
    assert machines.empty_within(folders, 30)


def test_what_was_committed_is_there_after_both_servers_were_killed(folders: Folders) -> None:
    user = machines.use(folders)
    with psycopg.connect(user.urls["admin"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    machines.kill_servers(folders)
    user.kill()

    again = machines.use(folders)
    with psycopg.connect(again.urls["admin"]) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    with redis.Redis.from_url(again.urls["redis"]) as client:
        assert client.ping()
    again.leave()
    assert machines.empty_within(folders, 30)


def test_a_pid_file_with_the_number_of_somebody_else_is_not_believed(folders: Folders) -> None:
    machines.use(folders).leave()
    assert machines.empty_within(folders, 30)
    data = folders.postgres / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n65000\n\n127.0.0.1\n")
    assert not Postgres(folders).is_ready()

    machines.use(folders).leave()
    assert machines.empty_within(folders, 30)


def test_a_server_of_another_folder_is_not_taken_for_ones_own(running: Running) -> None:
    folders, _urls = running
    with machines.machine() as other:
        other.make()
        for secret in folders.secrets.iterdir():
            (other.secrets / secret.name).write_bytes(secret.read_bytes())
        (other.postgres / "data").mkdir()
        pid_file = (folders.postgres / "data" / "postmaster.pid").read_text()
        (other.postgres / "data" / "postmaster.pid").write_text(pid_file)
        (other.valkey / "port").write_text((folders.valkey / "port").read_text())
        assert Postgres(folders).is_ready()
        assert Valkey(folders).is_ready()
        assert not Postgres(other).is_ready()
        assert not Valkey(other).is_ready()


@pytest.mark.parametrize("name", ["数据 目录 with spaces", "long/" * 40 + "var"])
def test_the_folder_may_be_called_anything(name: str) -> None:
    with machines.machine(name) as folders:
        user = machines.use(folders)
        with psycopg.connect(user.urls["app"]) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("quota_app",)
        user.leave()
        assert machines.empty_within(folders, 30)


def test_secrets_are_private_and_nothing_listens_but_on_the_loopback(running: Running) -> None:
    folders, urls = running
    # The folder above is not the registry's: its mode is what it was.
    assert stat.S_IMODE(folders.var.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(folders.secrets.stat().st_mode) == 0o700
    for secret in folders.secrets.iterdir():
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
    with psycopg.connect(urls["admin"]) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
        assert connection.execute(
            "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
        ).fetchone() == (0,)
    words = set()
    for number in machines.living(folders):
        # A process may end between being listed and being read.
        with suppress(FileNotFoundError, ProcessLookupError):
            words.add(Path(f"/proc/{number}/cmdline").read_text())
    assert not any(
        secret.read_text() in word for secret in folders.secrets.iterdir() for word in words
    )


def test_a_wrong_password_opens_nothing(running: Running) -> None:
    folders, urls = running
    secret = folders.secret("postgres-quota_app")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(urls["app"].replace(secret, "wrong"))


@pytest.mark.parametrize("limit", [1_000, 1_000_000])
def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing_behind(
    folders: Folders, limit: int
) -> None:
    ended = machines.run(folders, "-c", ENSURE, file_limit=limit)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "磁盘空间不足" in ended.stderr
    assert machines.empty_within(folders, 30)

    machines.use(folders).leave()
    assert machines.empty_within(folders, 30)


@as_root
def test_a_folder_that_the_servers_cannot_reach_is_named(folders: Folders) -> None:
    closed = folders.var.parent / "closed"
    closed.mkdir(mode=0o700)
    ended = machines.run(Folders(closed / "var"), "-c", ENSURE)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "QUOTA_VAR" in ended.stderr
    assert str(closed) in ended.stderr
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_named(folders: Folders) -> None:
    folders.var.parent.joinpath("file").write_text("")
    ended = machines.run(Folders(folders.var.parent / "file" / "var"), "-c", ENSURE)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "QUOTA_VAR" in ended.stderr


@as_root
def test_the_servers_never_run_as_root(running: Running) -> None:
    folders, _urls = running
    assert {Path(f"/proc/{number}").stat().st_uid for number in machines.living(folders)} == {
        folders.user.uid
    }
    assert folders.user.uid != 0


def test_a_process_that_has_ended_lives_nowhere(tmp_path: Path) -> None:
    assert processes.living_in(tmp_path) == set()
    assert os.getpid() in processes.living_in(Path.cwd())
