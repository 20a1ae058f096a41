"""The reference data that every installation starts with: places and the default rule book."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from quota_registry.kernel.models import Person, Place, RuleBookVersion
from quota_registry.kernel.pinyin import sort_key
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import audit

SHIPPED_FROM = date(2021, 1, 1)


@transaction.atomic
def load() -> dict[str, int]:
    """
    Load places and the shipped rule book as the system; what is there already is left alone.

    :returns: how many rows of each kind were new.
    """
    system = Person.objects.get_system()
    audit.sign(by=system)
    folder = Path(settings.BASE_DIR) / "fixtures"
    return {
        "places": _load_places(json.loads((folder / "places.json").read_text(encoding="utf-8"))),
        "rule books": _load_rule_book(
            (folder / "rulebook-default.json").read_text(encoding="utf-8"), system
        ),
    }


def _load_places(rows: list[dict[str, Any]]) -> int:
    """Write places in the file's order: a parent stands before its children."""
    known = dict(Place.objects.values_list("code", "path"))
    new = 0
    successors = {row["code"]: row.pop("successor") for row in rows if "successor" in row}
    for row in rows:
        if row["code"] in known:
            continue
        parent = row.pop("parent")
        path = f"{known.get(parent, '')}{row['code']}/"
        Place.objects.create(**row, parent_id=parent, path=path, sort_key=sort_key(row["name"]))
        known[row["code"]] = path
        new += 1
    for code, successor in successors.items():
        Place.objects.filter(code=code, successor=None).update(successor_id=successor)
    return new


def _load_rule_book(document: str, system: Person) -> int:
    """Put the shipped book in force once; no second person approves what is shipped."""
    if RuleBookVersion.objects.filter(approved_at__isnull=False).exists():
        return 0
    book = RuleBook.from_json(document)
    RuleBookVersion.objects.create(
        number=f"{SHIPPED_FROM.year}-1",
        in_force=(SHIPPED_FROM, None),
        content=book.to_document(),
        document="苏环发〔2022〕6号",
        drafted_by=system,
        approved_at=timezone.now(),
    )
    return 1
