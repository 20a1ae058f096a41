"""Assessment sheets: judged, and kept as they stood at filing, hold and release (§23)."""

from __future__ import annotations

from datetime import date

from allocation.models import Application, ApplicationSheet
from allocation.refusals import NotAssessable
from allocation.rules.sheet import Sheet
from allocation.selectors import assessments
from allocation.vocabulary import Moment
from quota_registry.kernel.models import Person


def require_clear(application: Application, *, on: date, moment: Moment) -> Sheet:
    """
    Judge *application* by every clause that applies.

    :raises NotAssessable: with everything that stands in the way, and what would make it pass.
    """
    sheet = assessments.of(application, on=on, moment=moment)
    if not sheet.is_clear:
        raise NotAssessable(sheet.blocking)
    return sheet


def keep(
    application: Application, sheet: Sheet, *, moment: Moment, by: Person, on: date
) -> ApplicationSheet:
    """Store the sheet that a decision stands on, for ever."""
    assert application.rule_book is not None
    return ApplicationSheet.objects.create(
        application=application,
        version=application.version,
        moment=moment,
        on=on,
        rule_book=application.rule_book,
        content=sheet.to_document(),
        by=by,
    )
