"""The promises that PostgreSQL keeps for the watch; those of the stock come before them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from reserve.promises import Promise, register

_BORN: Final = ("monitoring_target", "monitoring_suspension", "monitoring_judgement")
_STANDING: Final = (
    *_BORN,
    "monitoring_gateopening",
    "monitoring_outstandingpark",
    "monitoring_measuredlist",
)
_SIGNED: Final = (
    "monitoring_measuredlist",
    "monitoring_target",
    "monitoring_judgement",
    "monitoring_taskresult",
    "monitoring_gateopening",
    "monitoring_outstandingpark",
    "monitoring_monitorcheck",
    "monitoring_measuredamount",
)
_GROWING: Final = (
    "monitoring_monthrun",
    "monitoring_placewarning",
    "monitoring_measure",
    "monitoring_taskresult",
    "monitoring_monitorcheck",
    "monitoring_measuredamount",
    "kernel_step",
)

PROMISES: Final = (
    Promise(
        15,
        "Targets, orders and judgements are born by a signed step and move by their tables, with "
        "four eyes.",
        _("目标、暂停令、评定由署名的提出而成立，只按流程表、由不同的人办理"),
        (
            *((table, "note_birth") for table in _BORN),
            *((table, "take_step") for table in _BORN),
            ("kernel_step", "only_grows"),
        ),
        (
            ("monitoring_target", "a_target_is_approved_by_a_second_person"),
            ("monitoring_judgement", "a_judgement_is_confirmed_by_a_second_person"),
        ),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
    Promise(
        16,
        "What was proposed, ordered or judged is not edited; results, checks, measured amounts and "
        "judged months only grow.",
        _("已提出、下达、评定的内容不得修改，完成情况、检查、监测排放量与月度预警只增不改"),
        (
            *((table, "stands") for table in _STANDING),
            *((table, "stands_whole") for table in _STANDING),
            *((table, "only_grows") for table in _GROWING),
            ("monitoring_measuredamount", "withdraws_what_stands"),
        ),
        (
            ("monitoring_suspension", "an_order_has_its_document_and_its_days"),
            ("monitoring_suspension", "a_lift_has_its_document_and_its_day"),
            ("monitoring_judgement", "a_confirmed_judgement_has_its_document_and_its_day"),
            ("monitoring_taskresult", "a_task_result_is_numbered_once"),
            ("monitoring_measuredamount", "a_measured_amount_is_numbered_once"),
            (
                "monitoring_measuredamount",
                "a_measured_amount_is_of_a_month_and_never_below_nothing",
            ),
            ("monitoring_measuredamount", "a_measured_amount_is_withdrawn_with_a_reason"),
        ),
        owner="disable the triggers; the history of rows shows what stood before.",
    ),
    Promise(
        17,
        "No two orders close the same at one time; an order closes from its own day on and is "
        "shortened by its lift alone, or taken back by it before it began, which leaves its days.",
        _("同一范围的暂停令不得重叠，自下达日起生效，只由解除令缩短，或在开始前由解除令撤回"),
        (("monitoring_suspension", "order_keeps_its_days"),),
        (
            ("monitoring_suspension", "no_two_orders_close_the_same_at_one_time"),
            ("monitoring_suspension", "an_order_closes_from_its_own_day_on"),
            ("monitoring_suspension", "one_suspension_is_proposed_at_a_time"),
        ),
        owner="drop the constraints; the steps and the history of rows keep the days.",
    ),
    Promise(
        18,
        "One target holds and one judgement stands; nothing is opened twice, and an opening only "
        "closes early, once.",
        _(
            "同一指标只有一个有效目标，同一年度只有一个有效评定；同一途径不重复开放，只能提前关闭一次"
        ),
        (
            ("monitoring_gateopening", "only_closes"),
            ("monitoring_outstandingpark", "only_closes"),
        ),
        (
            ("monitoring_target", "a_place_has_one_target_a_year"),
            ("monitoring_judgement", "one_judgement_of_a_year_stands"),
            ("monitoring_gateopening", "nothing_is_opened_twice_at_one_time"),
            ("monitoring_gateopening", "an_opening_has_an_end"),
            ("monitoring_gateopening", "the_own_reserve_needs_no_opening"),
            ("monitoring_outstandingpark", "a_park_is_outstanding_once_at_a_time"),
            ("monitoring_outstandingpark", "an_outstanding_park_has_its_document"),
        ),
        owner="drop the constraints; the history of rows shows both.",
    ),
    Promise(
        19,
        "Whoever is named as having acted on an order of the watch is whoever signed.",
        _("目标、评定、开放、检查所记的经办人即署名人"),
        tuple((table, "signs_own") for table in _SIGNED),
        owner="sign as somebody else: the person of a transaction is what the program says.",
    ),
    Promise(
        20,
        "What a failed check bars from accounting counts again only after a check of its kind "
        "passed.",
        _("检查不合格的监控数据，同类检查合格后方可恢复使用"),
        (
            ("monitoring_barredspan", "stands"),
            ("monitoring_barredspan", "stands_whole"),
            ("monitoring_barredspan", "bar_only_ends"),
        ),
        (
            ("monitoring_barredspan", "a_monitor_is_barred_once_at_a_time"),
            ("monitoring_monitor", "a_monitors_dates_come_in_order"),
        ),
        owner="disable the triggers; the checks still say when the data did not count.",
    ),
)

register(*PROMISES)
