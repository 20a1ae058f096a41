"""
The monthly early warning (§9, §19): all places judged at once, a version of the month, and what
follows from it: tasks, notices, and proposals that a person decides on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from monitoring.models import MonthRun, PlaceWarning
from monitoring.refusals import MonthNotOver
from monitoring.rules import warning_facts
from monitoring.selectors import months
from monitoring.selectors.months import Gathered
from monitoring.selectors.verdicts import Verdict, differing, said_by, stored, verdict
from monitoring.services import consequences
from monitoring.vocabulary import Level
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.periods import Month
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, audit, jobs, numbers, rulebooks

JOB: Final = "month_warning"
"""The kind of the job's row; its key is the month."""


class Judged(NamedTuple):
    """The newest version of a month, and whether judging it just now made it."""

    run: MonthRun
    is_new: bool


@transaction.atomic
def judge(*, month: Month, by: Person, on: date) -> MonthRun:
    """
    Judge *month* for all places and return its newest version.

    If that says the same already, nothing changes. Else a new version says what came out
    differently, and only where a place's verdict changed do tasks, notices and proposals follow.

    :raises MonthNotOver: if the month is not over on the day *on*.
    """
    _require(by, on)

    end = month.period.end
    if end is None or end > on:
        raise MonthNotOver(month=str(month), clause=clause("9.1"))
    _wait_for_others()
    newest = MonthRun.objects.filter(month=month.period.start).order_by("-version").first()
    version = rulebooks.version_in_force(on)
    book = RuleBook.from_document(version.content)
    gathered = months.gather(month)
    verdicts = {one.place.pk: verdict(one, book) for one in gathered}
    digest = _digest(verdicts)
    if newest is not None and newest.digest == digest:
        return newest

    before = said_by(newest)
    run = MonthRun.objects.create(
        month=month.period.start,
        version=newest.version + 1 if newest else 1,
        by=by,
        on=on,
        rule_book=version,
        digest=digest,
        changes=_changes(before, verdicts) if newest else [],
    )
    warnings = _write(run, gathered, verdicts, before)
    differ = set(differing(before, verdicts))
    changed = [one for one in warnings if one.place_id in differ]
    warned_before = {place for place, was in before.items() if Level(was.level).warns}
    consequences.open_tasks(changed, due=on + timedelta(days=book.measures_days), by=by)
    consequences.tell(changed, warned_before=warned_before, on=on)
    consequences.propose(changed, by=by, on=on)
    return run


@transaction.atomic
def judge_from(*, month: Month, by: Person, on: date) -> list[Judged]:
    """
    Judge *month* and, in order, every later month that was judged, since they count on it.

    :raises MonthNotOver: if the month is not over on the day *on*.
    """
    _wait_for_others()
    known = dict(
        MonthRun.objects.filter(month__gte=month.period.start)
        .order_by("month")
        .values_list("pk", "month")
    )
    later = sorted({start for start in known.values() if start > month.period.start})
    runs = [
        judge(month=one, by=by, on=on) for one in (month, *(Month.of(start) for start in later))
    ]
    return [Judged(run, run.pk not in known) for run in runs]


def judge_due(*, on: date) -> MonthRun | None:
    """
    Judge the month before, if its day has come and the job has not done so yet.

    A job that failed is tried again on the next day; one that is done never runs again.
    """
    if on.day < rulebooks.in_force(on).warning_day:
        return None
    month, system = Month.of(on).plus(-1), Person.objects.get_system()
    job, mine = jobs.begin(kind=JOB, key=str(month), by=system)
    if not mine:
        return None
    return _run(job, month, by=system, on=on)


def _run(job: Job, month: Month, *, by: Person, on: date) -> MonthRun:
    try:
        run = judge(month=month, by=by, on=on)
    except Exception as problem:
        reason = problem if isinstance(problem, Refusal) else str(problem)[:300]
        jobs.fail(job=job, reason=reason)
        raise
    jobs.finish(job=job, result={"version": run.version})
    return run


def _require(by: Person, on: date) -> None:
    """Let the dated job judge as the system does, and people where they may."""
    if by.username == Person.SYSTEM:
        audit.sign(by=by)
    else:
        access.require_anywhere(by, Permission.RUN_WARNINGS, on=on)


def _wait_for_others() -> None:
    """Let those who judge at once follow one another, whatever month it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('monitoring.months'))")


def _digest(verdicts: Mapping[str, Verdict]) -> str:
    written = json.dumps(verdicts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _changes(
    before: Mapping[str, PlaceWarning], verdicts: Mapping[str, Verdict]
) -> list[dict[str, Any]]:
    """Say for every place that came out differently its levels and the figures behind them."""
    changes = []
    for place in differing(before, verdicts):
        was, now = before.get(place), verdicts.get(place)
        changes.append(
            {
                "place": place,
                "before": was.level if was else None,
                "after": now["level"] if now else None,
                "figures": warning_facts.differences(
                    was.figures if was else {}, now["figures"] if now else {}
                ),
            }
        )
    return changes


def _write(
    run: MonthRun,
    gathered: Sequence[Gathered],
    verdicts: Mapping[str, Verdict],
    before: Mapping[str, PlaceWarning],
) -> list[PlaceWarning]:
    """Write what is said of each place; a notice keeps its number while it says the same."""
    warnings = []
    for one in gathered:
        now, was = verdicts[one.place.pk], before.get(one.place.pk)
        number = ""
        if Level(now["level"]).warns:
            number = was.number if was and stored(was) == now else _number(run.on)
        warnings.append(PlaceWarning(run=run, place=one.place, number=number, **now))
    return PlaceWarning.objects.bulk_create(warnings)


def _number(on: date) -> str:
    return f"苏环预警〔{on.year}〕{numbers.take(series=f'warning-{on.year}')}号"
