"""How the desk says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal, Stale

if TYPE_CHECKING:
    from allocation.rules.sheet import Row


class ProjectOnRecord(Refusal):
    """The polluter has a project of this name already."""

    code = "project_on_record"
    message = _("该单位的同名项目已登记，编号%(number)s")


class ProjectInUse(Refusal):
    """What an application was filed on is not edited while the application stands."""

    code = "project_in_use"
    message = _("申请%(number)s正在办理或已有凭证，项目内容不得修改")


class BooksDoNotAddUp(Refusal):
    """Generation less reduction is what leaves the project; what reaches the water is no more."""

    code = "books_do_not_add_up"
    message = _(
        "%(pollutant)s：产生量%(generation)s减削减量%(reduction)s应等于%(leaves)s，"
        "且外排量不大于接管量，以新带老不大于现有排放量"
    )


class NotAnIndustryCode(Refusal):
    """A project's industry is a class of GB/T 4754-2017."""

    code = "not_an_industry_code"
    message = _("“%(industry)s”不是行业代码，如 C2761")


class ExemptionWithoutReason(Refusal):
    """A kind of project that replaces nothing says why it is one (§7)."""

    code = "exemption_without_reason"
    message = _("免于替代须写明理由，且须属规则所列类型")


class StrategicIncomplete(Refusal):
    """A strategic class has its basis and its file, and is approved by a second person."""

    code = "strategic_incomplete"
    message = _("战略性新兴产业须有类别、认定依据和证明文件")


class OwnProject(Refusal):
    """A strategic class is approved by somebody who did not record the project."""

    code = "same_person"
    status = 403
    message = _("战略性新兴产业类别须由登记人以外的人认定")


class OwnOpening(Refusal):
    """Opening a gate on application and using what it opened are two people's acts (§10)."""

    code = "same_person"
    status = 403
    message = _("该途径由您按%(document)s批准开放，使用须由他人办理")


class AlreadyAsked(Refusal):
    """A project has one application under way at a time (§21)."""

    code = "already_asked"
    message = _("本项目已有申请%(number)s正在办理")


class NotItsProject(Refusal):
    """A supplement asks for the project whose EIA approved more."""

    code = "not_its_project"
    message = _("申请%(number)s不属于本项目，不能补充")


class NothingToReplace(Refusal):
    """A project that adds nothing, or is exempt, needs no voucher."""

    code = "nothing_to_replace"
    message = _("本项目无须替代，不必申请指标")


class NotAssessable(Refusal):
    """Something stands in the way of an application; ``rows`` lists all of it."""

    code = "not_assessable"
    message = _("尚有%(count)s项不符合：%(findings)s")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        super().__init__(
            count=len(self.rows),
            findings="；".join(
                "".join(filter(None, (row.source and f"{row.source}：", row.sentence)))
                + (f"（{row.remedy.sentence}）" if row.remedy else "")
                for row in self.rows
            ),
            checks=[row.check.value for row in self.rows],
            codes=[str(reason.code.value) for row in self.rows for reason in row.reasons],
        )
        self.clause = self.rows[0].clause


class NotASource(Refusal):
    """An application names an account that could never give it quota."""

    code = "not_a_source"
    message = _("“%(source)s”不是本申请可用的来源")


class NotTradable(NotAssessable):
    """Something stands in the way of a trade; ``rows`` lists all of it."""

    code = "not_tradable"


class TermsIncomplete(Refusal):
    """A trade names its two sides, its contract, and what is sold at which price."""

    code = "terms_incomplete"
    message = _("交易须写明双方、合同编号与日期，以及每种污染物的数量和单价")


class ConsentMissing(Refusal):
    """What a reserve sells, its head consents to first."""

    code = "consent_missing"
    message = _("储备出让须先经所在地负责人同意")


class TradeShort(Refusal):
    """A void took part of what an accepted trade had set aside (§21)."""

    code = "trade_short"
    message = _("预留批次被作废，%(pollutant)s现预留%(held)s吨/年，少于成交量%(wanted)s吨/年")


class NotAnotherCity(Refusal):
    """What a place of this city sells or buys is traded between its own accounts (YRD)."""

    code = "not_another_city"
    message = _("“%(city)s”在本市范围内，请按市内交易办理")


class CounterpartUsed(Refusal):
    """Another city's certificate stands for one trade: its mass comes in once (YRD)."""

    code = "counterpart_used"
    message = _("%(city)s的交易凭证%(counterpart)s已用于交易%(number)s")


class ContractOnRecord(Refusal):
    """A contract between the same sides, for the same project, makes one trade."""

    code = "contract_on_record"
    message = _("合同“%(contract)s”已登记为交易%(number)s")


class CertificateUsed(Refusal):
    """A certificate of the trading agency stands for one trade."""

    code = "certificate_used"
    message = _("交易凭证%(certificate)s已用于交易%(number)s")


class ChangedSince(Stale):
    """The application was filed anew since it was looked at."""

    code = "stale"
    message = _(
        "申请%(number)s已变为第%(current)s版“%(status)s”，您看到的是第%(seen)s版，请核对后再办理"
    )


class WrittenMeanwhile(Stale):
    """Somebody else saved the draft since it was opened; nothing was overwritten."""

    code = "written_meanwhile"
    message = _("申请%(number)s已被他人修改，尚未保存您的内容；下面保留您所填的，核对后再次保存")


class GivenBackMeanwhile(Stale):
    """Something of the voucher went back since it was looked at, maybe by the same hand."""

    code = "given_back_meanwhile"
    message = _("申请%(number)s在您打开本页之后已有指标退回，本次未再退回，请核对余量后再办理")


class HoldShort(Refusal):
    """A void took part of what was set aside; the rest covers the duty no more (§21)."""

    code = "hold_short"
    message = _("预留批次被作废，%(pollutant)s现预留%(held)s吨/年，少于须替代量%(required)s吨/年")


class HoldLapsed(Refusal):
    """The hold's time has run out."""

    code = "hold_lapsed"
    message = _("预留已于%(lapsed)s到期")


class NotLapsed(Refusal):
    """The hold's time has not run out."""

    code = "not_lapsed"
    message = _("预留尚未到期")


class UnsignedReserve(Refusal):
    """A reserve of another tier or place signs before the voucher is issued (RULES §5)."""

    code = "unsigned_reserve"
    message = _("尚缺%(places)s的投放签署")


class NothingToSign(Refusal):
    """The application draws on no reserve that this hand answers for."""

    code = "nothing_to_sign"
    message = _("本申请不使用您所管理的储备，或已经签署")


class NotYetHappened(Refusal):
    """What happened is recorded on its day or later."""

    code = "not_yet_happened"
    message = _("%(label)s%(day)s晚于今日，不能登记")


class UsedBeforeApproval(Refusal):
    """A project is in use on the day of its EIA approval at the earliest."""

    code = "used_before_approval"
    message = _("投入使用日期%(used_on)s早于环评批复日期%(approved_on)s")


class Uncovered(Refusal):
    """What a project in use was approved for is more than its vouchers cover (§21)."""

    code = "uncovered"
    message = _("%(pollutant)s批复增量超出凭证%(missing)s吨/年，须先办理补充申请")


class NeededInUse(Refusal):
    """What would go back covers a project that is in use, be it by another voucher (§21)."""

    code = "needed_in_use"
    message = _("项目已投入使用，退回后%(pollutant)s批复增量将有%(missing)s吨/年没有指标")


class NothingNamed(Refusal):
    """A return names grams that go back, and the project still has some."""

    code = "nothing_named"
    message = _("没有可退回的指标，或未填写退回数量")


class MoreThanUsed(Refusal):
    """More is to be given back than the project still has."""

    code = "more_than_used"
    message = _("%(pollutant)s可退回%(left)s吨/年，不足%(wanted)s吨/年")


class QuarterNotBegun(Refusal):
    """Nothing can be listed of a quarter that lies ahead."""

    code = "quarter_not_begun"
    message = _("%(quarter)s尚未开始")


class QuarterNotOver(Refusal):
    """A quarter is dispatched when it is over (P4)."""

    code = "quarter_not_over"
    message = _("%(quarter)s尚未结束，不能调度")


class QuarterDispatched(Refusal):
    """A confirmed dispatch stands; what came later belongs to the next one."""

    code = "quarter_dispatched"
    message = _("%(quarter)s的调度已确认，后续情况列入下一季度")


class ListTaken(Refusal):
    """A list is taken in once; a correction is another list."""

    code = "list_taken"
    message = _("该清单已入账；如需更正，请导入更正后的清单")


class NotProbable(Refusal):
    """Only a voucher of the same polluter can be the one that an approval lacks."""

    code = "not_probable"
    message = _("凭证%(voucher)s不属于该单位")
