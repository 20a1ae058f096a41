"""Run every benchmark, or those named: ``python -m benchmarks [name …]``."""

from __future__ import annotations

import os
import pkgutil
import sys
import traceback
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
SUPPORT = {"__main__", "harness"}


def main(wanted: list[str]) -> int:
    """Measure, print and keep the figures; an aim that is missed is said and is no failure."""
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
        from quota_registry import embedded

        embedded.ensure_or_exit().apply(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quota_registry.settings")
    os.environ.setdefault("QUOTA_LOG_LEVEL", "ERROR")
    os.environ["QUOTA_PLAIN_STATIC"] = "1"

    import django

    django.setup()
    from benchmarks import harness

    names = wanted or [
        module.name for module in pkgutil.iter_modules([str(HERE)]) if module.name not in SUPPORT
    ]
    broken = 0
    for name in names:
        try:
            with harness.database(name) as addresses:
                for figure in import_module(f"benchmarks.{name}").run(addresses):
                    harness.report(figure)
        except Exception:
            traceback.print_exc()
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
