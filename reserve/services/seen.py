"""Deciding on exactly what was seen: a claim in the version that the decider looked at (§23)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Stale
from reserve.models import Claim
from reserve.selectors import revisions
from reserve.selectors.revisions import Change


class ChangedSince(Stale):
    """The claim was filed anew since the decider looked at it; ``changes`` says what differs."""

    code = "stale"
    message = _("申报%(number)s已更新至第%(current)s版，您看到的是第%(seen)s版，请核对变化后再办理")

    def __init__(self, claim: Claim, seen: int) -> None:
        super().__init__(number=claim.number, current=claim.version, seen=seen)
        self.claim = claim
        self.changes: list[Change] = revisions.difference(claim, seen, claim.version)


class FatesChanged(Stale):
    """Where the grams of a claim would go is not what the decider was shown; ``changes`` says."""

    code = "fates_changed"
    message = _("申报%(number)s的去向与您所见不同（%(changes)s），请核对后再办理")

    def __init__(self, claim: Claim, changes: Sequence[Change]) -> None:
        told = "；".join(
            f"{change.label} {change.before or 0} → {change.after or 0}" for change in changes
        )
        super().__init__(number=claim.number, changes=told)
        self.claim = claim
        self.changes = list(changes)


class WrittenMeanwhile(Stale):
    """Somebody else saved the draft since it was opened; nothing was overwritten."""

    code = "written_meanwhile"
    message = _("申报%(number)s已被他人修改，尚未保存您的内容，请核对差异后再保存")

    def __init__(self, claim: Claim) -> None:
        super().__init__(number=claim.number)
        self.claim = claim


def fingerprint(claim: Claim) -> str:
    """Sum up what is typed in a draft, so that who saves it says on what it was built."""
    typed = json.dumps(claim.typed, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{claim.version}:{typed}".encode()).hexdigest()[:16]


def lock(claim: Claim) -> Claim:
    """
    Lock *claim* and return it as it stands now.

    Its place comes along, which every act asks for; the rest of its relations few acts look at.
    """
    locked: Claim = (
        Claim.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place")
        .get(pk=claim.pk)
    )
    return locked


def lock_as_seen(claim: Claim, *, version: int) -> Claim:
    """
    Lock *claim* and return it, if it still is what was seen.

    :raises ChangedSince: if it has another version than *version*.
    """
    locked = lock(claim)
    if locked.version != version:
        raise ChangedSince(locked, version)
    return locked
