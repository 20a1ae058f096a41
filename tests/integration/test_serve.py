"""``make serve``: one command up, nothing left down, and one sentence for what is in the way."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from quota_registry.embedded.folders import HOUSE, Folders
from quota_registry.embedded.ports import free_port
from tests import demo, machines

pytestmark = pytest.mark.slow

SERVE = "quota_registry.serve"
# The aim is 5 s on an idle machine; the suite shares two cores with itself.
SECOND_START = 40
READY = re.compile(r"^Ready: (http://127\.0\.0\.1:\d+/)", re.MULTILINE)


@pytest.fixture
def folders() -> Iterator[Folders]:
    with machines.machine() as made:
        yield made


@pytest.fixture(scope="module")
def home() -> Iterator[Folders]:
    """A machine on which the demo city is made once, by whoever starts there first."""
    with machines.machine() as made:
        yield made


class Serving:
    """A running ``make serve`` and everything it started."""

    def __init__(
        self,
        folders: Folders,
        *,
        words: Sequence[str] = (sys.executable, "-m", SERVE),
        house: Path = HOUSE,
    ) -> None:
        self.folders = folders
        self.port = free_port()
        self.output = folders.var.parent / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                words,
                cwd=house,
                env=machines.environ(folders, PORT=str(self.port)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def words(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self, seconds: float = 600) -> float:
        """Wait for the last line, and answer how long it took by its own account."""
        end = time.monotonic() + seconds
        while not READY.search(self.words()):
            assert self.process.poll() is None, self.words()
            assert time.monotonic() < end, self.words()
            time.sleep(0.2)
        return float(re.findall(r"\(([\d.]+) s\)$", self.words(), re.MULTILINE)[-1])

    def children(self) -> set[int]:
        """Everything that descends from it: web, worker, beat and their own workers."""
        parents = {
            int(entry.name): int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and (entry / "stat").exists()
        }
        found = {self.process.pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def serving(folders: Folders, **more: Any) -> Iterator[Serving]:
    started = Serving(folders, **more)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGINT)


def _gone_within(numbers: set[int], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while any(_is_running(number) for number in numbers):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _is_running(number: int) -> bool:
    try:
        status = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return status != "Z"


def _get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_it_starts_introduces_itself_stops_and_survives_being_killed(home: Folders) -> None:
    with serving(home) as first:
        first.wait_until_ready()
        words = first.words()
        assert "kunshan.officer" in words
        token = (home.var / "demo-token").read_text().strip()
        assert token in words
        assert _get(f"http://127.0.0.1:{first.port}/")[0] == 200
        status, _ = _get(f"http://127.0.0.1:{first.port}/healthz")
        assert status == 200
        children = first.children()
        assert len(children) >= 5

        # A command of its own finds the servers that are running and does not stop them.
        checked = machines.run(home, "manage.py", "migrate", "--check")
        assert checked.returncode == 0, checked.stderr
        assert machines.living(home)

        assert first.end(signal.SIGINT) == 0
        assert _gone_within(children, 15)
        assert machines.empty_within(home, 15)

    with serving(home) as second:
        took = second.wait_until_ready()
        assert took < SECOND_START, second.words()
        children = second.children()
        # Everything dies without a word at once.
        second.process.kill()
        machines.kill_servers(home)
        second.process.wait(10)
        assert _gone_within(children, 30)
        assert machines.empty_within(home, 15)

    with serving(home) as third:
        third.wait_until_ready()
        assert (home.var / "demo-token").read_text().strip() == token
        children = third.children()
        # Only the head dies: its children follow, the servers end with its lease.
        third.process.kill()
        third.process.wait(10)
        assert _gone_within(children, 30)
        assert machines.empty_within(home, 30)


def test_the_demo_s_desk_tells_every_outcome_and_its_books_prove(home: Folders) -> None:
    with serving(home) as started:
        started.wait_until_ready()
        told = demo.desk(home)
        again = machines.run(home, "manage.py", "seed_demo")
        assert again.returncode == 0, again.stderr
        assert demo.desk(home) == told
        proved = machines.run(home, "manage.py", "prove")
        assert proved.returncode == 0, proved.stdout
    assert told == demo.DESK


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("runuser"), reason="only root can be somebody else"
)
def test_an_ordinary_user_starts_it_from_a_fresh_copy(folders: Folders) -> None:
    house = folders.var.parent / "clone"
    _copy_of_the_house(house)
    nobody = folders.user
    for path in (folders.var.parent, house, *house.rglob("*")):
        os.chown(path, nobody.uid, nobody.gid, follow_symlinks=False)
    own = Folders(house / "var")
    with serving(
        own, words=("runuser", "-u", nobody.name, "--", "make", "serve"), house=house
    ) as started:
        started.wait_until_ready()
        assert _get(f"http://127.0.0.1:{started.port}/")[0] == 200
        children = started.children()
        owners = {Path(f"/proc/{number}").stat().st_uid for number in machines.living(own)}
        assert owners == {nobody.uid}
        os.killpg(started.process.pid, signal.SIGINT)
        started.process.wait(60)
        assert _gone_within(children, 20)
        assert machines.empty_within(own, 20)


def _copy_of_the_house(target: Path) -> None:
    """Copy what a clone would hold, uncommitted work included, and nothing that was made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    target.mkdir(mode=0o755)
    for name in filter(None, listed.split("\0")):
        if (HOUSE / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, target / name)


def test_the_death_of_one_part_ends_the_others_and_is_said(home: Folders) -> None:
    with serving(home) as started:
        started.wait_until_ready()
        children = started.children()
        log = home.log / "beat.log"
        assert log.exists()
        beat = next(
            number
            for number in children
            if "beat" in Path(f"/proc/{number}/cmdline").read_text().split("\0")
        )
        os.kill(beat, signal.SIGKILL)
        assert started.process.wait(60) == 1
        assert started.words().rstrip().splitlines()[-1].endswith(f"{log} says why.")
        assert _gone_within(children, 15)
        assert machines.empty_within(home, 30)


def test_a_port_in_use_is_said_before_anything_is_started(folders: Folders) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = machines.run(folders, "-m", SERVE, PORT=port)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert f"port {port}" in ended.stderr
    assert not folders.var.exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said(folders: Folders, port: str) -> None:
    ended = machines.run(folders, "-m", SERVE, PORT=port)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "PORT" in ended.stderr


def test_an_address_of_another_machine_is_said(folders: Folders) -> None:
    ended = machines.run(folders, "-m", SERVE, PORT=str(free_port()), HOST="192.0.2.1")

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "192.0.2.1" in ended.stderr
    assert "HOST" in ended.stderr
    assert "已被占用" not in ended.stderr


@pytest.mark.parametrize("limit", [100_000, 3_000_000])
def test_a_full_disk_is_said_and_nothing_is_left_behind(folders: Folders, limit: int) -> None:
    ended = machines.run(folders, "-m", SERVE, PORT=str(free_port()), file_limit=limit)

    assert ended.returncode == 1
    assert "磁盘空间不足" in ended.stderr, ended.stderr + ended.stdout
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert machines.empty_within(folders, 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_a_folder_out_of_reach_is_said(folders: Folders) -> None:
    closed = folders.var.parent / "closed"
    closed.mkdir(mode=0o700)
    ended = machines.run(Folders(closed / "var"), "-m", SERVE, PORT=str(free_port()))

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "QUOTA_VAR" in ended.stderr


def test_a_python_that_is_too_old_is_said(folders: Folders) -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        "runpy.run_module('quota_registry.bootstrap', run_name='__main__')"
    )
    ended = machines.run(folders, "-c", pretend)

    assert ended.returncode == 1
    assert machines.is_one_sentence(ended.stderr), ended.stderr
    assert "3.11" in ended.stderr


def test_reset_drops_what_nobody_uses_and_nothing_else(folders: Folders) -> None:
    user = machines.use(folders)
    refused = machines.run(folders, "-m", "quota_registry.reset")
    assert refused.returncode == 1
    assert machines.is_one_sentence(refused.stderr)
    assert (folders.postgres / "data").exists()

    user.leave()
    assert machines.run(folders, "-m", "quota_registry.reset").returncode == 0
    assert list(folders.var.iterdir()) == []

    foreign = folders.var.parent / "foreign"
    foreign.mkdir()
    (foreign / "letter").write_text("keep me")
    assert machines.run(Folders(foreign), "-m", "quota_registry.reset").returncode == 1
    assert (foreign / "letter").read_text() == "keep me"


def test_help_names_every_target() -> None:
    helped = subprocess.run(["make", "help"], cwd=HOUSE, capture_output=True, text=True, check=True)
    named = {line.split()[0] for line in helped.stdout.splitlines() if line.strip()}
    assert named >= {"serve", "test", "check", "bench", "shots", "reset", "help"}
