"""Whether the registry lives, whether it may be trusted with work, and what it measures."""

import hmac
import time
from collections.abc import Callable
from functools import cache as remember
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from quota_registry.web import metrics as measured
from reserve.selectors import promises as kept

BEAT: Final = "quota:beat"
BEAT_PATIENCE: Final = 90


class NotReady(Exception):
    """Something that has to be in place is not; the text says what."""


def beat() -> None:
    """Note that beat has sent and a worker has answered just now."""
    cache.set(BEAT, time.time(), timeout=24 * 3600)


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    missing = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise NotReady(", ".join(sorted(f"{app}.{name}" for app, name in missing)))


def roles() -> None:
    """Refuse to serve as anybody who could go round the guards."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR r.rolreplication,
                   EXISTS (SELECT FROM pg_class AS c WHERE c.relowner = r.oid),
                   EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = r.oid)
              FROM pg_roles AS r WHERE r.rolname = session_user
            """
        )
        special, owns, is_member = cursor.fetchone() or (True, True, True)
    if special:
        raise NotReady("the application's database role is privileged")
    if owns:
        raise NotReady("the application's database role owns tables")
    if is_member:
        raise NotReady("the application's database role is a member of another")


def promises() -> None:
    unkept = kept.unkept()
    if unkept:
        raise NotReady(", ".join(map(str, unkept)))


def broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3) as client:
        client.ping()


def heartbeat() -> None:
    last = cache.get(BEAT)
    if last is None:
        raise NotReady("no beat yet")
    age = time.time() - last
    if age > BEAT_PATIENCE:
        raise NotReady(f"last beat {age:.0f} s ago")


CHECKS: Final[dict[str, Callable[[], None]]] = {
    "database": database,
    "migrations": migrations,
    "roles": roles,
    "promises": promises,
    "broker": broker,
    "beat": heartbeat,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; it asks nobody else."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether everything is in place, naming what is not."""
    found = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = not any(found.values())
    return JsonResponse(
        {"ready": ready, "checks": {name: reason or "ok" for name, reason in found.items()}},
        status=200 if ready else 503,
    )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer what Prometheus asks for, to whoever holds the token."""
    token = settings.QUOTA_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    content, kind = measured.write()
    return HttpResponse(content, content_type=kind)


def _outcome(check: Callable[[], None]) -> str:
    """Say why a check fails; an empty string if it holds. Addresses and secrets stay inside."""
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except (Error, redis.RedisError, OSError) as error:
        return type(error).__name__
    return ""


@remember
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Read the files once: what a process was started with does not change under it."""
    return frozenset(MigrationLoader(None).disk_migrations or ())
