"""The promises that PostgreSQL keeps for the desk; those of the stock and the watch come before."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from reserve.promises import Promise, register

_GROWING: Final = (
    "allocation_applicationsheet",
    "allocation_divisionopinion",
    "allocation_signature",
    "allocation_voucher",
    "allocation_giveback",
)
_SIGNED: Final = (*_GROWING, "allocation_project", "allocation_application")

PROMISES: Final = (
    Promise(
        21,
        "Nothing is held or vouchered without cover: what a status says, the ledger has.",
        _("无足额指标不得预留、不得出具凭证；已了结的申请不占用指标"),
        (("allocation_application", "step_is_backed"),),
        (
            ("allocation_applicationline", "a_line_replaces_no_less_than_it_adds"),
            ("allocation_applicationline", "an_application_has_one_line_per_pollutant"),
            ("allocation_applicationsource", "a_source_is_a_reserve_or_a_holding"),
        ),
        owner="disable the trigger; the duty of a line stands beside the entries of its transfers.",
    ),
    Promise(
        22,
        "An application is born by a signed step and moves by its table; who asks, screens, "
        "assesses, holds and releases are different people; a division speaks of its own medium "
        "alone, and whoever opened a gate on application uses nothing of it.",
        _(
            "申请由署名的起草而成立，只按流程表办理；申请、初审、审核、预留、投放须由不同的人办理；"
            "要素处室只办理本要素的事项；批准开放途径的人不得使用"
        ),
        (
            ("allocation_application", "note_birth"),
            ("allocation_application", "take_step"),
            ("kernel_step", "only_grows"),
            *((table, "signs_own") for table in _SIGNED),
            ("allocation_application", "the_division_of_its_medium"),
            ("allocation_divisionopinion", "the_division_of_its_medium"),
            ("allocation_application", "who_opened_the_gate"),
            ("allocation_signature", "who_opened_the_gate"),
            ("allocation_voucher", "who_opened_the_gate"),
        ),
        (
            (
                "allocation_project",
                "a_strategic_class_is_approved_by_its_file_and_a_second_person",
            ),
            ("allocation_application", "what_was_filed_has_its_day_and_its_rule_book"),
        ),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
    Promise(
        23,
        "What was filed is what is assessed, signed, released and vouchered; sheets, opinions, "
        "signatures, vouchers and give-backs only grow.",
        _("评估、签署、投放、出证的内容即所提交的内容；评估单、意见、签署、凭证、退回只增不改"),
        (
            ("allocation_application", "filed_application_stands"),
            ("allocation_applicationline", "filed_part_stands"),
            ("allocation_applicationsource", "filed_part_stands"),
            ("allocation_project", "project_stands"),
            ("allocation_projectamount", "project_amount_stands"),
            ("allocation_divisionopinion", "signed_as_it_stands"),
            ("allocation_signature", "signed_as_it_stands"),
            ("allocation_voucher", "vouchered_as_it_stands"),
            *((table, "only_grows") for table in _GROWING),
        ),
        (
            ("allocation_applicationsheet", "a_sheet_is_stored_once_a_moment"),
            ("allocation_projectamount", "the_three_books_add_up"),
            ("allocation_project", "a_project_is_on_record_once"),
        ),
        owner="disable the triggers; the history of rows shows what stood before.",
    ),
    Promise(
        24,
        "A dispatch is born by a signed step and confirmed once, by somebody who did not run it.",
        _("调度由署名的汇总而成立，每季度只确认一次，汇总人不得确认"),
        (
            ("allocation_dispatchround", "note_birth"),
            ("allocation_dispatchround", "take_step"),
            ("allocation_dispatchround", "stands"),
            ("allocation_dispatchround", "stands_whole"),
            ("allocation_dispatchround", "signs_own"),
        ),
        (
            ("allocation_dispatchround", "a_dispatch_has_one_round_per_version"),
            ("allocation_dispatchround", "a_quarter_is_dispatched_once"),
            ("allocation_dispatchround", "a_confirmed_dispatch_has_its_day"),
        ),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
    Promise(
        25,
        "What a dispatch found is written with it and only grows; a task is settled by name, "
        "and else stands.",
        _("调度所列事项随调度一次写成，只增不改；事项只由署名人办结，其余不得修改"),
        (
            ("allocation_finding", "found_by_its_round"),
            ("allocation_finding", "only_grows"),
            ("allocation_matchopinion", "only_grows"),
            ("allocation_matchopinion", "signs_own"),
            ("allocation_dispatchtask", "stands"),
            ("allocation_dispatchtask", "stands_whole"),
            ("allocation_dispatchtask", "signs_own"),
        ),
        (
            ("allocation_finding", "a_round_finds_a_matter_once"),
            ("allocation_dispatchtask", "a_matter_is_one_task_of_a_quarter"),
            ("allocation_dispatchtask", "a_matter_has_one_open_task"),
            ("allocation_dispatchtask", "who_settles_a_task_says_when_and_how"),
        ),
        owner="disable the triggers; the history of rows shows what was found.",
    ),
    Promise(
        26,
        "A row of the quarter's lists is never removed, and is corrected by a later list alone.",
        _("季度清单的内容不得删除，只由后一清单更正"),
        (
            ("allocation_dispatchlist", "list_is_taken_once"),
            ("allocation_dispatchlist", "stands"),
            ("allocation_dispatchlist", "stands_whole"),
            ("allocation_dispatchlist", "signs_own"),
            ("allocation_eiaapproval", "listed_row_stands"),
            ("allocation_permitcancellation", "listed_row_stands"),
        ),
        (
            ("allocation_dispatchlist", "a_dispatch_list_is_of_a_quarter"),
            ("allocation_dispatchround", "a_dispatch_is_of_a_quarter"),
        ),
        owner="disable the triggers; the lists are kept as they came.",
    ),
    Promise(
        27,
        "What is sold is set aside when it is accepted, and is the buyer's only by the trade's own "
        "transfer; nothing is sold twice.",
        _("交易经接受即预留标的，只由该交易的划转归买方所有；同一指标不得重复出让"),
        (
            ("allocation_trade", "trade_is_backed"),
            ("allocation_trade", "another_city_is_none_of_ours"),
            ("reserve_source", "nothing_comes_in_but_by_a_posted_trade"),
            ("allocation_applicationsource", "trade_serves_its_buyer"),
        ),
        (
            ("allocation_trade", "a_trade_has_two_sides"),
            ("allocation_trade", "nobody_sells_to_itself"),
            ("allocation_trade", "a_contract_makes_one_trade"),
            ("allocation_trade", "a_certificate_stands_for_one_trade"),
            ("allocation_trade", "another_citys_certificate_brings_mass_once"),
            ("allocation_tradeline", "a_total_is_the_price_of_its_grams"),
            ("allocation_tradeline", "a_trade_sells_a_pollutant_once"),
        ),
        owner="disable the trigger; the lines of a trade stand beside the entries of its transfer.",
    ),
    Promise(
        28,
        "A trade is born by a signed offer and moves by its table; across counties its sides are "
        "recorded by two people, and a third checks; a reserve sells by its head alone, and "
        "whoever opened a gate on application buys nothing through it.",
        _(
            "交易由署名的出让而成立，只按流程表办理；跨区域双方分别登记，核准由第三人办理；"
            "批准开放途径的人不得登记接受或核准"
        ),
        (
            ("allocation_trade", "note_birth"),
            ("allocation_trade", "take_step"),
            ("allocation_trade", "signs_own"),
            ("allocation_trade", "who_opened_the_gate"),
            ("allocation_trade", "stands"),
            ("allocation_trade", "stands_whole"),
            ("allocation_tradeline", "only_grows"),
            ("allocation_tradeline", "line_is_offered"),
        ),
        (
            ("allocation_trade", "a_trade_has_its_contract"),
            ("allocation_trade", "a_head_consents_for_a_reserve_alone"),
            ("allocation_trade", "an_accepted_trade_has_both_papers"),
            ("allocation_trade", "a_posted_trade_has_its_certificate"),
        ),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
)

register(*PROMISES)
