"""
The production set-up, as far as it can be shown without a container engine.

The file is read and weighed, and what each of the registry's containers runs is run here once,
on real servers, with its secrets in files, as the file says.
"""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import yaml

from quota_registry.embedded.folders import HOUSE
from quota_registry.embedded.ports import free_port
from tests.databases import Addresses

COMPOSE: Final[dict[str, Any]] = yaml.safe_load((HOUSE / "docker-compose.yml").read_text())
SERVICES: Final[dict[str, Any]] = COMPOSE["services"]
OURS: Final = ("prepare", "web", "worker", "beat")
CONTAINERFILE: Final = (HOUSE / "deploy" / "Containerfile").read_text()


def test_every_part_of_the_registry_is_there() -> None:
    assert set(SERVICES) == {"postgres", "valkey", *OURS, "caddy"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_a_version(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image
    assert re.fullmatch(r"\d+(\.\d+)*", tag)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_what_stays_up_is_watched(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_the_registry_runs_as_nobody_special_and_writes_only_where_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["files:/data/files"]
    assert service["networks"] == ["inside"]


def test_only_the_door_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_are_files_and_nothing_else(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN$|_URL$|_FILE$", variable):
            assert variable.endswith("_FILE"), variable
            assert value.removeprefix("/run/secrets/") in service["secrets"], variable
    for secret in service.get("secrets", []):
        assert COMPOSE["secrets"][secret] == {"file": f"deploy/secrets/{secret}"}


def test_only_the_preparation_may_change_the_database_s_shape() -> None:
    knowing = {
        name for name in SERVICES if "owner_database_url" in SERVICES[name].get("secrets", [])
    }
    assert knowing == {"prepare"}


def test_the_secrets_are_made_once_and_never_committed(tmp_path: Path) -> None:
    copy = tmp_path / "make-secrets"
    copy.write_text((HOUSE / "deploy" / "make-secrets").read_text())
    for _ in range(2):
        subprocess.run(["sh", copy], check=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(COMPOSE["secrets"]) <= set(made)
    assert made["app_password"] in made["database_url"]
    assert len(made["secret_key"]) == 96

    subprocess.run(["sh", copy], check=True)
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert "deploy/secrets/" in (HOUSE / ".gitignore").read_text().splitlines()


def test_the_image_is_built_in_stages_from_what_is_there_and_ends_as_an_ordinary_user() -> None:
    stages = re.findall(r"^FROM (\S+?):(\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(stages) == 3
    assert all(tag != "latest" for _image, tag in stages)
    assert re.findall(r"^USER (\S+)", CONTAINERFILE, re.MULTILINE) == ["quota"]
    assert "--uid 10001" in CONTAINERFILE
    for words in re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.MULTILINE):
        for source in words.split()[:-1]:
            assert (HOUSE / source).exists(), source


# ── the same commands, run here ──


@contextmanager
def _secrets(tmp_path: Path, addresses: Addresses) -> Iterator[dict[str, str]]:
    """The environment of the compose file, its secrets in files."""
    folder = tmp_path / "run-secrets"
    folder.mkdir()
    contents = {
        "database_url": addresses.app,
        "owner_database_url": addresses.owner,
        "admin_database_url": addresses.admin,
        "redis_url": os.environ["REDIS_URL"],
        "secret_key": "x" * 60,
        "metrics_token": "y" * 40,
    }
    for name, content in contents.items():
        (folder / name).write_text(content + "\n")
    kept = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE")
    environ = {name: os.environ[name] for name in kept if name in os.environ}
    environ["PATH"] = f"{HOUSE / '.venv' / 'bin'}:{environ['PATH']}"
    for name, value in SERVICES["prepare"]["environment"].items():
        filled = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(value))
        environ[name] = filled.replace("/run/secrets", str(folder))
    yield environ | {
        "PORT": str(free_port()),
        "HOST": "127.0.0.1",
        "QUOTA_FILES": str(tmp_path / "files"),
        "QUOTA_STATIC_ROOT": str(tmp_path / "static"),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "BEAT_SCHEDULE": str(tmp_path / "beat-schedule"),
    }


def _play(part: str, environ: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as file:
        return subprocess.Popen(
            ["sh", "deploy/entrypoint", *SERVICES[part]["command"]],
            cwd=HOUSE,
            env=environ,
            stdout=file,
            stderr=subprocess.STDOUT,
        )


def _is_healthy(part: str, environ: dict[str, str]) -> bool:
    _command, program, name = SERVICES[part]["healthcheck"]["test"]
    assert program == "healthy"
    checked = subprocess.run(
        ["sh", "deploy/healthy", name], cwd=HOUSE, env=environ, capture_output=True
    )
    return checked.returncode == 0


def _becomes_healthy(part: str, environ: dict[str, str], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not _is_healthy(part, environ):
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_the_part_starts_becomes_healthy_and_ends_when_asked(
    part: str, tmp_path: Path, addresses: Addresses
) -> None:
    log = tmp_path / "log"
    with _secrets(tmp_path, addresses) as environ:
        assert not _is_healthy(part, environ)
        playing = _play(part, environ, log)
        try:
            assert _becomes_healthy(part, environ), log.read_text()
            assert playing.poll() is None
            if part == "web":
                _assert_production_manners(int(environ["PORT"]))
        finally:
            playing.send_signal(signal.SIGTERM)
            ended = playing.wait(30)
        assert ended == 0, log.read_text()
        for secret in (addresses.app, os.environ["REDIS_URL"], "x" * 60):
            assert secret not in log.read_text()


def _assert_production_manners(port: int) -> None:
    """Outside the demo everything but the health of the process goes over TLS."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(f"http://127.0.0.1:{port}/")
    assert answer.value.code == 301
    assert answer.value.headers["Location"] == f"https://127.0.0.1:{port}/"
    answer.value.close()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_preparation_makes_an_empty_server_ready_and_may_run_again(
    tmp_path: Path, addresses: Addresses
) -> None:
    empty = addresses.to(f"test_prepared_{os.getpid()}")
    admin = Addresses(app=empty.app, owner=empty.owner, admin=addresses.to("postgres").admin)
    try:
        with _secrets(tmp_path, admin) as environ:
            for _ in range(2):
                log = tmp_path / "log"
                assert _play("prepare", environ, log).wait(120) == 0, log.read_text()
        with psycopg.connect(empty.app) as connection:
            assert connection.execute("SELECT count(*) > 5 FROM kernel_place").fetchone() == (True,)
    finally:
        with psycopg.connect(admin.admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {empty.name} WITH (FORCE)")


def test_without_its_secrets_the_web_says_which_are_missing(tmp_path: Path) -> None:
    environ = {"PATH": f"{HOUSE / '.venv' / 'bin'}:{os.environ['PATH']}", "PORT": str(free_port())}
    environ["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path / "metrics")
    log = tmp_path / "log"

    assert _play("web", environ, log).wait(60) != 0
    assert "DATABASE_URL, REDIS_URL, SECRET_KEY" in log.read_text().replace("、", ", ")
