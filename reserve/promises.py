"""The promises that PostgreSQL keeps: what they say, and what keeps them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Promise:
    """
    One promise: its sentence, and the guards and constraints that keep it, by table.

    ``owner`` says what the owner of the tables could still do, and `prove` would find.
    """

    number: int
    sentence: str
    message: str | Lazy
    triggers: tuple[tuple[str, str], ...]
    constraints: tuple[tuple[str, str], ...] = ()
    owner: str = ""


_GROWING: Final = (
    "reserve_transfer",
    "reserve_entry",
    "reserve_account",
    "reserve_source",
    "reserve_lot",
    "reserve_voiding",
    "reserve_debt",
    "reserve_closedquarter",
    "reserve_seal",
    "reserve_position",
)

PROMISES: Final = (
    Promise(
        1,
        "Entries and transfers are never updated, deleted, truncated, nor joined later.",
        _("划转与分录只增不改，事后不得补入"),
        (
            *((table, "the_ledger_only_grows") for table in _GROWING),
            ("reserve_entry", "a_no_entry_joins_a_transfer_later"),
            ("reserve_transfer", "a_transfer_is_signed_and_dated"),
        ),
        owner="disable the triggers and edit rows; leaves, roots and balances no longer fit.",
    ),
    Promise(
        2,
        "A transfer sums to zero for every lot.",
        _("每笔划转中，每一批次的借贷相等"),
        (
            ("reserve_entry", "b_a_transfer_sums_to_zero_for_every_lot"),
            ("reserve_transfer", "a_transfer_has_its_entries"),
        ),
        owner="disable the trigger; `prove` sums every transfer and lot anew.",
    ),
    Promise(
        3,
        "Entry, account and lot agree on the pollutant.",
        _("分录、账户与批次的污染物一致"),
        (
            ("reserve_entry", "c_entry_account_and_lot_agree"),
            ("reserve_lot", "a_lot_repeats_its_source"),
        ),
        (("reserve_account", "an_account_holds_one_of_the_eight_pollutants"),),
        owner="disable the trigger; `prove` compares every entry.",
    ),
    Promise(
        4,
        "No balance falls below zero on any day, but those where mass comes from.",
        _("任何一日余额不得为负（来源与市外账户除外）"),
        (("reserve_entry", "d_entries_move_balances"),),
        (
            ("reserve_balance", "no_balance_falls_below_zero"),
            ("reserve_balance", "a_balance_takes_the_sign_of_its_account"),
            ("reserve_account", "only_where_mass_comes_from_may_be_negative"),
        ),
        owner="drop the CHECK; `prove` runs every account through its days.",
    ),
    Promise(
        5,
        "Balances equal the sum of entries, always.",
        _("余额恒等于分录之和"),
        (
            ("reserve_entry", "d_entries_move_balances"),
            ("reserve_balance", "balances_equal_the_sum_of_entries"),
        ),
        owner="disable the trigger and write a balance; `prove` rebuilds them all.",
    ),
    Promise(
        6,
        "One key, one transfer; one transfer, at most one reversal.",
        _("一个业务键一笔划转，一笔划转至多冲正一次"),
        (
            ("reserve_transfer", "a_reversal_undoes_exactly"),
            ("reserve_transfer", "a_transfer_is_signed_and_dated"),
        ),
        (
            ("reserve_transfer", "one_key_one_transfer"),
            ("reserve_transfer", "one_transfer_at_most_one_reversal"),
        ),
        owner="drop the unique constraint; `prove` compares each reversal with what it undoes.",
    ),
    Promise(
        7,
        "A reduction project enters once per pollutant and its fates sum to what was verified; "
        "any other source enters once per document.",
        _("同一减排项目同一污染物只入库一次，各项去向之和等于核定量"),
        (
            ("reserve_source", "fates_sum_to_what_was_verified"),
            ("reserve_source", "nothing_enters_but_an_admitted_claim"),
            ("reserve_claim", "an_admitted_claim_is_in_the_ledger"),
            ("reserve_transfer", "a_correction_is_posted_as_approved"),
            ("reserve_source", "nothing_opens_after_the_closing"),
            ("reserve_source", "nothing_opens_but_what_was_approved"),
            ("reserve_entry", "f_mass_comes_only_from_its_source"),
            ("reserve_debt", "nothing_opens_after_the_closing"),
            ("reserve_debt", "nothing_opens_but_what_was_approved"),
            ("reserve_openingstock", "an_opening_moves_forward"),
            ("reserve_openingstock", "an_opening_is_never_emptied"),
            ("reserve_openingrow", "opening_rows_wait_for_approval"),
            ("reserve_openingrow", "opening_rows_are_never_emptied"),
        ),
        (
            ("reserve_source", "a_source_enters_once"),
            ("reserve_source", "a_reduction_project_enters_once_per_pollutant"),
            ("reserve_source", "a_source_brings_something"),
        ),
        owner="drop the constraints; `prove` sums what every source brought in.",
    ),
    Promise(
        8,
        "Who declares, who screens, who reviews, who releases are recorded as different people; a "
        "division judges, signs and refuses what is of its own medium alone.",
        _("申报、初审、审核、办理须由不同的人完成并留名；要素处室只审核、会签、否决本要素的内容"),
        (
            (
                "reserve_source",
                "who_declares_screens_reviews_and_posts_are_different_people",
            ),
            ("reserve_transfer", "a_transfer_is_signed_and_dated"),
            ("reserve_closedquarter", "a_quarter_is_closed_alone"),
            ("reserve_claim", "take_step"),
            ("reserve_claim", "what_one_writes_one_does_not_judge"),
            ("reserve_claim", "note_new_writers"),
            ("reserve_claim", "note_writers"),
            ("reserve_claimline", "note_new_writers"),
            ("reserve_claimline", "note_writers"),
            ("reserve_claimline", "note_removing_writers"),
            ("reserve_evidence", "note_new_writers"),
            ("reserve_evidence", "note_writers"),
            ("reserve_claimwriter", "only_grows"),
            ("reserve_claim", "the_division_of_its_medium"),
            ("reserve_claimline", "the_division_of_its_medium"),
            ("reserve_opinion", "the_division_of_its_medium"),
            ("reserve_correction", "a_correction_stands"),
            ("reserve_correction", "an_approved_correction_is_posted"),
        ),
        (
            ("reserve_source", "who_declares_does_not_screen"),
            ("reserve_source", "a_claim_was_screened_and_reviewed"),
            ("reserve_openingstock", "an_opening_is_seen_by_four_eyes"),
        ),
        owner="sign as somebody else: the person of a transaction is what the program says.",
    ),
    Promise(
        9,
        "A seal, once written, fits every entry it covers.",
        _("封存一经作出，与其所含每一分录相符"),
        (
            ("reserve_seal", "a_seal_continues_the_last"),
            ("reserve_seal", "a_seal_fits_every_entry_it_covers"),
            ("reserve_position", "a_position_belongs_to_its_seal"),
        ),
        (("reserve_position", "a_transfer_has_one_position"),),
        owner="rewrite entries and all seals after them; a receipt or a published chain value "
        "shows it.",
    ),
    Promise(
        10,
        "No admission passes by an open debt.",
        _("有亏欠的，新入库量先行抵扣"),
        (
            ("reserve_source", "no_admission_passes_by_an_open_debt"),
            ("reserve_entry", "g_nobody_repays_more_than_is_owed"),
            ("reserve_entry", "h_a_voided_lot_comes_back_nowhere"),
            ("reserve_debt", "a_debt_has_its_reason"),
            ("reserve_voiding", "a_void_leaves_nothing_unspent"),
        ),
        (
            ("reserve_voiding", "a_lot_is_voided_once"),
            ("reserve_debt", "a_lot_leaves_one_debt"),
        ),
        owner="disable the trigger; `prove` compares what was repaid with what was owed.",
    ),
    Promise(
        11,
        "A transfer moves only between the accounts that its kind names.",
        _("每类划转只在规定的账户之间进行"),
        (("reserve_entry", "c_entry_account_and_lot_agree"),),
        (("reserve_account", "an_account_belongs_to_whom_its_kind_says"),),
        owner="disable the trigger; the kind and the accounts stay readable in every transfer.",
    ),
    Promise(
        12,
        "A closed quarter takes nothing.",
        _("已关账的季度不得再登记"),
        (("reserve_transfer", "a_closed_quarter_takes_nothing"),),
        (("reserve_closedquarter", "a_quarter_is_closed_once"),),
        owner="disable the trigger; the time of recording shows it beside the effective date.",
    ),
    Promise(
        13,
        "What was filed is what is reviewed, confirmed and admitted.",
        _("审核、确认、入库的内容即所申报的内容"),
        (
            ("reserve_claim", "filed_claim_stands"),
            ("reserve_claimline", "filed_line_stands"),
            ("reserve_claimline", "new_lines_are_of_drafts"),
            ("reserve_evidence", "filed_evidence_stands"),
            ("reserve_claimrevision", "only_grows"),
        ),
        (
            ("reserve_claimrevision", "a_version_is_filed_once"),
            ("reserve_claimline", "what_was_used_does_not_exceed_what_was_verified"),
        ),
        owner="disable the triggers; the history of rows and the kept versions differ then.",
    ),
    Promise(
        14,
        "A claim moves only by its table, and no step is taken before what it stands on.",
        _("申报只按流程表流转，前提不具备不得办理"),
        (
            ("reserve_claim", "take_step"),
            ("reserve_claim", "step_is_backed"),
            ("reserve_opinion", "opinion_is_own"),
            ("reserve_opinion", "only_grows"),
            ("reserve_inspection", "a_finding_stands"),
            ("kernel_step", "only_grows"),
        ),
        (("reserve_opinion", "a_seat_signs_a_version_once"),),
        owner="disable the triggers; the steps on record no longer lead to the status.",
    ),
)

REGISTERED: Final[dict[int, Promise]] = {}
"""Every floor's promises, by number."""


def register(*promises: Promise) -> None:
    """Add a floor's promises to those that are printed and watched over."""
    REGISTERED.update({promise.number: promise for promise in promises})


register(*PROMISES)

_CLAIM_TABLES: Final = {"ON_WHAT_WAS_FILED": 13, "ON_STATUS": 14, "ON_JUDGEMENT": 14}
"""Which promise each table of attacks on claims is about."""


def attacks(folder: Path) -> dict[int, list[str]]:
    """Read from the tests in *folder* which attacks each promise withstands, by its number."""
    found: dict[int, list[str]] = {}
    for path in sorted(folder.glob("*_attacks*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="of"), args=[ast.Constant(value=int(number)), *_rest]
                ):
                    names = [word.arg.replace("_", " ") for word in node.keywords if word.arg]
                    found.setdefault(number, []).extend(names)
    for path in sorted(folder.glob("claim_attacks*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Tuple(elts=rows)) if (
                    name in _CLAIM_TABLES
                ):
                    tried = [
                        row.args[0].value
                        for row in rows
                        if isinstance(row, ast.Call) and isinstance(row.args[0], ast.Constant)
                    ]
                    found.setdefault(_CLAIM_TABLES[name], []).extend(map(str, tried))
    return found


def document(folder: Path) -> str:
    """Write docs/promises.md from the table above and the attacks in *folder*."""
    tried = attacks(folder)
    with override("zh-hans"):
        parts = [_OPENING, *(_chapter(promise, tried) for promise in REGISTERED.values())]
    return "\n".join(parts)


_OPENING: Final = """\
# 承诺 · Promises

以下承诺由 PostgreSQL 自身保证；每一条都有绕过应用、以纯 SQL 进行的攻击测试。

PostgreSQL itself keeps these promises. `tests/attacks` goes round the application, in plain SQL,
as `quota_app`, which lacks every such privilege, and as `quota_ledger`, the role of the posting
functions, which meets the promise by its name; what even that role may not try is tried as the
owner of the tables. What only the owner could still do, by switching a guard off, stands beside
each promise: `manage.py prove` finds it, and `/readyz` is red while a guard is off.
"""


def _chapter(promise: Promise, tried: dict[int, list[str]]) -> str:
    lines = [f"## {promise.number} · {promise.sentence}", "", f"{promise.message}。", ""]
    lines += [f"- `{name}`, a trigger on `{table}`" for table, name in promise.triggers]
    lines += [f"- `{name}`, a constraint on `{table}`" for table, name in promise.constraints]
    lines += ["", f"**Attacks:** {', '.join(tried.get(promise.number, ()))}.", ""]
    lines += [f"**The owner could** {promise.owner}", ""]
    return "\n".join(lines)
