"""What can be wrong with a claim beside the notice's own rules, and how a problem is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.refusals import Refusal


class Missing(Refusal):
    """Something that a claim cannot be filed without is not there."""

    code = "missing"
    message = _("缺少%(what)s")


class NotTheComputedAmount(Refusal):
    """A line states another amount than its method gives by its inputs."""

    code = "not_the_computed_amount"
    message = _("核定减排量%(stated)s与按参数核算的%(computed)s吨/年不一致")


class NoHolding(Refusal):
    """Only a polluter's own treatment may become its holding."""

    code = "no_holding"
    message = _("只有排污单位自主实施的治理项目可以由其自持")


class ForeignPermit(Refusal):
    """The permit is another polluter's."""

    code = "foreign_permit"
    message = _("排污许可证%(permit)s不属于该排污单位")


class DeclaredElsewhere(Refusal):
    """The declarer is not the place whose reserve takes the local part."""

    code = "declared_elsewhere"
    message = _("由%(declarer)s申报，县级（园区）份额归排污单位所在的%(beneficiary)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a claim, and the field of the form that it stands beside."""

    field: str
    refusal: Refusal
    only_warns: bool = False

    @property
    def code(self) -> str:
        """Give the stable code by which programs know it."""
        return self.refusal.code

    @property
    def clause(self) -> Clause | None:
        """Give the clause that says so."""
        return self.refusal.clause

    def __str__(self) -> str:
        return str(self.refusal)
