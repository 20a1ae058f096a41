"""
``make serve``: everything from the servers to the first page, and everything stopped again.

Web, worker and beat are children that end with this process, however it ends. The servers below
them end with the last lease.
"""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from quota_registry import embedded, environment
from quota_registry.embedded import ports
from quota_registry.embedded.complaints import Complaint, of_error
from quota_registry.embedded.folders import HOUSE, Folders
from quota_registry.household import Household, run_to_end
from quota_registry.stamps import Stamp, fingerprint, quick_fingerprint

BEGAN: Final = time.monotonic()
PATIENCE: Final = 90
APPS: Final = ("quota_registry/kernel", "reserve", "monitoring", "parks", "allocation")


def main() -> None:
    """Start the registry and watch over it until it is asked to stop."""
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    port = _port()
    _refuse_what_is_taken(host, port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    servers = None
    folders = Folders.here()
    household = Household(folders.log)
    try:
        if environment.secret("DATABASE_URL"):
            folders.lend_secrets(os.environ)
        else:
            servers = embedded.ensure()
            servers.apply(os.environ)
            _say("PostgreSQL 18 · Valkey")
        _prepare(folders, own=servers is not None)
        _start(household, folders, host, port)
        _wait_for_first_page(household, host, port)
        _introduce(folders)
        print(f"\n  日志 · logs: {folders.log}")
        print(f"\nReady: http://{_spoken(host)}:{port}/  ({_age():.1f} s)\n", flush=True)
        household.watch()
    except KeyboardInterrupt:
        print("\n正在停止 · stopping", flush=True)
    except OSError as error:
        raise of_error(error, folders.var) from error
    except ImproperlyConfigured as error:
        raise Complaint(str(error)) from error
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        household.stop()
        if servers is not None and not servers.release():
            print("其他命令仍在使用数据库 · the servers go on for another command", flush=True)


def _prepare(folders: Folders, *, own: bool) -> None:
    """Bring the database, the static files and the demo city up to date, if they are not."""
    stamps = folders.var / "stamps"
    for folder in (folders.var / "files", folders.var / "static", folders.log, stamps):
        folder.mkdir(parents=True, exist_ok=True)
    shape = fingerprint(
        [
            *(file for app in APPS for file in (HOUSE / app).glob("migrations/*.py")),
            *(file for app in APPS for file in (HOUSE / app).glob("sql/*")),
            *(file for app in APPS for file in (HOUSE / app).glob("privileges.py")),
            *HOUSE.glob("fixtures/*"),
            HOUSE / "requirements.lock",
        ]
    )
    pages = quick_fingerprint(
        file for app in ("quota_registry/web", *APPS) for file in (HOUSE / app).glob("static/**/*")
    )
    if not own and environment.secret("ADMIN_DATABASE_URL"):
        _manage(folders, "prepare_database", "数据库角色 · roles")
    _once(own, Stamp(stamps, "migrate", shape), folders, "数据库结构 · migrations")
    said = Stamp(stamps, "translations", fingerprint(HOUSE.glob("locale/*/parts/*.po")))
    if not (said.holds() and any(HOUSE.glob("locale/*/LC_MESSAGES/*.mo"))):
        run_to_end([sys.executable, "-m", "quota_registry.translations"], folders)
        said.set()
        _say("语言 · translations")
    _once(True, Stamp(stamps, "collectstatic", pages), folders, "静态文件 · static files")
    for command, name in (
        ("load_reference", "基础数据 · reference data"),
        ("seed_demo", "演示城市 · demo city"),
    ):
        if any(HOUSE.glob(f"**/management/commands/{command}.py")):
            _once(own, Stamp(stamps, command, shape), folders, name)


def _once(own: bool, stamp: Stamp, folders: Folders, name: str) -> None:
    """Run the stamp's command unless it holds; on a server of somebody else's it always runs."""
    if own and stamp.holds():
        return
    _manage(folders, stamp.path.name, name)
    stamp.set()


def _manage(folders: Folders, command: str, name: str) -> None:
    extra = {
        "collectstatic": ["--noinput", "--verbosity=0", "--ignore=redoc"],
        "migrate": ["--verbosity=0"],
    }
    words = [sys.executable, "manage.py", command, *extra.get(command, [])]
    run_to_end(words, folders)
    _say(name)


def _start(household: Household, folders: Folders, host: str, port: int) -> None:
    counters = folders.var / "metrics"
    counters.mkdir(exist_ok=True)
    for old in counters.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counters)
    # A laptop that is asked to listen elsewhere answers under whatever name it is called.
    if host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("QUOTA_HOSTS", "*")
    os.environ.setdefault("QUOTA_URL", f"http://{_spoken(host)}:{port}")
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    household.start(
        "web", "gunicorn", "quota_registry.wsgi", "--bind", bind, "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--preload", "--timeout", "60",
        "--graceful-timeout", "2", "--no-control-socket",
    )  # fmt: skip
    celery = ("celery", "--app", "quota_registry.celery", "--quiet")
    household.start(
        "worker", *celery, "worker", "--concurrency", "1",
        "--without-gossip", "--without-mingle",
    )  # fmt: skip
    household.start(
        "beat", *celery, "beat", "--schedule", str(folders.var / "beat-schedule"), "--pidfile", "",
    )  # fmt: skip
    _say("web · worker · beat")


def _wait_for_first_page(household: Household, host: str, port: int) -> None:
    end = time.monotonic() + PATIENCE
    while not ports.answers(_spoken(host), port, "/"):
        household.refuse_the_dead()
        if time.monotonic() > end:
            raise Complaint(
                f"首页在 {PATIENCE} 秒内没有响应 · the first page did not answer in {PATIENCE} s."
            )
        time.sleep(0.2)


def _introduce(folders: Folders) -> None:
    """Print who may sign in to the demo, and its API token."""
    accounts = _optional("quota_registry.kernel.demo_accounts", "rows")
    if accounts is not None:
        # The names of the roles are words to translate, which takes Django, but none of its apps.
        apps.populate(())
        rows = [("角色 · role", "用户 · user", "密码 · password"), *accounts()]
        widths = [max(_width(row[column]) for row in rows) for column in range(3)]
        print()
        for row in rows:
            cells = zip(row, widths, strict=True)
            print("  " + "  ".join(word + " " * (width - _width(word)) for word, width in cells))
    token = folders.var / "demo-token"
    if token.exists():
        print(f"\n  API  Authorization: Token {token.read_text().strip()}")


def _optional(module: str, name: str) -> Callable[[], list[tuple[str, str, str]]] | None:
    from importlib import import_module

    try:
        found: Callable[[], list[tuple[str, str, str]]] = getattr(import_module(module), name)
    except ModuleNotFoundError:
        return None
    return found


def _refuse_what_is_taken(host: str, port: int) -> None:
    match ports.hindrance(host, port):
        case 0:
            return
        case errno.EADDRINUSE:
            raise Complaint(
                f"端口 {port} 已被占用，请用 PORT 另选 · port {port} on {host} is already in use; "
                "choose another with PORT."
            )
        case errno.EACCES:
            raise Complaint(
                f"无权使用端口 {port}，请用 PORT 另选 · not allowed to use port {port}; "
                "choose another with PORT."
            )
        case _:
            raise Complaint(
                f"本机没有地址 {host}，请用 HOST 另选 · {host} is no address of this machine; "
                "choose another with HOST."
            )


def _port() -> int:
    word = os.environ.get("PORT", "").strip() or "8000"
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 65536):
        raise Complaint(f"PORT 必须是端口号 · PORT must be the number of a port, not {word!r}.")
    return int(word)


def _spoken(host: str) -> str:
    """Say under which name a browser on this machine reaches the address."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _width(word: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in word)


def _say(what: str) -> None:
    print(f"{_age():6.1f} s  {what}", flush=True)


def _age() -> float:
    return time.monotonic() - BEGAN


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quota_registry.settings")
    os.chdir(HOUSE)
    try:
        main()
    except Complaint as complaint:
        sys.exit(str(complaint))
