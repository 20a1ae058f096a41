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
        "assesses, holds and releases are different people.",
        _("申请由署名的起草而成立，只按流程表办理；申请、初审、审核、预留、投放须由不同的人办理"),
        (
            ("allocation_application", "note_birth"),
            ("allocation_application", "take_step"),
            ("kernel_step", "only_grows"),
            *((table, "signs_own") for table in _SIGNED),
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
)

register(*PROMISES)
