"""What the watch waits for: data to chase, measures, orders, targets and judgements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.models import Judgement, Measure, PlaceWarning, Suspension, Target, WarningTask
from monitoring.selectors import months
from monitoring.vocabulary import Level
from monitoring.workflows import JUDGEMENT, SUSPENSION, TARGET
from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import Workflow
from reserve.selectors.waiting import ToDo


@dataclass(frozen=True, slots=True)
class Asked:
    """An act of a workflow that somebody waits for, and the page on which it is done."""

    model: type[Any]
    workflow: Workflow
    verb: str
    url_name: str
    # The attributes of the row that the page is found by; a list needs none.
    arguments: tuple[str, ...] = ()


ASKED: Final = (
    Asked(Suspension, SUSPENSION, "order", "monitoring:suspension", ("number",)),
    Asked(Suspension, SUSPENSION, "lift", "monitoring:suspension", ("number",)),
    Asked(Target, TARGET, "approve", "monitoring:targets"),
    Asked(Judgement, JUDGEMENT, "confirm", "monitoring:judgement", ("place_id", "year", "medium")),
)


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List what of the watch waits for *person* on the day *on*, overdue first."""
    found = [*_data(person, on=on, limit=limit), *_measures(person, on=on, limit=limit)]
    for asked in ASKED:
        found += _acts(asked, person, on=on, limit=limit)
    return sorted(found, key=lambda line: line.rank)


def _data(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Chase the data of places that the newest month could not judge."""
    month = months.newest_month(on) if _holds(person, Permission.IMPORT_READINGS, on) else None
    if month is None:
        return
    thin = (
        PlaceWarning.objects.filter(
            access.within(person, Permission.IMPORT_READINGS, on=on),
            run__in=list(months.newest_runs([month]).values()),
            level=Level.UNKNOWN,
        )
        .select_related("run", "place")
        .order_by("place__path")
    )
    for one in thin[:limit]:
        yield _line(
            "chase_data",
            _("补齐监测数据"),
            one,
            since=one.run.at,
            url=("monitoring:warning", one.pk),
            month=one.run.month,
        )


def _measures(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Ask the place's people for measures against a month that warned them."""
    if not _holds(person, Permission.RECORD_MEASURES, on):
        return
    newest = PlaceWarning.objects.filter(
        place=OuterRef("place"), run__month=OuterRef("month")
    ).order_by("-run__version")
    tasks = (
        WarningTask.objects.filter(
            access.within(person, Permission.RECORD_MEASURES, on=on), closed_at=None
        )
        .exclude(Exists(Measure.objects.filter(task=OuterRef("pk"))))
        .annotate(warning=Subquery(newest.values("pk")[:1]))
        .select_related("place")
        .order_by("due_on", "pk")
    )
    for task in tasks[:limit]:
        yield _line(
            "record_measures",
            _("登记整改措施"),
            task,
            since=task.opened_at,
            url=("monitoring:warning", task.warning),
            month=task.month,
            due=task.due_on,
            on=on,
        )


def _acts(asked: Asked, person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """List the rows of a workflow on which *person* may take the step, oldest first."""
    step = next(one for one in asked.workflow.transitions if one.verb == asked.verb)
    if not _holds(person, step.permission, on):
        return
    steps = Step.objects.filter(workflow=asked.workflow.name, subject=OuterRef("pk"))
    rows = (
        asked.model.objects.filter(access.within(person, step.permission, on=on))
        .filter(status__in=step.sources)
        .exclude(Exists(steps.filter(person=person, verb__in=step.apart)))
        .annotate(since=Subquery(steps.order_by("-id").values("at")[:1]))
        .select_related("place")
        .order_by("pk")
    )
    for row in rows[:limit]:
        yield _line(
            asked.verb,
            step.label,
            row,
            since=row.since,
            url=(asked.url_name, *(getattr(row, name) for name in asked.arguments)),
            number=getattr(row, "number", ""),
        )


def _line(
    verb: str,
    what: str | Promise,
    row: Any,
    *,
    since: datetime,
    url: tuple[str | int, ...],
    month: date | None = None,
    number: str = "",
    due: date | None = None,
    on: date | None = None,
) -> ToDo:
    name, *arguments = url
    return ToDo(
        verb=verb,
        what=what,
        number=number or (f"{month:%Y-%m}" if month else str(row.year)),
        object=row.place.spoken if month else f"{row.place.spoken} · {_kind(row)}",
        since=since,
        due=due,
        overdue_days=max(0, (on - due).days) if due and on else 0,
        url_name=str(name),
        url_args=tuple(arguments),
    )


def _kind(row: Any) -> str:
    """Name what a row of a workflow is about."""
    for name in ("scope", "indicator", "medium"):
        if hasattr(row, name):
            return str(getattr(row, f"get_{name}_display")())
    return ""


def _holds(person: Person, permission: Permission | None, on: date) -> bool:
    return permission is not None and access.holds(person, permission, on=on)
