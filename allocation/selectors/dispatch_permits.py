"""What the quarterly dispatch asks of permits: cancelled, changed, and their claims (P4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from allocation.models import PermitCancellation
from allocation.rules.dispatch_facts import (
    Amounts,
    CancelledPermit,
    ChangedPermit,
    ClaimMade,
    Subject,
)
from allocation.vocabulary import CancelReason
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import PermitVersion
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim
from reserve.vocabulary import SourceKind


def cancelled(first: date) -> list[CancelledPermit]:
    """List the cancelled permits of the quarter that begins on *first*, and of lists before it."""
    rows = list(PermitCancellation.objects.brought_in_by(first).with_code().order_by("id"))
    claims = _claims(row.code for row in rows)
    return [
        CancelledPermit(
            number=row.number,
            subject=subject_of(row),
            cancelled_on=row.cancelled_on,
            reason=CancelReason(row.reason),
            reason_word=row.reason_word,
            amounts=amounts_of(row.amounts),
            claims=claims[row.code],
        )
        for row in rows
    ]


def changed(quarter: Quarter, *, since: date) -> list[ChangedPermit]:
    """
    List the permits that were changed in *quarter* or before it, from the day *since* on.

    As long as what a change freed may be claimed at all it is chased: late, with its reason (§4).
    """
    end = quarter.period.end
    assert end is not None
    pairs = _changes(since, end)
    claims = _claims(now.permit.polluter.uscc for now, _before in pairs)
    return [_changed(now, before, claims) for now, before in pairs]


def subject_of(row: Any, *, project: str = "") -> Subject:
    """Name whom a row of the quarter's lists is about, by today's code."""
    return Subject(place=row.place_id, uscc=row.code, name=row.name, project=project)


def amounts_of(stored: Mapping[str, int]) -> Amounts:
    """Read the amounts that such a row keeps."""
    return {Pollutant(code): Grams(grams) for code, grams in stored.items()}


def _claims(usccs: Iterable[str]) -> Mapping[str, Sequence[ClaimMade]]:
    found: dict[str, list[ClaimMade]] = defaultdict(list)
    rows = (
        Claim.objects.standing()
        .filter(polluter__uscc__in=set(usccs))
        .order_by("id")
        .values_list(
            "polluter__uscc",
            "number",
            "filed_on",
            "source_kind",
            "permit__number",
            "permit_changed_on",
        )
    )
    for uscc, number, filed_on, kind, permit, changed_on in rows:
        found[uscc].append(
            ClaimMade(
                number=number,
                filed=filed_on is not None,
                closure=kind == SourceKind.CLOSURE,
                permit=permit or "",
                permit_changed_on=changed_on,
            )
        )
    return found


def _changes(starts: date, ends: date) -> list[tuple[PermitVersion, PermitVersion]]:
    """Pair each version of a permit that was made in these days with the one before it."""
    made = PermitVersion.objects.filter(
        changed_on__gte=starts, changed_on__lt=ends, number__gt=1, cancelled=False
    )
    versions = (
        PermitVersion.objects.filter(permit__in=made.values("permit"))
        .select_related("permit__polluter")
        .prefetch_related("amounts")
        .order_by("permit_id", "number")
    )
    pairs = []
    before: PermitVersion | None = None
    for now in versions:
        follows = before is not None and before.permit_id == now.permit_id
        if before is not None and follows and starts <= now.changed_on < ends and not now.cancelled:
            pairs.append((now, before))
        before = now
    return pairs


def _changed(
    now: PermitVersion, before: PermitVersion, claims: Mapping[str, Sequence[ClaimMade]]
) -> ChangedPermit:
    polluter = now.permit.polluter
    return ChangedPermit(
        number=f"{now.permit.number}/{now.number}",
        subject=Subject(place=polluter.place_id, uscc=polluter.uscc, name=polluter.name),
        changed_on=now.changed_on,
        before=_stated(before),
        after=_stated(now),
        claims=[
            one for one in claims.get(polluter.uscc, ()) if one.permit in ("", now.permit.number)
        ],
    )


def _stated(version: PermitVersion) -> Amounts:
    return {Pollutant(one.pollutant): Grams(one.grams) for one in version.amounts.all()}
