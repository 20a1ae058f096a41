"""Filters for records: what was done, with what result, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from quota_registry.web import records
from quota_registry.web.rulebooks import STATES

register = template.Library()


@register.filter
def verb(name: str) -> str:
    """Say in words what an audit event's verb means."""
    return str(records.VERBS.get(name, name))


@register.filter
def outcome(name: str) -> str:
    """Say in words how an act ended."""
    return str(records.OUTCOMES.get(name, name))


@register.filter
def span(during: DateRange | None) -> SafeString:
    """Write a half-open range of days as its first and its last day; no line ends inside a day."""
    days = records.span(during).split(" – ")
    return format_html_join(" – ", '<span class="nowrap">{}</span>', ((day,) for day in days))


@register.filter
def table_name(name: str) -> str:
    """Say what a row of a table is."""
    return str(records.tables().get(name, name))


@register.filter
def facts(of: dict[str, Any]) -> str:
    """Write what an event says beside its verb."""
    return records.facts(of)


@register.filter
def pretty(value: Any) -> str:
    """Write a value of a row's history."""
    return records.pretty(value)


@register.filter
def reading(value: Decimal | None) -> str:
    """Write a measured value without the zeros behind it; none is a dash."""
    return "—" if value is None else f"{value.normalize():f}"


@register.filter
def listed(words: Iterable[object]) -> str:
    """Write words one after another, parted as the reader's language does it."""
    return gettext("、").join(map(str, words))


@register.filter
def difference(value: Decimal | None) -> str:
    """Write a difference with its sign, a true minus; none is a dash."""
    return "—" if value is None else f"{value:+}".replace("-", "−") if value else f"{value}"


@register.filter
def step_word(step: Any) -> str:
    """Say in words what a step of a workflow was."""
    return records.act(step.workflow, step.verb)


@register.filter
def change(name: str) -> str:
    """Say in words what happened to a row."""
    return str(records.CHANGES.get(name, name))


@register.filter
def gate_state(state: str) -> str:
    """Say in words whether a reserve or a purchase is open."""
    return str(STATES[state])
