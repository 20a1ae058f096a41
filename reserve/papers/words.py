"""Wording that the papers share: captions, choices and figures, in one or both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import paper
from quota_registry.kernel.paper import Caption
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.facts import ClaimFacts, LineFacts

YES = _("是")
NO = _("否")


@dataclass(frozen=True, slots=True)
class Words:
    """Writes captions in Chinese, with English beneath for an English reader."""

    language: str

    def __call__(self, words: str | Promise) -> Caption:
        return paper.caption(words, language=self.language)

    def each(self, *words: str | Promise) -> list[Caption]:
        """Write a row of captions, such as a table's head."""
        return [self(item) for item in words]

    def choice(self, choices: type[TextChoices], value: str) -> Caption | str:
        """Write a coded term by its label; a dash where there is none."""
        return self(choices(value).label) if value else paper.MISSING

    def pollutant(self, which: Pollutant) -> Caption:
        """Write a pollutant by name and sign."""
        name = self(which.label)
        return (
            name
            if name["zh"] == which.symbol
            else {**name, "zh": f"{name['zh']}（{which.symbol}）"}
        )

    def stacked(self, *parts: Caption | str) -> Caption:
        """Write names and terms one beneath the other in one cell."""
        return {
            "zh": "\n".join(part if isinstance(part, str) else part["zh"] for part in parts),
            "en": "\n".join(part["en"] for part in parts if not isinstance(part, str)),
        }

    def yes_or_no(self, value: bool) -> Caption:
        """Write a flag."""
        return self(YES if value else NO)

    def fact(
        self, label: str | Promise, value: Caption | str, *, wide: bool = False
    ) -> dict[str, Any]:
        """Make one pair of label and value; an empty value becomes a dash."""
        return {"label": self(label), "value": value or paper.MISSING, "wide": wide}

    def place_to_sign(
        self,
        label: str | Promise,
        signer: str | Promise,
        seal: str | Promise | None = None,
        *,
        text: str = "",
        room: int = 14,
    ) -> dict[str, Any]:
        """Make a place for an opinion, a signature, a seal and a date."""
        return {
            "label": self(label),
            "signer": self(signer),
            "seal": self(seal) if seal else None,
            "text": text,
            "room": room,
        }


def claim_code(claim: ClaimFacts, printed_on: date) -> dict[str, str]:
    """Make the code by which a paper finds back to its claim and version."""
    text = f"{claim.number} v{claim.version} {printed_on.isoformat()}"
    return {"qr": paper.qr(text), "qr_text": text}


def counted_mass(claim: ClaimFacts, line: LineFacts | None, grams: int) -> str:
    """Write a mass of a line; in brackets where it was refused and enters no total."""
    if line is None:
        return ""
    written = paper.mass(grams)
    return written if claim.counts(line) else f"({written})"


def total_of(claims: Iterable[ClaimFacts], which: Pollutant, part: str) -> int | None:
    """Add one part (``verified``, ``binding`` …) of a pollutant; nothing where no claim has it."""
    parts = [
        getattr(line, part)
        for claim in claims
        if (line := claim.line(which)) is not None and claim.counts(line)
    ]
    return sum(parts) if parts else None
