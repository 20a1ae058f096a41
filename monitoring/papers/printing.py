"""One function per paper of the watch: rows in, a PDF out, in the language active now."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from monitoring.models import PlaceWarning
from monitoring.papers import warning_notice
from monitoring.selectors import warnings
from quota_registry.kernel import paper


def warning_notice_pdf(warning: PlaceWarning, *, on: date, language: str | None = None) -> bytes:
    """Print the 预警通知单 of a warned place as that version of the month judged it."""
    task = warnings.task_of(warning)
    assert task is not None, "every warned month gave its place a task"
    content = warning_notice.content(
        warning, due=task.due_on, language=language or get_language() or "zh-hans"
    )
    return paper.render(warning_notice.TEMPLATE, content, printed_on=on)
