"""
The good rows of a batch become drafts in one go, by the same rules as one claim at a time.

Polluters and permits that nobody knows are registered from the row, marked to be confirmed. The
triggers of the tables write who did it, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext, override

from quota_registry.kernel.models import Person
from quota_registry.kernel.pinyin import sort_key
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import ImportBatch
from reserve.rules import intake
from reserve.services import set_wise
from reserve.vocabulary import AccountingMethod, ClaimStatus, Destination, LineStatus

GOOD: Final = "r.batch_id = %(batch)s AND r.errors = '[]' AND r.claim_id IS NULL"

UNKNOWN: Final = f"""
    SELECT DISTINCT ON (r.values ->> 'uscc')
           r.values ->> 'uscc', r.values ->> 'polluter', r.values ->> 'declarer',
           r.values ->> 'industry', r.values ->> 'management_class'
      FROM reserve_importrow AS r
     WHERE {GOOD} AND NOT EXISTS (
               SELECT FROM kernel_polluter AS p WHERE p.uscc = r.values ->> 'uscc')
     ORDER BY r.values ->> 'uscc', r.sheet, r.row
"""

REGISTER: Final = """
    INSERT INTO kernel_polluter
           (uscc, name, place_id, industry, management_class, sort_key, address, confirmed)
    SELECT u.uscc, u.name, u.place, u.industry, u.class, u.sort_key, '', false
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
           AS u (uscc, name, place, industry, class, sort_key)
        ON CONFLICT (uscc) DO NOTHING
"""

PERMITS: Final = f"""
    WITH stated AS (
        SELECT DISTINCT ON (r.values ->> 'permit_number')
               r.values ->> 'permit_number' AS number, p.id AS polluter,
               nullif(r.values ->> 'permit_changed_on', '')::date AS changed_on,
               r.values ->> 'management_class' AS class
          FROM reserve_importrow AS r JOIN kernel_polluter AS p ON p.uscc = r.values ->> 'uscc'
         WHERE {GOOD} AND r.values ->> 'permit_number' <> ''
         ORDER BY r.values ->> 'permit_number', r.sheet, r.row
    ), made AS (
        INSERT INTO kernel_permit (number, polluter_id, confirmed)
        SELECT s.number, s.polluter, false FROM stated AS s
         WHERE NOT EXISTS (SELECT FROM kernel_permit AS m WHERE m.number = s.number)
        RETURNING id, number
    )
    INSERT INTO kernel_permitversion
           (permit_id, number, changed_on, reason, management_class, cancelled)
    SELECT made.id, 1, s.changed_on, %(origin)s, s.class, false
      FROM made JOIN stated AS s USING (number) WHERE s.changed_on IS NOT NULL
"""

NUMBERS: Final = f"""
    INSERT INTO kernel_serial AS s (series, last)
    SELECT 'claim/' || (r.values ->> 'declarer') || '/' || %(year)s, count(*)
      FROM reserve_importrow AS r WHERE {GOOD}
     GROUP BY r.values ->> 'declarer' ORDER BY 1
        ON CONFLICT (series) DO UPDATE SET last = s.last + excluded.last
    RETURNING split_part(series, '/', 2), last
"""

DATES: Final = f"""
    SELECT DISTINCT r.values ->> 'permit_changed_on' FROM reserve_importrow AS r
     WHERE {GOOD} AND r.values ->> 'permit_changed_on' <> ''
"""

CLAIMS: Final = f"""
    WITH good AS (
        SELECT r.values AS v, r.digest,
               count(*) OVER (PARTITION BY r.values ->> 'declarer') AS all_of,
               row_number() OVER (PARTITION BY r.values ->> 'declarer'
                                  ORDER BY r.sheet, r.row) AS nth
          FROM reserve_importrow AS r WHERE {GOOD}
    )
    INSERT INTO reserve_claim
           (number, status, version, place_id, beneficiary_id, polluter_id, permit_id,
            project, project_key, source_kind, destination, lake_tai_band,
            finished_on, permit_changed_on, due_on, late_reason,
            monitorable, reportable, verifiable, remarks, typed, unfinished,
            drafted_by_id, assigned_to_id, batch_id, origin_row, created_at, changed_at)
    SELECT v ->> 'declarer' || '-SB-' || %(year)s || '-' || lpad(
               (n.last - all_of + nth)::text,
               greatest(5, length((n.last - all_of + nth)::text)), '0'),
           %(draft)s, 1, v ->> 'declarer', p.place_id, p.id, m.id,
           v ->> 'project', v ->> 'key', v ->> 'kind', %(reserve)s, false,
           (v ->> 'finished_on')::date, nullif(v ->> 'permit_changed_on', '')::date, d.due, '',
           (v -> 'flags' ->> 0)::boolean, (v -> 'flags' ->> 1)::boolean,
           (v -> 'flags' ->> 2)::boolean, v ->> 'remark', '{{}}', '[]',
           %(by)s, %(by)s, %(batch)s, good.digest, now(), now()
      FROM good
      JOIN kernel_polluter AS p ON p.uscc = v ->> 'uscc'
      JOIN unnest(%(places)s::text[], %(lasts)s::bigint[]) AS n (place, last)
           ON n.place = v ->> 'declarer'
      LEFT JOIN kernel_permit AS m ON m.number = v ->> 'permit_number'
      LEFT JOIN unnest(%(changed)s::text[], %(due)s::date[]) AS d (changed, due)
           ON d.changed = v ->> 'permit_changed_on'
     ORDER BY v ->> 'declarer', nth
"""

LINK: Final = """
    UPDATE reserve_importrow AS r SET claim_id = c.id
      FROM reserve_claim AS c
     WHERE r.batch_id = %(batch)s AND c.batch_id = %(batch)s AND c.origin_row = r.digest
       AND r.errors = '[]' AND r.claim_id IS NULL
"""

LINES: Final = """
    INSERT INTO reserve_claimline
           (claim_id, pollutant, method, inputs, document, verified, binding, prior_use,
            status, reason)
    SELECT c.id, l.key, %(method)s,
           jsonb_build_object('amount', trim_scale((l.value ->> 0)::numeric / 1000000)::text),
           '', (l.value ->> 0)::bigint, (l.value ->> 1)::bigint, (l.value ->> 2)::bigint,
           %(pending)s, ''
      FROM reserve_importrow AS r
      JOIN reserve_claim AS c ON c.id = r.claim_id AND c.batch_id = r.batch_id
     CROSS JOIN LATERAL jsonb_each(r.values -> 'lines') AS l (key, value)
     WHERE r.batch_id = %(batch)s
     ORDER BY c.id, array_position(%(pollutants)s::text[], l.key)
"""

STEPS: Final = 5


def _origin(batch: ImportBatch) -> str:
    """Say in the registry's own language where a permit came from."""
    with override(settings.LANGUAGE_CODE):
        return gettext("批量导入，批次%(number)s") % {"number": batch.pk}


def make(
    batch: ImportBatch,
    *,
    by: Person,
    on: date,
    report: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """
    Make drafts of the good rows of *batch* and count them; the caller has signed and locked.

    Each row must have been held against the record in the same transaction.
    """
    facts: dict[str, Any] = {
        "batch": batch.pk,
        "by": by.pk,
        "year": str(on.year),
        "origin": _origin(batch),
        "draft": ClaimStatus.DRAFT.value,
        "reserve": Destination.RESERVE.value,
        "method": AccountingMethod.STATED_BY_BUREAU.value,
        "pending": LineStatus.PENDING.value,
        "pollutants": list(Pollutant.values),
    }
    tell = report or (lambda _done, _total: None)
    with set_wise.cursor() as cursor:
        polluters = _register(cursor, facts)
        tell(1, STEPS)
        cursor.execute(PERMITS, facts)
        tell(2, STEPS)
        cursor.execute(NUMBERS, facts)
        numbered = cursor.fetchall()
        facts |= {
            "places": [place for place, _last in numbered],
            "lasts": [last for _place, last in numbered],
            **_due_dates(cursor, facts, book=rulebooks.in_force(on)),
        }
        cursor.execute(CLAIMS, facts)
        made = cursor.rowcount
        tell(3, STEPS)
        cursor.execute(LINK, facts)
        tell(4, STEPS)
        cursor.execute(LINES, facts)
        lines = cursor.rowcount
        tell(5, STEPS)
    return {"claims": made, "lines": lines, "registered": polluters}


def _register(cursor: Any, facts: dict[str, Any]) -> int:
    """Register the polluters that nobody knows where their first row is declared."""
    cursor.execute(UNKNOWN, facts)
    unknown = cursor.fetchall()
    if not unknown:
        return 0
    columns = [list(column) for column in zip(*unknown, strict=True)]
    cursor.execute(REGISTER, [*columns, [sort_key(name) for name in columns[1]]])
    return int(cursor.rowcount)


def _due_dates(cursor: Any, facts: dict[str, Any], *, book: RuleBook) -> dict[str, Any]:
    """Say for every day on which a permit changed by when its reduction is declared (§4)."""
    cursor.execute(DATES, facts)
    changed = [text for (text,) in cursor.fetchall()]
    return {
        "changed": changed,
        "due": [
            intake.due_on(permit_changed_on=date.fromisoformat(text), book=book) for text in changed
        ],
    }
