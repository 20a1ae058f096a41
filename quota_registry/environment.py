"""What the environment says, read once, with one clear sentence for whatever is wrong."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """Read a plain value."""
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """
    Read a secret from the file that ``NAME_FILE`` names, else from ``NAME`` itself.

    Nothing has a default here: a secret that is not given is an empty string, and whoever
    cannot do without it says so.
    """
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE 指向的文件无法读取 · cannot read {path}, "
            f"named by {name}_FILE: {error.strerror}."
        ) from error


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes or a no."""
    word = text(name, "1" if default else "0").lower()
    if word in YES | NO:
        return word in YES
    raise ImproperlyConfigured(f"{name} 只能是 1 或 0 · {name} must be 1 or 0, not {word!r}.")


def number(name: str, default: int) -> int:
    """Read a whole number that is not negative."""
    word = text(name, str(default))
    if word.isascii() and word.isdigit():
        return int(word)
    raise ImproperlyConfigured(
        f"{name} 必须是非负整数 · {name} must be a whole number, not {word!r}."
    )


def words(name: str, default: str = "") -> list[str]:
    """Read a list of words parted by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, Any]:
    """
    Turn the address in ``NAME`` into Django's description of a PostgreSQL database.

    The query string of the address becomes libpq options, such as ``?sslmode=verify-full``.
    """
    address = secret(name)
    parts = urlsplit(address)
    pooled = flag("QUOTA_PGBOUNCER")
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} 应形如 postgresql://用户:密码@主机/库 · "
            f"{name} must look like postgresql://user:password@host/database."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        # A pooler may give every transaction another connection, which keeps no statement.
        "OPTIONS": {
            "connect_timeout": 5,
            "prepare_threshold": None if pooled else 2,
            **_options(parts.query),
        },
    }


def _options(query: str) -> Mapping[str, str]:
    return dict(parse_qsl(query))


def demand(*names: str) -> None:
    """Refuse to go on while one of these is not set, naming all that are missing."""
    missing = [name for name in names if not secret(name)]
    if missing:
        listed = "、".join(missing)
        raise ImproperlyConfigured(f"缺少环境变量 {listed} · these must be set: {listed}.")
