"""The rule book: every default that the notice leaves open, as one dated, frozen, typed table."""

from __future__ import annotations

# `parameter` declares a dataclass field, and every default is frozen.
# ruff: noqa: RUF009
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.calendar import MonthDay
from quota_registry.kernel.parameters import (
    CODES,
    COUNT,
    DAY,
    DAY_OF_YEAR,
    DAYS_OF_YEAR,
    FLAG,
    GATE,
    NUMBER,
    NUMBER_OR_NONE,
    PAIRS,
    POLLUTANTS,
    SCOPE,
    GateRow,
    GateScope,
    GateState,
    MalformedBook,
    PilotPair,
    describe,
    parameter,
)
from quota_registry.kernel.vocabulary import Pollutant

SCHEMA: Final = 3

Document = dict[str, Any]


def _with(document: Document, **added: Any) -> Document:
    """Add parameters that older books did not know, with what they meant by silence."""
    rows = [{"name": name, "value": value} for name, value in added.items()]
    return {**document, "parameters": [*document["parameters"], *rows]}


UPGRADERS: Final[Mapping[int, Callable[[Document], Document]]] = MappingProxyType(
    {
        1: lambda document: _with(document, measures_days=30),
        2: lambda document: _with(document, totals_change_warning="0.30", park_notice_days=15),
    }
)
"""From each older schema number, the step to the next one; a stored book is read through them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """
    All parameters of the rules; a rule takes the book as an argument and reads nothing else.

    Each field says by its metadata what it is called, which clause leaves it open and how it is
    written in a document, so that forms, documents and docs/rules come from this one table.
    """

    # §3 and §4: what may enter, by when, and how it is divided.
    first_finish_date: date = parameter(DAY, _("最早完成日期"), "3.1", date(2021, 1, 1))
    claim_due_months: int = parameter(COUNT, _("申报期限（月）"), "4.1", 1)
    early_permit_days: int = parameter(COUNT, _("许可证变更早于完成日期的提示天数"), "4.1", 31)
    province_share: Decimal = parameter(NUMBER, _("省级储备比例"), "4.1", Decimal("0"))
    city_part: int = parameter(COUNT, _("市级储备份数"), "P3.1", 3)
    local_part: int = parameter(COUNT, _("县级或园区储备份数"), "P3.1", 7)
    inspection_share: Decimal = parameter(NUMBER, _("现场核查抽取比例"), "21.1", Decimal("0.1"))
    inspectors: int = parameter(COUNT, _("现场核查人数"), "21.1", 2)

    # §6 and §7: what reserves serve first, and what a project gives up for what it adds.
    second_signature_outside_list: bool = parameter(
        FLAG, _("优先范围以外的市级投放须双签"), "6.1", True
    )
    strategic_ratio: Decimal = parameter(
        NUMBER, _("战略性新兴产业减量替代倍数"), "7.1", Decimal("1.1")
    )
    strategic_kinds: tuple[str, ...] = parameter(
        CODES, _("适用1.1倍的项目性质"), "7.1", ("NEW", "EXPANDED")
    )
    nutrient_pollutants: tuple[Pollutant, ...] = parameter(
        POLLUTANTS,
        _("磷、氮等重点水污染物"),
        "7.1",
        (Pollutant.NH3N, Pollutant.TN, Pollutant.TP),
    )
    other_ratio: Decimal = parameter(NUMBER, _("其他减量替代倍数"), "7.2", Decimal("2"))
    exempt_kinds: tuple[str, ...] = parameter(
        CODES,
        _("免于替代的项目类型"),
        "7.0",
        ("TOWN_SEWAGE_WORKS", "WASTE_PLANT", "HAZARDOUS_WASTE_PLANT"),
    )

    # §8: how long quota is set aside for an application.
    hold_days: int = parameter(COUNT, _("预留天数"), "8.2", 180)
    hold_notice_days: int = parameter(COUNT, _("预留到期提前提醒天数"), "8.2", 15)
    hold_clock_stops: bool = parameter(FLAG, _("仅因暂停令受阻时停止计时"), "9.3", True)

    # §9 and §19: the monthly warning.
    warning_day: int = parameter(COUNT, _("月度预警日"), "9.1", 10)
    yellow_blue_months: int = parameter(COUNT, _("连续蓝色转黄色的月数"), "9.2", 2)
    red_blue_months: int = parameter(COUNT, _("连续蓝色转红色的月数"), "9.3", 3)
    red_excess: Decimal = parameter(NUMBER, _("偏离目标进度转红色的幅度"), "9.3", Decimal("0.10"))
    lift_months: int = parameter(COUNT, _("解除预警的连续月数"), "9.3", 2)
    second_level_classes: int = parameter(COUNT, _("二级预警下降类别数"), "9.2", 1)
    first_level_classes: int = parameter(COUNT, _("一级预警下降类别数"), "9.3", 2)
    good_water_class: int = parameter(COUNT, _("优良水质最低类别"), "9.2", 3)
    good_air_index: int = parameter(COUNT, _("优良天数空气质量指数上限"), "9.2", 100)
    measures_days: int = parameter(COUNT, _("预警后报送整改措施的天数"), "9.2", 30)

    # §10: who may draw on which reserve.
    gate_scope: GateScope = parameter(SCOPE, _("调配判定范围"), "10.1", GateScope.MEDIUM)
    gate_table: tuple[GateRow, ...] = parameter(
        GATE,
        _("储备库使用条件表"),
        "10.1",
        (
            GateRow(True, True, GateState.OPEN, GateState.OPEN, GateState.ON_APPLICATION),
            GateRow(
                True, False, GateState.OPEN, GateState.ON_APPLICATION, GateState.ON_APPLICATION
            ),
            GateRow(
                False, True, GateState.OPEN, GateState.ON_APPLICATION, GateState.ON_APPLICATION
            ),
            GateRow(False, False, GateState.OPEN, GateState.CLOSED, GateState.CLOSED),
        ),
    )
    least_improvement: Decimal = parameter(
        NUMBER, _("可申请调配的最低改善幅度"), "10.2", Decimal("0")
    )
    old_judgement_until: MonthDay = parameter(
        DAY_OF_YEAR, _("上一次评定结果最迟沿用至"), "10.1", MonthDay(6, 30)
    )
    closed_until: MonthDay = parameter(
        DAY_OF_YEAR, _("本年度不可使用截止日"), "10.3", MonthDay(12, 31)
    )

    # §15, §16, §18: the parks' year.
    park_judgement_due: MonthDay = parameter(
        DAY_OF_YEAR, _("园区上年度目标判定期限"), "15.1", MonthDay(1, 31)
    )
    park_targets_due: MonthDay = parameter(
        DAY_OF_YEAR, _("园区本年度目标设定期限"), "15.2", MonthDay(2, 31)
    )
    park_totals_due: MonthDay = parameter(
        DAY_OF_YEAR, _("园区年度排放总量上报期限"), "16.1", MonthDay(2, 15)
    )
    totals_change_warning: Decimal = parameter(
        NUMBER, _("年度排放总量与上年相差的提示幅度"), "16.1", Decimal("0.30")
    )
    park_notice_days: int = parameter(COUNT, _("园区年度期限提前提醒天数"), "15.1", 15)
    park_reduction_rate: Decimal = parameter(
        NUMBER, _("未达标园区允许排放量削减比例"), "16.1", Decimal("0.05")
    )
    reward_due: MonthDay = parameter(DAY_OF_YEAR, _("奖励额度核定期限"), "18.1", MonthDay(3, 31))
    reward_factor: Decimal = parameter(NUMBER, _("奖励系数"), "18.1", Decimal("0.2"))
    reward_cap: Decimal | None = parameter(
        NUMBER_OR_NONE, _("奖励额度上限（吨/年，空为不设）"), "18.1", None
    )
    reward_is_split: bool = parameter(FLAG, _("奖励额度按比例分级"), "18.1", False)

    # P4: the quarterly dispatch.
    dispatch_days: tuple[MonthDay, ...] = parameter(
        DAYS_OF_YEAR,
        _("季度调度日"),
        "P4.1",
        (MonthDay(1, 10), MonthDay(4, 10), MonthDay(7, 10), MonthDay(10, 10)),
    )

    # The regional plan.
    lake_tai_band_km: Decimal = parameter(NUMBER, _("环太湖范围（公里）"), "YRD4.1", Decimal("5"))
    pilot_list: tuple[PilotPair, ...] = parameter(PAIRS, _("跨区域交易试点名单"), "YRD5.1", ())
    province_report_due: MonthDay = parameter(
        DAY_OF_YEAR, _("省级年度报告期限"), "YRD6.2", MonthDay(3, 31)
    )
    regional_report_due: MonthDay = parameter(
        DAY_OF_YEAR, _("区域年度报告期限"), "YRD6.2", MonthDay(6, 30)
    )

    def __post_init__(self) -> None:
        if not 0 <= self.province_share <= 1 or not 0 <= self.inspection_share <= 1:
            raise MalformedBook("a share lies between 0 and 1")
        if self.city_part < 0 or self.local_part < 0 or self.city_part + self.local_part == 0:
            raise MalformedBook("the city's and the local part divide the whole")
        if self.strategic_ratio < 1 or self.other_ratio < 1:
            raise MalformedBook("a replacement is at least the increment")
        facts = {(row.quality_met, row.task_done) for row in self.gate_table}
        if len(self.gate_table) != 4 or len(facts) != 4:
            raise MalformedBook("the gate has one row for each of the four cases")

    @classmethod
    def default(cls) -> Self:
        """Give the book that the registry ships."""
        return cls()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """
        Read a book from its document, whatever schema it was written in.

        :raises MalformedBook: if a parameter is unknown, missing or cannot be read.
        """
        return cls.from_document(json.loads(text))

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read a book from an already parsed document."""
        document = upgrade(document, UPGRADERS, to=SCHEMA)
        written = {row["name"]: row["value"] for row in document["parameters"]}
        names = {field.name for field in fields(cls)}
        if written.keys() != names:
            raise MalformedBook(f"unknown or missing: {sorted(written.keys() ^ names)}")
        try:
            return cls(**{f.name: f.metadata["codec"].read(written[f.name]) for f in fields(cls)})
        except (ValueError, TypeError, KeyError, ArithmeticError) as problem:
            raise MalformedBook(str(problem)) from problem

    def to_document(self) -> Document:
        """Give the book as a document in the notice's words: name, clause, sentence, value."""
        return {"schema": SCHEMA, "parameters": describe(self)}

    def to_json(self) -> str:
        """Write the book as a document, the same text for the same book."""
        return json.dumps(self.to_document(), ensure_ascii=False, indent=1) + "\n"

    def with_changes(self, **changes: Any) -> Self:
        """Give a copy with some parameters changed; the original is left as it is."""
        return replace(self, **changes)

    def gate_row(self, *, quality_met: bool, task_done: bool) -> GateRow:
        """Find the row of §10's table for last year's results."""
        rows = {(row.quality_met, row.task_done): row for row in self.gate_table}
        return rows[quality_met, task_done]


def upgrade(
    document: Document, upgraders: Mapping[int, Callable[[Document], Document]], *, to: int
) -> Document:
    """
    Lead a stored document step by step to the present schema.

    :raises MalformedBook: if it has no schema number, is newer, or a step is missing.
    """
    schema = document.get("schema")
    if not isinstance(schema, int) or schema > to:
        raise MalformedBook(f"no book of schema {schema!r} can be read here")
    while schema < to:
        if schema not in upgraders:
            raise MalformedBook(f"nothing leads on from schema {schema}")
        document = {**upgraders[schema](document), "schema": schema + 1}
        schema += 1
    return document


@cache
def default_book() -> RuleBook:
    """Give the shipped book, made once."""
    return RuleBook.default()
