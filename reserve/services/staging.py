"""
Rows of a list beside the record: put down by COPY, compared with what is known set by set.

Every finding of a comparison carries ``"record": true``, so that the comparison can be made anew
when the batch is accepted; what was found in the file itself stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from quota_registry.kernel.identifiers import normalise_project
from quota_registry.kernel.imports.findings import MESSAGES, Severity
from quota_registry.kernel.vocabulary import Pollutant
from reserve.imports.rows import ClaimFile, ClaimRow, digest_of
from reserve.models import ImportBatch
from reserve.rules.duplicates import ClaimedBefore
from reserve.services import set_wise
from reserve.vocabulary import ClaimStatus

COPIED: Final = 2_000
"""After so many rows it is said how far the putting down is."""

COPY: Final = """
    COPY reserve_importrow (batch_id, sheet, row, digest, values, errors, warnings) FROM STDIN
"""

FORGET: Final = """
    UPDATE reserve_importrow
       SET claim_id = NULL,
           errors = jsonb_path_query_array(errors, '$[*] ? (!exists(@.record))'),
           warnings = jsonb_path_query_array(warnings, '$[*] ? (!exists(@.record))')
     WHERE batch_id = %(batch)s
       AND (claim_id IS NOT NULL OR errors @> '[{"record": true}]'
            OR warnings @> '[{"record": true}]')
"""

# The same row again changes nothing, whatever became of its claim, unless it left for good.
RECOGNISE: Final = """
    UPDATE reserve_importrow AS r
       SET claim_id = c.id
      FROM reserve_claim AS c
     WHERE r.batch_id = %(batch)s AND r.errors = '[]'
       AND c.origin_row = r.digest AND c.status <> ALL (%(gone)s)
"""

# What the comparisons add: one finding for each row that a query names, with its facts.
NOTE: Final = """
    UPDATE reserve_importrow AS r
       SET {field} = r.{field} || jsonb_build_array(jsonb_build_object(
               'record', true,
               'column', %(columns)s::jsonb -> r.sheet -> %(key)s ->> 0,
               'header', %(columns)s::jsonb -> r.sheet -> %(key)s ->> 1,
               'code', %(code)s::text, 'severity', %(severity)s::text,
               'template', %(template)s::text, 'clause', %(clause)s::text, 'facts', found.facts))
      FROM ({query}) AS found (id, facts)
     WHERE found.id = r.id
"""

OUT_OF_REACH: Final = """
    SELECT r.id, jsonb_build_object('place', p.name)
      FROM reserve_importrow AS r JOIN kernel_place AS p ON p.code = r.values ->> 'declarer'
     WHERE r.batch_id = %(batch)s AND NOT p.path ^@ ANY (%(paths)s::text[])
"""

# §21: under a code borne before, the same works would come in as another polluter's.
FORMER_CODE: Final = """
    SELECT r.id, jsonb_build_object('uscc', r.values ->> 'uscc', 'name', min(p.name),
                                    'current', min(p.uscc))
      FROM reserve_importrow AS r
      JOIN kernel_pollutername AS f ON f.uscc = r.values ->> 'uscc'
      JOIN kernel_polluter AS p ON p.id = f.polluter_id
     WHERE r.batch_id = %(batch)s
       AND NOT EXISTS (SELECT FROM kernel_polluter AS b WHERE b.uscc = r.values ->> 'uscc')
     GROUP BY r.id
"""

# §21: a claim that stands bars the same project, a draft that nobody filed yet as well.
CLAIMED: Final = """
    SELECT r.id, jsonb_build_object(
               'number', min(c.number),
               'pollutants', string_agg(DISTINCT %(symbols)s::jsonb ->> l.pollutant, '、'))
      FROM reserve_importrow AS r
      JOIN kernel_polluter AS p ON p.uscc = r.values ->> 'uscc'
      JOIN reserve_claim AS c ON c.polluter_id = p.id AND c.project_key = r.values ->> 'key'
                             AND c.status <> ALL (%(gone)s)
      JOIN reserve_claimline AS l ON l.claim_id = c.id AND l.status <> 'refused'
                                 AND r.values -> 'lines' ? l.pollutant
     WHERE r.batch_id = %(batch)s AND r.errors = '[]' AND r.claim_id IS NULL
     GROUP BY r.id
"""

FOREIGN_PERMIT: Final = """
    SELECT id, jsonb_build_object('permit', number, 'name', holder)
      FROM (SELECT r.id, r.values ->> 'permit_number' AS number, r.values ->> 'uscc' AS uscc,
                   coalesce(p.name, first_value(r.values ->> 'polluter') OVER first) AS holder,
                   coalesce(p.uscc, first_value(r.values ->> 'uscc') OVER first) AS holds
              FROM reserve_importrow AS r
              LEFT JOIN kernel_permit AS m ON m.number = r.values ->> 'permit_number'
              LEFT JOIN kernel_polluter AS p ON p.id = m.polluter_id
             WHERE r.batch_id = %(batch)s AND r.errors = '[]' AND r.claim_id IS NULL
               AND r.values ->> 'permit_number' <> ''
            WINDOW first AS (PARTITION BY r.values ->> 'permit_number' ORDER BY r.sheet, r.row)
           ) AS held
     WHERE holds <> uscc
"""

OTHER_NAME: Final = """
    SELECT r.id, jsonb_build_object('name', p.name)
      FROM reserve_importrow AS r JOIN kernel_polluter AS p ON p.uscc = r.values ->> 'uscc'
     WHERE r.batch_id = %(batch)s AND r.errors = '[]' AND p.name <> r.values ->> 'polluter'
"""

OTHER_PLACE: Final = """
    SELECT r.id, jsonb_build_object('place', at.name)
      FROM reserve_importrow AS r
      JOIN kernel_polluter AS p ON p.uscc = r.values ->> 'uscc'
      JOIN kernel_place AS at ON at.code = p.place_id
     WHERE r.batch_id = %(batch)s AND r.errors = '[]' AND p.place_id <> r.values ->> 'declarer'
"""

COMPARISONS: Final[tuple[tuple[str, str, str, Severity, Any, str], ...]] = (
    (
        OUT_OF_REACH,
        "declarer",
        "outside_your_places",
        Severity.ERROR,
        MESSAGES["outside_your_places"],
        "22.1",
    ),
    (
        FORMER_CODE,
        "uscc",
        "former_code",
        Severity.ERROR,
        _("%(uscc)s是“%(name)s”的曾用代码，请改填其现用代码%(current)s"),
        "21.2",
    ),
    (CLAIMED, "project", ClaimedBefore.code, Severity.REFUSAL, ClaimedBefore.message, "21.2"),
    (
        FOREIGN_PERMIT,
        "permit_number",
        "foreign_permit",
        Severity.HINDRANCE,
        _("排污许可证%(permit)s登记在“%(name)s”名下"),
        "",
    ),
    (
        OTHER_NAME,
        "polluter",
        "another_name",
        Severity.WARNING,
        _("该统一社会信用代码登记的单位名称为“%(name)s”"),
        "",
    ),
    (
        OTHER_PLACE,
        "declarer",
        "another_place",
        Severity.WARNING,
        _("排污单位登记在%(place)s，县级（园区）份额归该地"),
        "4.1",
    ),
)
"""Each comparison with the record: query, column, code, what it means, its sentence, its clause."""

COUNT: Final = """
    SELECT count(*),
           count(*) FILTER (WHERE r.errors = '[]'),
           count(*) FILTER (WHERE r.errors = '[]' AND r.claim_id IS NULL),
           count(*) FILTER (WHERE r.errors = '[]' AND r.claim_id IS NOT NULL),
           count(*) FILTER (WHERE r.errors @> '[{"severity": "error"}]'),
           count(*) FILTER (WHERE r.errors <> '[]'
                              AND NOT r.errors @> '[{"severity": "error"}]'),
           count(*) FILTER (WHERE r.errors = '[]' AND r.claim_id IS NULL
                              AND r.warnings @> '[{"severity": "hindrance"}]'),
           count(*) FILTER (WHERE r.errors = '[]' AND r.claim_id IS NULL
                              AND r.warnings @> '[{"severity": "warning"}]'),
           count(DISTINCT r.values ->> 'uscc') FILTER (
               WHERE r.errors = '[]' AND r.claim_id IS NULL AND NOT EXISTS (
                   SELECT FROM kernel_polluter AS p WHERE p.uscc = r.values ->> 'uscc')),
           count(DISTINCT r.values ->> 'permit_number') FILTER (
               WHERE r.errors = '[]' AND r.claim_id IS NULL AND r.values ->> 'permit_number' <> ''
                 AND NOT EXISTS (SELECT FROM kernel_permit AS m
                                  WHERE m.number = r.values ->> 'permit_number'))
      FROM reserve_importrow AS r WHERE r.batch_id = %(batch)s
"""
COUNTED: Final = (
    "rows",
    "good",
    "drafts",
    "unchanged",
    "errors",
    "refused",
    "hindered",
    "warned",
    "new_polluters",
    "new_permits",
)
# Made once: for each of 100 000 rows it would be made anew.
_TEXT: Final = json.JSONEncoder(ensure_ascii=False)
GONE: Final = [str(status) for status in ClaimStatus if not status.bars_the_same_project]


def put_down(
    batch: ImportBatch, file: ClaimFile, *, report: Callable[[int, int], None] | None = None
) -> None:
    """Write the rows of *file* beside *batch* as they state and as they were judged, by COPY."""
    rows = file.rows
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for done, row in enumerate(rows):
            copy.write_row(_written(batch.pk, row))
            if report is not None and not done % COPIED:
                report(done, len(rows))


def columns_of(file: ClaimFile) -> dict[str, dict[str, tuple[str, str]]]:
    """Give where the values stand that comparisons speak of, per sheet."""
    spoken = {key for _query, key, *_rest in COMPARISONS}
    return {
        sheet: {key: place for key, place in columns.items() if key in spoken}
        for sheet, columns in file.columns.items()
    }


def compare(batch: ImportBatch, *, paths: Sequence[str]) -> dict[str, int]:
    """
    Hold the rows of *batch* against the record, anew, and count what came of it.

    *paths* are the places for which the person may import.
    """
    facts: dict[str, Any] = {
        "batch": batch.pk,
        "gone": GONE,
        "paths": list(paths),
        "symbols": json.dumps({p.value: p.symbol for p in Pollutant}),
        "columns": json.dumps(batch.counts.get("columns", {})),
    }
    with set_wise.cursor() as cursor:
        cursor.execute(FORGET, facts)
        cursor.execute(RECOGNISE, facts)
        for query, key, code, severity, template, clause in COMPARISONS:
            cursor.execute(
                NOTE.format(
                    query=query, field="errors" if severity.keeps_the_row_out else "warnings"
                ),
                facts | _words(key, code, severity, template, clause),
            )
        cursor.execute(COUNT, facts)
        found = cursor.fetchone()
    return dict(zip(COUNTED, found, strict=True))


def _words(key: str, code: str, severity: Severity, template: Any, clause: str) -> dict[str, Any]:
    with override(None):
        said = str(template)
    return {
        "key": key,
        "code": code,
        "severity": severity.value,
        "template": said,
        "clause": clause,
    }


def _written(batch: int, row: ClaimRow) -> tuple[Any, ...]:
    stated = row.written()
    key = _TEXT.encode(normalise_project(row.project))
    errors = [found.put_away() for found in row.findings if found.severity.keeps_the_row_out]
    warnings = [found.put_away() for found in row.findings if not found.severity.keeps_the_row_out]
    return (
        batch,
        row.sheet,
        row.number,
        digest_of(stated),
        # What the row states, and beside it the form by which its project is the same (§21).
        f'{stated[:-1]}, "key": {key}}}',
        json.dumps(errors, ensure_ascii=False) if errors else "[]",
        json.dumps(warnings, ensure_ascii=False) if warnings else "[]",
    )
