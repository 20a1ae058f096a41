"""Acts on many claims under one document: each wholly or not at all, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from quota_registry.kernel.refusals import Refusal
from reserve.models import Claim
from reserve.services import tidings

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
    Do *act*, a service of one claim, on every claim in turn, and collect what came of it.

    Each is a transaction of its own, and they are taken in the order of their ids, so that two
    people's batches cannot block each other. Of many claims people are told in one line.
    """
    ordered = sorted(items, key=lambda item: item[0].pk)
    with tidings.together() if len(ordered) > 1 else nullcontext():
        return [_one(claim, version, act) for claim, version in ordered]


def _one(claim: Claim, version: int, act: Callable[[Claim, int], Any]) -> Outcome:
    try:
        act(claim, version)
    except Refusal as refusal:
        return Outcome(claim, refusal)
    # What is shown of it moved; whose it is did not, and need not be asked again.
    claim.refresh_from_db(fields=("status", "version"))
    return Outcome(claim)
