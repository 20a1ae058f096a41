"""What a finding says, in a sentence and in masses, for pages and papers alike."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from allocation.models import Finding
from allocation.vocabulary import FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant

WRONG: Final = {
    "unknown": _("清单所填凭证%(voucher)s查无此号"),
    "certificate": _("清单所填%(voucher)s是交易凭证，该项目尚未据以取得总量凭证"),
    "anothers": _("清单所填凭证%(voucher)s属于其他单位"),
    "not_good": _("清单所填凭证%(voucher)s已退回或作废"),
    "twice": _("清单所填凭证%(voucher)s另有批复%(elsewhere)s使用"),
}
SENTENCES: Final = {
    FindingKind.EIA_UNVOUCHERED: _("%(day)s批复，没有总量凭证"),
    FindingKind.EIA_PROBABLE: _("%(day)s批复，同单位同项目有凭证%(vouchers)s，请确认"),
    FindingKind.CLOSED_UNCLAIMED: _("%(day)s因%(reason)s注销，尚未申报储备"),
    FindingKind.AMOUNTS_FELL: _("%(day)s变更许可证，许可量减少，尚未申报储备"),
    FindingKind.MOVED_UNDECIDED: _("%(day)s因%(reason)s注销，可否储备待定"),
    FindingKind.VOUCHER_UNAPPROVED: _("%(day)s出具凭证，未见环评批复"),
    FindingKind.TRADE_UNUSED: _("%(day)s成交（凭证%(certificate)s），项目尚未据以申请"),
    FindingKind.HOLD_LAPSING: _("为申请预留的指标将在下次调度前失效"),
}
DIFFERS: Final = {
    True: _("批复增量大于凭证%(vouchers)s的增量，须补充申请"),
    False: _("批复增量小于凭证%(vouchers)s的增量，多余指标应退回"),
}
BOUGHT: Final = _("%(sentence)s；该单位已购指标（交易凭证%(certificates)s）尚未据以申请")
DRAFT: Final = _("%(sentence)s，已起草%(draft)s")


def sentence(found: Finding) -> str:
    """Say in the language active now what was found."""
    facts: dict[str, Any] = dict(found.facts)
    facts["vouchers"] = "、".join(facts.get("vouchers", ()))
    kind = FindingKind(found.kind)
    if kind is FindingKind.EIA_BAD_VOUCHER:
        return str(WRONG[facts["why"]]) % facts
    if kind is FindingKind.AMOUNTS_DIFFER:
        return str(DIFFERS[facts["short"]]) % facts
    said = str(SENTENCES[kind]) % facts
    if facts.get("certificates"):
        said = str(BOUGHT) % {"sentence": said, "certificates": "、".join(facts["certificates"])}
    return str(DRAFT) % {"sentence": said, **facts} if facts.get("draft") else said


def amounts(found: Finding) -> list[tuple[Pollutant, Grams]]:
    """Give what it is about by pollutant: increments, permitted amounts, or what differs."""
    if found.kind == FindingKind.AMOUNTS_DIFFER:
        given = {
            code: pair["approved"] - pair["covered"] for code, pair in found.facts["differ"].items()
        }
    else:
        given = found.facts.get("amounts", {})
    return [(which, Grams(given[which])) for which in Pollutant if which in given]
