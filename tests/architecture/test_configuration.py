"""Every name that the program reads from its environment is explained, and no other."""

import re
from pathlib import Path

from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
# These belong to the operating system, to Django and to pip.
FOREIGN = {"PATH", "HOME", "DJANGO_SETTINGS_MODULE", "PIP_DISABLE_PIP_VERSION_CHECK", "LANG"}


def _read() -> set[str]:
    files = [HOUSE / "manage.py", *(HOUSE / "quota_registry").rglob("*.py")]
    words = "\n".join(path.read_text(encoding="utf-8") for path in files)
    called = re.findall(
        r"environment\.(?:text|secret|flag|number|words|database)\(\s*\"([A-Z_]+)\"", words
    )
    looked_up = re.findall(r"environ(?:\.get|\.setdefault)?[\[(]\"([A-Z_]+)\"", words)
    return {name.removesuffix("_FILE") for name in called + looked_up} - FOREIGN


def test_the_page_on_configuration_names_what_is_read() -> None:
    page = (HOUSE / "docs" / "configuration.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", page)) - {"NAME", "NAME_FILE", "INFO", "WARNING"}

    assert named == _read() | {"QUOTA_PGBOUNCER"}
