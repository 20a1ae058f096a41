"""What a claim says as one document, and what changed between two of its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, ClaimRevision
from reserve.vocabulary import AccountingMethod, Destination, EvidenceKind, SourceKind

LABELS: Final[Mapping[str, str | Promise]] = {
    "place": _("申报单位"),
    "beneficiary": _("受益地区"),
    "polluter": _("排污单位"),
    "uscc": _("统一社会信用代码"),
    "permit": _("排污许可证"),
    "project": _("项目名称"),
    "source_kind": _("减排类型"),
    "destination": _("去向"),
    "lake_tai_band": _("环太湖五公里范围内"),
    "finished_on": _("完成日期"),
    "permit_changed_on": _("许可证变更日期"),
    "accepted_on": _("验收日期"),
    "late_reason": _("逾期理由"),
    "monitorable": _("可监测"),
    "reportable": _("可报告"),
    "verifiable": _("可核查"),
    "remarks": _("备注"),
    "evidence": _("证明材料"),
    "lines": _("核算行"),
    "method": _("核算方法"),
    "inputs": _("核算参数"),
    "document": _("核定文件"),
    "verified": _("核定减排量"),
    "binding": _("已用于约束性减排"),
    "prior_use": _("已用于建设项目"),
}
"""What the parts of a filed claim are called, for differences and papers."""

_CHOICES: Final = {
    "source_kind": SourceKind,
    "destination": Destination,
    "method": AccountingMethod,
}
_MASSES: Final = frozenset({"verified", "binding", "prior_use"})


@dataclass(frozen=True, slots=True)
class Change:
    """
    One thing that differs between two versions, in words.

    ``field`` is its name (``finished_on``, ``lines.COD.verified``); an empty ``before`` or
    ``after`` means that it was not there.
    """

    field: str
    label: str
    before: str
    after: str


def document_of(claim: Claim) -> dict[str, Any]:
    """Put down everything that a claim says, as `ClaimRevision.content` keeps it."""
    return {
        "place": claim.place_id,
        "beneficiary": claim.beneficiary_id,
        "polluter": claim.polluter.name,
        "uscc": claim.polluter.uscc,
        "permit": claim.permit.number if claim.permit else "",
        "project": claim.project,
        "source_kind": claim.source_kind,
        "destination": claim.destination,
        "lake_tai_band": claim.lake_tai_band,
        "finished_on": _day(claim.finished_on),
        "permit_changed_on": _day(claim.permit_changed_on),
        "accepted_on": _day(claim.accepted_on),
        "due_on": _day(claim.due_on),
        "late_reason": claim.late_reason,
        "monitorable": claim.monitorable,
        "reportable": claim.reportable,
        "verifiable": claim.verifiable,
        "remarks": claim.remarks,
        "lines": {
            line.pollutant: {
                "method": line.method,
                "inputs": line.inputs,
                "document": line.document,
                "verified": line.verified,
                "binding": line.binding,
                "prior_use": line.prior_use,
            }
            for line in claim.lines.all()
        },
        "evidence": [
            {"kind": evidence.kind, "name": evidence.file.name, "sha256": evidence.file.sha256}
            for evidence in claim.evidence.filter(removed_at=None).select_related("file")
        ],
    }


def difference(claim: Claim, old: int, new: int | None = None) -> list[Change]:
    """
    List what changed from version *old* to version *new*, in the form's order.

    Without *new* the claim is compared as it stands now. A version that was never filed gives
    no changes.
    """
    kept = dict(
        claim.revisions.filter(version__in=[old, new or 0]).values_list("version", "content")
    )
    after = kept.get(new) if new is not None else document_of(claim)
    if old not in kept or after is None:
        return []
    return changes(kept[old], after)


def versions(claim: Claim) -> list[ClaimRevision]:
    """Return every version that was filed, oldest first, with who filed it."""
    return list(claim.revisions.select_related("by"))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """List what differs between two documents of a claim, in the form's order."""
    return list(_changes(before, after))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for field, label in LABELS.items():
        if field in ("lines", "evidence"):
            continue
        if field in before and before[field] != after.get(field):
            yield Change(
                field, str(label), _words(field, before[field]), _words(field, after.get(field))
            )
    for code in Pollutant:
        old, new = before["lines"].get(code, {}), after["lines"].get(code, {})
        for field in ("method", "inputs", "document", "verified", "binding", "prior_use"):
            if old.get(field) != new.get(field):
                yield Change(
                    f"lines.{code}.{field}",
                    f"{code.symbol} · {LABELS[field]}",
                    _words(field, old.get(field)),
                    _words(field, new.get(field)),
                )
    files = [
        [(file["kind"], file["sha256"]) for file in side["evidence"]] for side in (before, after)
    ]
    if sorted(files[0]) != sorted(files[1]):
        yield Change(
            "evidence",
            str(LABELS["evidence"]),
            *(
                "；".join(f"{EvidenceKind(f['kind']).label} {f['name']}" for f in side["evidence"])
                for side in (before, after)
            ),
        )


def _words(field: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field in _MASSES:
        return mass.text(value)
    if field in _CHOICES:
        return str(_CHOICES[field](value).label)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, dict):
        rows = value.get("rows", [value])
        return "；".join("，".join(f"{k} {v}" for k, v in row.items()) for row in rows)
    return str(value)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
