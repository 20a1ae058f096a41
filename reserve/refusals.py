"""What the ledger refuses, by name; the database's own refusals find their names here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal


class Overdrawn(Refusal):
    """An account has less of a pollutant than is asked of it."""

    code = "overdrawn"
    message = _("余额不足")


class LaterDayOverdrawn(Refusal):
    """A back-dated entry would leave less than nothing on a later day."""

    code = "later_day_overdrawn"
    message = _("补登后，以后某日的余额将为负")


class KeyReused(Refusal):
    """The key already names another act."""

    code = "key_reused"
    message = _("该业务键已用于其他内容")


class AlreadyReversed(Refusal):
    """A transfer is reversed once."""

    code = "already_reversed"
    message = _("该划转已冲正")


class NotReversible(Refusal):
    """Reversals, voids and corrections are not reversed, and nothing is reversed in part."""

    code = "not_reversible"
    message = _("该划转不能冲正")


class AlreadyVoided(Refusal):
    """A lot is voided once."""

    code = "already_voided"
    message = _("该批次已作废")


class LotVoided(Refusal):
    """A voided lot comes back nowhere; it may only cover the debt it left."""

    code = "lot_voided"
    message = _("该批次已作废，只能用于抵扣亏欠")


class QuarterClosed(Refusal):
    """The quarter of the effective date is closed; a correction is a new transfer."""

    code = "quarter_closed"
    message = _("生效日期所在季度已关账，更正须以新的划转登记")


class DebtOpen(Refusal):
    """The declaring place owes; what it brings in repays that first."""

    code = "debt_open"
    message = _("申报地区尚有亏欠，新入库量须先行抵扣")


class CoverExceedsDebt(Refusal):
    """More is repaid than is owed."""

    code = "cover_exceeds_debt"
    message = _("抵扣量超过亏欠量")


class EnteredBefore(Refusal):
    """The source, or its reduction project for this pollutant, is in the ledger already."""

    code = "entered_before"
    message = _("同一来源或同一减排项目的同一污染物已入库，不得重复使用")


class FatesDoNotAddUp(Refusal):
    """Binding, earlier projects and admissible do not sum to what was verified."""

    code = "fates_do_not_add_up"
    message = _("各项去向之和不等于核定减排量")


class SameHands(Refusal):
    """Who declares, screens, reviews and posts must be different people."""

    code = "same_hands"
    status = 403
    message = _("申报、初审、审核与入库（办理）须由不同的人完成")


class OpeningClosed(Refusal):
    """The opening stock of the place is not approved, or closed already."""

    code = "opening_closed"
    message = _("该地区期初库存未审核或已关闭")


class MalformedPosting(Refusal):
    """What is asked of the ledger is incomplete or not what the kind of transfer allows."""

    code = "malformed_posting"
    status = 400
    message = _("记账内容不完整或与业务类型不符")


class PromiseBroken(Refusal):
    """Some other promise of the ledger stands in the way."""

    code = "promise_broken"
    message = _("台账约束不允许此操作")


class BeyondHorizon(Refusal):
    """What will have been known by then is not settled yet."""

    code = "beyond_horizon"
    message = _("该时点之后的登记尚未封存，最晚可查询至%(until)s")


class TierDoesNotFit(Refusal):
    """A county has no city reserve: the tier asked for lies neither at the place nor below it."""

    code = "tier_does_not_fit"
    status = 400
    message = _("地区“%(place)s”没有“%(tier)s”层级的储备库")


class Busy(Refusal):
    """Others hold what is needed, each waiting for the other; nothing was posted."""

    code = "busy"
    status = 503
    message = _("台账正忙，本次未登记，请稍后再试")


BY_CONSTRAINT: Final[Mapping[str, type[Refusal]]] = {
    "no_balance_falls_below_zero": Overdrawn,
    "no_later_day_falls_below_zero": LaterDayOverdrawn,
    "one_key_one_transfer": KeyReused,
    "one_transfer_at_most_one_reversal": AlreadyReversed,
    "a_reversal_is_not_reversed": NotReversible,
    "a_reversal_undoes_exactly_what_it_names": NotReversible,
    "a_reversal_names_what_it_reverses": NotReversible,
    "a_lot_is_voided_once": AlreadyVoided,
    "a_voided_lot_comes_back_nowhere": LotVoided,
    "a_closed_quarter_takes_nothing": QuarterClosed,
    "a_quarter_is_closed_once": QuarterClosed,
    "no_admission_passes_by_an_open_debt": DebtOpen,
    "nobody_repays_more_than_is_owed": CoverExceedsDebt,
    "a_source_enters_once": EnteredBefore,
    "a_reduction_project_enters_once_per_pollutant": EnteredBefore,
    "mass_comes_only_from_its_source": EnteredBefore,
    "fates_sum_to_what_was_verified": FatesDoNotAddUp,
    "who_declares_screens_reviews_and_posts_are_different_people": SameHands,
    "who_declares_does_not_screen": SameHands,
    "who_prepares_does_not_post": SameHands,
    "a_grave_transfer_is_prepared_by_somebody": SameHands,
    "an_opening_is_seen_by_four_eyes": SameHands,
    "nothing_opens_after_the_closing": OpeningClosed,
    "a_closed_opening_stays_closed": OpeningClosed,
    "a_leg_says_from_where_to_where_and_how_much": MalformedPosting,
    "voids_and_reversals_have_their_own_function": MalformedPosting,
    "a_void_names_its_lots": MalformedPosting,
    "a_transfer_moves_between_accounts_its_kind_names": MalformedPosting,
    "an_account_belongs_to_whom_its_kind_says": MalformedPosting,
    "an_account_holds_one_of_the_eight_pollutants": MalformedPosting,
}
"""Which refusal a guard's name stands for."""

WAITED_IN_VAIN: Final = frozenset({"40P01", "55P03"})
"""A deadlock broken by the database, and a lock that did not come in time."""

_CLAUSES: Final[Mapping[type[Refusal], str]] = {
    EnteredBefore: "21.2",
    DebtOpen: "21.1",
    FatesDoNotAddUp: "3.2",
}


def named(error: BaseException) -> Refusal | None:
    """Find the refusal that a guard of the ledger meant, or nothing if it was no guard."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate in WAITED_IN_VAIN:
        return Busy()
    name = cause.diag.constraint_name or ""
    kind = BY_CONSTRAINT.get(name)
    if kind is None:
        if not (cause.sqlstate or "").startswith(("QL", "QR")):
            return None
        kind = PromiseBroken
    facts = {"constraint": name} | _facts(cause)
    key = _CLAUSES.get(kind)
    return kind(clause=clause(key) if key else None, **facts)


@contextmanager
def by_name() -> Iterator[None]:
    """Let what the database refuses inside leave as a refusal with a name."""
    try:
        yield
    except DatabaseError as error:
        refusal = named(error)
        if refusal is None:
            raise
        raise refusal from error


def _facts(error: psycopg.Error) -> dict[str, Any]:
    """Read what the guard wrote down, with masses in tonnes beside the grams."""
    try:
        facts = json.loads(error.diag.message_detail or "{}")
    except ValueError:
        return {}
    if not isinstance(facts, dict):
        return {}
    for name in ("wanted", "available", "owed"):
        if isinstance(facts.get(name), int):
            facts[f"{name}_tonnes"] = mass.text(mass.Grams(facts[name]))
    return facts
