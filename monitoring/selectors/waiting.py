"""What the watch waits for: data to chase, measures, orders, targets and judgements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from monitoring.models import (
    Judgement,
    Measure,
    MonthRun,
    PlaceWarning,
    Suspension,
    Target,
    WarningTask,
)
from monitoring.rules.warning import WATCHED
from monitoring.rules.warning_codes import WITHOUT_DATA, WITHOUT_TARGET, WarningCode
from monitoring.selectors import months, verdicts
from monitoring.vocabulary import JudgementStatus, TargetStatus
from monitoring.workflows import JUDGEMENT, SUSPENSION, TARGET
from quota_registry.kernel.models import Person, Place, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Medium, Tier
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
    found = [
        *_of_newest_month(person, on=on, limit=limit),
        *_measures(person, on=on, limit=limit),
        *_unjudged(person, on=on),
    ]
    for asked in ASKED:
        found += _acts(asked, person, on=on, limit=limit)
    return sorted(found, key=lambda line: line.rank)


def _of_newest_month(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Chase what the newest month lacked, and ask to judge it anew once the record has moved on."""
    needed = (Permission.IMPORT_READINGS, Permission.PROPOSE_TARGETS, Permission.RUN_WARNINGS)
    chase, propose, judge = (_holds(person, permission, on) for permission in needed)
    month = months.newest_month(on) if chase or propose or judge else None
    if month is None:
        return
    run = MonthRun.objects.select_related("rule_book").get(
        pk=months.newest_runs([month])[month.period.start]
    )
    if chase:
        yield from _data(run, person, on=on, limit=limit)
    if propose:
        yield from _targets(run, person, on=on, limit=limit)
    if judge and (places := verdicts.out_of_date(run)):
        yield ToDo(
            verb="judge_again",
            what=_("数据或目标有变，重新评判"),
            number=f"{month}",
            object=ngettext("%(n)d 个地区", "%(n)d 个地区", len(places)) % {"n": len(places)},
            since=run.at,
            due=None,
            overdue_days=0,
            url_name="monitoring:calendar",
            url_args=(),
            url_query=f"year={month.year}",
        )


def _data(run: MonthRun, person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Chase the data that places lack, also of those that something else warns of."""
    for one in _lacking(WITHOUT_DATA, run, person, Permission.IMPORT_READINGS, on=on)[:limit]:
        yield _line(
            "chase_data",
            _("补齐监测数据"),
            one,
            since=run.at,
            url=("monitoring:warning", one.pk),
            month=run.month,
        )


def _targets(run: MonthRun, person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Ask for the targets that places lacked, unless they were proposed since."""
    lacking = _lacking(WITHOUT_TARGET, run, person, Permission.PROPOSE_TARGETS, on=on)
    if not lacking:
        return
    proposed = set(
        Target.objects.filter(
            place__in=[one.place_id for one in lacking],
            year=run.month.year,
            indicator__in=WATCHED,
            status__in=[TargetStatus.PROPOSED, TargetStatus.IN_FORCE],
        ).values_list("place", "indicator")
    )
    for one in lacking[:limit]:
        if any((one.place_id, indicator.value) not in proposed for indicator in WATCHED):
            yield _line(
                "propose_target",
                _("提出年度目标"),
                one,
                since=run.at,
                url=("monitoring:target-new",),
                query=f"place={one.place_id}",
                month=run.month,
            )


def _lacking(
    codes: Collection[WarningCode], run: MonthRun, person: Person, right: Permission, *, on: date
) -> list[PlaceWarning]:
    """List what a version says of the places within reach that lack any of these."""
    return [
        one
        for one in PlaceWarning.objects.filter(access.within(person, right, on=on), run=run)
        .defer("figures")
        .select_related("place")
        .order_by("place__path")
        if any(WarningCode(reason["code"]) in codes for reason in one.reasons)
    ]


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


def _unjudged(person: Person, *, on: date) -> Iterator[ToDo]:
    """
    Ask to propose how last year is judged: parks by their day (§15), counties before the judgement
    of the year before lapses (§10).
    """
    if not _holds(person, Permission.PROPOSE_JUDGEMENT, on):
        return
    year, book = on.year - 1, rulebooks.in_force(on)
    live = Q(
        judgements__year=year,
        judgements__status__in=[JudgementStatus.PROPOSED, JudgementStatus.CONFIRMED],
    )
    unjudged = (
        Place.objects.filter(
            access.within(person, Permission.PROPOSE_JUDGEMENT, on=on, lookup="path"),
            valid_until=None,
        )
        .annotate(media=Count("judgements__medium", filter=live, distinct=True))
        .filter(media__lt=len(Medium))
    )
    for tier, day in (
        (Tier.PARK, book.park_judgement_due),
        (Tier.COUNTY, book.old_judgement_until),
    ):
        due = day.in_year(on.year)
        if places := unjudged.filter(tier=tier).count():
            yield ToDo(
                verb="propose_judgement",
                what=_("提出年度评定"),
                number=str(year),
                object=f"{tier.label} · "
                + ngettext("%(n)d 个地区", "%(n)d 个地区", places) % {"n": places},
                since=datetime(on.year, 1, 1, tzinfo=get_default_timezone()),
                due=due,
                overdue_days=max(0, (on - due).days),
                url_name="monitoring:judgements",
                url_args=(),
                url_query=f"year={year}",
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
    query: str = "",
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
        url_query=query,
    )


def _kind(row: Any) -> str:
    """Name what a row of a workflow is about."""
    for name in ("scope", "indicator", "medium"):
        if hasattr(row, name):
            return str(getattr(row, f"get_{name}_display")())
    return ""


def _holds(person: Person, permission: Permission | None, on: date) -> bool:
    return permission is not None and access.holds(person, permission, on=on)
