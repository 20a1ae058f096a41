"""Acts on many claims under one document: each wholly or not at all, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from quota_registry.kernel.refusals import Refusal
from reserve.models import Claim

Seen = tuple[Claim, int]
"""A claim and the version in which it was seen and selected."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did to one claim of many; without a refusal it was done."""

    claim: Claim
    refusal: Refusal | None = None

    @property
    def done(self) -> bool:
        """Say whether the act was done."""
        return self.refusal is None


def each(items: Iterable[Seen], act: Callable[[Claim, int], Any]) -> list[Outcome]:
    """
    Do *act* on every claim in turn, in a transaction of its own each, and collect what came of it.

    They are taken in the order of their ids, so that two people's batches cannot block each other.
    """
    return [_one(claim, version, act) for claim, version in sorted(items, key=lambda i: i[0].pk)]


def _one(claim: Claim, version: int, act: Callable[[Claim, int], Any]) -> Outcome:
    try:
        with transaction.atomic():
            act(claim, version)
    except Refusal as refusal:
        return Outcome(claim, refusal)
    claim.refresh_from_db()
    return Outcome(claim)
