"""What an assessment sheet checks and what it may find, each a sentence with its figures."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.rules.gate_codes import GateCode


class Check(TextChoices):
    """What a row of the sheet is about."""

    REPLACEMENT = "replacement", _("减量替代")
    ONCE = "once", _("是否已有凭证")
    SOURCE = "source", _("来源是否合规")
    TRADE = "trade", pgettext_lazy("check", "交易")
    PILOT = "pilot", _("试点名单")
    GATE = "gate", _("使用条件")
    SUSPENSION = "suspension", pgettext_lazy("check", "暂停使用")
    PRIORITY = "priority", _("优先保障")
    EARMARK = "earmark", _("环太湖批次")
    STOCK = "stock", _("余额")
    COVER = "cover", _("来源合计")


class SheetCode(TextChoices):
    """What was found; the label is the sentence."""

    DUTY = (
        "duty",
        _("%(pollutant)s新增%(increment)s吨/年，按%(ratio)s倍须替代%(required)s吨/年"),
    )
    NO_INCREMENT = "no_increment", _("无新增排放量，无须替代")
    EXEMPT = "exempt", _("属免于替代的项目类型，无须替代")
    STRATEGIC_WAITS = (
        "strategic_waits",
        _("战略性新兴产业类别尚未认定，%(pollutant)s按%(ratio)s倍计"),
    )
    FIRST_TIME = "first_time", _("本项目此前没有凭证")
    SUPPLEMENTS = "supplements", _("补充申请，原申请为%(number)s")
    VOUCHERED = "vouchered", _("本项目的%(pollutant)s已有凭证（申请%(number)s），不得重复使用")
    OWN_RESERVE = "own_reserve", _("项目所在地本级储备")
    UPPER_RESERVE = "upper_reserve", _("项目所在地的上级储备")
    OTHER_RESERVE = "other_reserve", _("跨区域购买其他地区储备")
    OWN_HOLDING = "own_holding", _("本单位自持指标")
    TRADE_INSIDE = "trade_inside", _("区域内向其他排污单位购买")
    TRADE_ACROSS = "trade_across", _("跨区域向其他排污单位购买")
    FORBIDDEN = "forbidden", _("园区以外的项目不得使用园区储备，下级储备也不得使用")
    NOT_TRADED = "not_traded", _("购买须先成交，成交后即为本单位自持指标")
    BOUGHT = "bought", _("经交易%(number)s购入，交易凭证%(certificate)s")
    NOT_BOUGHT = "not_bought", _("交易%(number)s未成交、不归本项目，或余量不足")
    NOT_FOR_SALE = "not_for_sale", _("本级和上级储备不经交易取得")
    FROM_OUTSIDE = "from_outside", _("向市外购入")
    TO_OUTSIDE = "to_outside", _("向市外出让")
    PILOT = "pilot", _("%(place)s的%(pollutant)s在跨区域交易试点名单内")
    NOT_PILOT = "not_pilot", _("%(place)s的%(pollutant)s不在规则所列的跨区域交易试点名单内")
    TAI_NOT_SOLD = (
        "tai_not_sold",
        _("须动用环太湖批次%(grams)s吨/年，储备的环太湖批次只出让给战略性新兴产业项目"),
    )
    NOT_SUSPENDED = "not_suspended", _("没有生效的暂停令")
    LOCAL_FIRST = "local_first", _("属本区域重大产业项目，本储备优先用于此类项目")
    LOCAL_OTHERS = "local_others", _("不属本区域重大产业项目，排在此类项目之后")
    LISTED = "listed", _("属市级储备优先保障或重点支持范围")
    UNLISTED_SIGNED = "unlisted_signed", _("不在优先保障范围，已说明理由并双签")
    UNLISTED_REASON = "unlisted_reason", _("不在优先保障范围，已说明理由，投放前须双签")
    UNLISTED = "unlisted", _("不在市级储备优先保障范围，未说明理由")
    PLAIN_LOTS = "plain_lots", _("不动用环太湖五公里范围内腾出的批次")
    TAI_TO_STRATEGIC = "tai_to_strategic", _("环太湖批次优先用于战略性新兴产业项目")
    TAI_SIGNED = "tai_signed", _("动用环太湖批次%(grams)s吨/年，无战略性新兴产业申请等候，已双签")
    TAI_REASON = (
        "tai_reason",
        _("动用环太湖批次%(grams)s吨/年，无战略性新兴产业申请等候，已说明理由，投放前须双签"),
    )
    TAI_UNSIGNED = "tai_unsigned", _("须动用环太湖批次%(grams)s吨/年，未说明理由")
    TAI_AWAITED = (
        "tai_awaited",
        _("须动用环太湖批次%(grams)s吨/年，而战略性新兴产业申请%(numbers)s正在等候"),
    )
    IN_STOCK = "in_stock", _("可用%(available)s吨/年，使用%(grams)s吨/年")
    NOT_IN_STOCK = "not_in_stock", _("可用%(available)s吨/年，不足%(grams)s吨/年")
    BOUND = (
        "bound",
        _(
            "可用%(available)s吨/年，不足%(grams)s吨/年；另有%(bound)s吨/年是为项目购入的："
            "本项目使用须注明交易，其他项目须待该项目撤销申请或退回凭证"
        ),
    )
    COVERED = "covered", _("%(pollutant)s来源合计%(offered)s吨/年，须替代%(required)s吨/年")
    OVERCOVERED = (
        "overcovered",
        _("%(pollutant)s来源合计%(offered)s吨/年，超出须替代量%(required)s吨/年"),
    )
    NOT_COVERED = (
        "not_covered",
        _("%(pollutant)s来源合计%(offered)s吨/年，少于须替代量%(required)s吨/年"),
    )

    # What would make it pass.
    CAN_APPROVE = "can_approve", _("经第二人认定后，符合条件的污染物按%(ratio)s倍计")
    CAN_ADD = "can_add", _("再落实%(missing)s吨/年即可")
    CAN_LESSEN = "can_lessen", _("减少%(missing)s吨/年，或另选来源")
    CAN_SUPPLEMENT = "can_supplement", _("批复增量更大的，以补充申请办理")
    CAN_CHOOSE = "can_choose", _("改用本级或上级储备")
    CAN_TRADE = "can_trade", _("先登记交易，经接受、市局核准成交后，以自持指标列为来源")
    CAN_FILE = "can_file", _("由所在地申请投放")
    CAN_PILOT = "can_pilot", _("列入规则的试点名单后再办理")
    CAN_APPLY = "can_apply", _("该地区可向市局申请开放，由专人批准并注明文号和截止日期")
    CAN_WAIT = "can_wait", _("至%(until)s不可使用，可改用其他来源")
    CAN_BE_LIFTED = "can_be_lifted", _("环境质量改善、暂停令解除后即可")
    CAN_REASON = "can_reason", _("填写例外理由，投放前由综合业务处双签")
    CAN_LEAVE = "can_leave", _("待该申请办结，或改用其他来源")


def code_of(value: str) -> SheetCode | GateCode:
    """
    Find the code of a stored reason: the sheet's own, or one of the gate's.

    :raises ValueError: if it is neither.
    """
    return SheetCode(value) if value in SheetCode.values else GateCode(value)
