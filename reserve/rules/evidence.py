"""§2, §11 and §12: what a claim must be able to show before it may be filed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.verdicts import Verdict
from reserve.vocabulary import SourceKind


class EvidenceFlagsMissing(Refusal):
    """The reduction is not said to be monitorable, reportable and verifiable."""

    code = "evidence_flags_missing"
    message = _("未确认%(missing)s，可存为草稿，不得申报")


class EvidenceFilesMissing(Refusal):
    """A flag is set, but no file proves it."""

    code = "evidence_files_missing"
    message = _("缺少%(missing)s的证明材料，不得申报")


@dataclass(frozen=True, slots=True)
class Flags:
    """The three properties of §2 and §12, as set by the declarer or as proved by a file."""

    monitorable: bool = False
    reportable: bool = False
    verifiable: bool = False

    def missing_of(self, other: Flags) -> str:
        """Name, for a sentence, the properties set in `other` and not here."""
        names = (
            (other.monitorable and not self.monitorable, _("可监测")),
            (other.reportable and not self.reportable, _("可报告")),
            (other.verifiable and not self.verifiable, _("可核查")),
        )
        return str(_("、")).join(str(name) for lacks, name in names if lacks)


ALL: Flags = Flags(monitorable=True, reportable=True, verifiable=True)


def flags_demanded(kind: SourceKind, *, permit_states_amount: bool) -> bool:
    """
    Say whether all three flags must be set.

    Always for publicly funded and ecological works (§12); for a polluter only where its permit
    states no permitted amount (§2).
    """
    return kind.needs_all_evidence or not permit_states_amount


def flags_are_set(kind: SourceKind, flags: Flags, *, permit_states_amount: bool) -> Verdict:
    """Judge whether the flags that the kind demands are set; else a draft stays a draft."""
    demanded = flags_demanded(kind, permit_states_amount=permit_states_amount)
    return Verdict(
        refusal=EvidenceFlagsMissing,
        clause=clause("12.2" if kind.needs_all_evidence else "2.2"),
        passes=not demanded or flags == ALL,
        facts={"missing": flags.missing_of(ALL)},
    )


def flags_are_proved(flags: Flags, files: Flags, *, batch_scan: bool = False) -> Verdict:
    """
    Judge whether each flag that is set is proved by a file.

    The sealed scan of a batch proves all flags of every claim in it.
    """
    return Verdict(
        refusal=EvidenceFilesMissing,
        clause=clause("2.2"),
        passes=batch_scan or not files.missing_of(flags),
        facts={"missing": files.missing_of(flags)},
    )
