"""What a voucher says, read back from the content that was frozen with it, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from allocation.models import GiveBack, Voucher
from allocation.vocabulary import GiveBackKind, Hand, ProjectKind, VoucherStatus
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.mass import NOTHING, Grams, grams_of
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Entry
from reserve.vocabulary import AccountKind, LotSourceKind


@dataclass(frozen=True, slots=True)
class Name:
    """A place as the paper calls it, in Chinese and in English."""

    zh: str
    en: str

    @property
    def spoken(self) -> str:
        """Give the name in the reader's language."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Line:
    """What was replaced of one pollutant: increment × ratio, by which clause."""

    pollutant: Pollutant
    increment: Grams
    ratio: str
    clause: Clause
    required: Grams


@dataclass(frozen=True, slots=True)
class Source:
    """Grams of one lot out of one account; ``tier`` is none for a polluter's holding."""

    owner: Name
    tier: Tier | None
    pollutant: Pollutant
    grams: Grams
    lot: int
    paper: str
    kind: LotSourceKind
    vintage: date
    lake_tai: bool
    provincial_number: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that the voucher was issued under; ``hand`` is none for the issuing one."""

    hand: Hand | None
    place: Name | None
    document: str
    by: str
    on: date

    @property
    def label(self) -> str | Promise:
        """Say what the hand stands for."""
        return self.hand.label if self.hand else gettext_lazy("出具凭证")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The whole paper in typed values; the last of ``signatures`` is the issuing one."""

    number: str
    bureau: Name
    issued_on: date
    issued_by: str
    application: str
    rule_book: str
    polluter: str
    uscc: str
    project_number: str
    project: str
    kind: ProjectKind
    place: Name
    site: str
    strategic: bool
    lines: Sequence[Line]
    sources: Sequence[Source]
    signatures: Sequence[Signed]
    reason: str
    supplements: str

    def total(self, pollutant: Pollutant) -> Grams:
        """Sum what came of a pollutant."""
        return Grams(sum((s.grams for s in self.sources if s.pollutant is pollutant), NOTHING))


@dataclass(frozen=True, slots=True)
class Back:
    """One give-back: when, why, on which paper, how much of what."""

    on: date
    kind: GiveBackKind
    document: str
    reason: str
    transfer: int
    grams: Mapping[Pollutant, Grams]


@dataclass(frozen=True, slots=True)
class Issued:
    """A voucher: what it says, whether it is good, what went back of it since."""

    said: Said
    status: VoucherStatus
    used_on: date | None
    back: Sequence[Back]

    @property
    def is_whole(self) -> bool:
        """Say whether it is good and nothing of it went back."""
        return self.status is VoucherStatus.VALID and not self.back

    @property
    def left(self) -> dict[Pollutant, Grams]:
        """Give what the project still has, by pollutant in the order of the lines."""
        return {
            line.pollutant: Grams(
                self.said.total(line.pollutant)
                - sum(one.grams.get(line.pollutant, NOTHING) for one in self.back)
            )
            for line in self.said.lines
        }

    @property
    def standing(self) -> str | Promise:
        """Say in a sentence what somebody who holds the paper must know; empty if all is well."""
        if self.is_whole:
            return ""
        return _STANDINGS[self.status]


_STANDINGS: Mapping[VoucherStatus, Promise] = {
    VoucherStatus.VALID: gettext_lazy("本凭证的部分指标已退回，以退回记录为准。"),
    VoucherStatus.USED: gettext_lazy("本凭证已使用：项目已投入使用，不得再用于其他项目。"),
    VoucherStatus.RETURNED: gettext_lazy("本凭证已退回：指标不再属于本项目，不得使用。"),
    VoucherStatus.VOID: gettext_lazy("本凭证已作废，不得使用。"),
}


def of(voucher: Voucher) -> Issued:
    """Tell a voucher, in a fixed number of queries; its application comes with it."""
    application = voucher.application
    status = application.voucher_status
    assert status is not None
    return Issued(
        said=read(voucher.content),
        status=status,
        used_on=application.used_on,
        back=given_back(voucher),
    )


def given_back(voucher: Voucher) -> list[Back]:
    """List what went back of a voucher, the first time first."""
    rows = (
        Entry.objects.filter(
            transfer__give_back__voucher=voucher,
            grams__lt=0,
            account__kind=AccountKind.USED,
        )
        .values_list("transfer", "pollutant")
        .annotate(total=Sum("grams"))
        .order_by()
    )
    found: dict[int, dict[Pollutant, Grams]] = {}
    for transfer, pollutant, total in rows:
        found.setdefault(transfer, {})[Pollutant(pollutant)] = Grams(-total)
    return [
        Back(
            on=row.on,
            kind=GiveBackKind(row.kind),
            document=row.document,
            reason=row.reason,
            transfer=row.transfer_id,
            grams={p: found[row.transfer_id][p] for p in Pollutant if p in found[row.transfer_id]},
        )
        for row in GiveBack.objects.filter(voucher=voucher).order_by("id")
    ]


def read(content: Mapping[str, Any]) -> Said:
    """Read the frozen content of a voucher (`allocation.selectors.vouchers.content`)."""
    project, bureau = content["project"], content["bureau"]
    issued_on = date.fromisoformat(content["issued_on"])
    return Said(
        number=content["number"],
        bureau=Name(bureau["name"], bureau["name_en"]),
        issued_on=issued_on,
        issued_by=content["issued_by"],
        application=content["application"],
        rule_book=content["rule_book"],
        polluter=content["polluter"]["name"],
        uscc=content["polluter"]["uscc"],
        project_number=project["number"],
        project=project["name"],
        kind=ProjectKind(project["kind"]),
        place=Name(project["place"], project["place_en"]),
        site=project["site"],
        strategic=project["strategic"],
        lines=[
            Line(
                pollutant=Pollutant(line["pollutant"]),
                increment=grams_of(line["increment"]),
                ratio=line["ratio"],
                clause=clause(line["clause"]),
                required=grams_of(line["required"]),
            )
            for line in content["lines"]
        ],
        sources=[
            Source(
                owner=Name(source["owner"], source.get("owner_en", "")),
                tier=Tier(source["tier"]) if source["tier"] else None,
                pollutant=Pollutant(source["pollutant"]),
                grams=grams_of(source["grams"]),
                lot=source["lot"],
                paper=source["paper"],
                kind=LotSourceKind(source["paper_kind"]),
                vintage=date.fromisoformat(source["vintage"]),
                lake_tai=source["lake_tai"],
                provincial_number=source["provincial_number"],
            )
            for source in content["sources"]
        ],
        signatures=[
            *(
                Signed(
                    hand=Hand(one["hand"]),
                    # Papers of before the English name was kept say the Chinese one alone.
                    place=Name(one["place"], one.get("place_en", "")) if one["place"] else None,
                    document=one["document"],
                    by=one["by"],
                    on=date.fromisoformat(one["on"]),
                )
                for one in content["signatures"]
            ),
            Signed(
                None, Name(bureau["name"], bureau["name_en"]), "", content["issued_by"], issued_on
            ),
        ],
        reason=content["reason"],
        supplements=content["supplements"],
    )
