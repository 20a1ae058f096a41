"""The columns of a list of claims, in the bureau's words and in those of our template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Final, TypeVar

from django.db.models import Choices
from django.utils.translation import override

from quota_registry.kernel.imports import cells
from quota_registry.kernel.imports.layouts import Column, Layout
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from reserve.vocabulary import SourceKind

Term = TypeVar("Term", bound=Choices)

GROUPS: Final = MappingProxyType(
    {
        "verified": ("核定减排量",),
        "binding": ("其中：已用于约束性减排", "已用于约束性减排"),
        "earlier": ("其中：已用于建设项目", "已用于建设项目"),
    }
)
"""The three groups of eight pollutants, by the merged headers over them."""

KIND_ALIASES: Final = MappingProxyType(
    {
        "规模畜禽养殖粪污治理及资源化利用": SourceKind.LIVESTOCK,
        "规模化畜禽养殖治理": SourceKind.LIVESTOCK,
        "规模化水产养殖污染治理": SourceKind.AQUACULTURE,
        "排污单位关闭": SourceKind.CLOSURE,
    }
)
"""Further words that lists use for kinds of reduction."""

FLAGS: Final = ("monitorable", "reportable", "verifiable")


def chinese_labels(terms: type[Term]) -> dict[str, Term]:
    """Give the terms by their Chinese labels, whatever language is active."""
    with override(None):
        return {str(term.label): term for term in terms}


@cache
def kinds() -> Mapping[str, SourceKind]:
    """Give the kinds of reduction by every word that lists use for them."""
    return {**KIND_ALIASES, **chinese_labels(SourceKind)}


def amount_key(group: str, pollutant: Pollutant) -> str:
    """Name the value of one pollutant in one of the three groups."""
    return f"{group}:{pollutant.value}"


def claim_layout(places: Mapping[str, str]) -> Layout:
    """Describe a list of claims, its places read by a table of `identifiers.place_table`."""
    classes = chinese_labels(ManagementClass)
    return Layout(
        "claims",
        (
            Column(
                key="declarer", headers=("申报单位",), reader=cells.place(places), required=True
            ),
            Column(
                key="polluter",
                headers=("排污单位名称", "排污单位"),
                reader=partial(cells.name, most=120),
                required=True,
            ),
            Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc, required=True),
            Column(key="permit_number", headers=("排污许可证编号",), reader=cells.permit_number),
            Column(key="management_class", headers=("管理类别",), reader=cells.choice(classes)),
            Column(key="industry", headers=("行业代码",), reader=cells.industry),
            Column(
                key="project",
                headers=("项目名称",),
                reader=partial(cells.name, most=160),
                required=True,
            ),
            Column(key="kind", headers=("减排类型",), reader=cells.choice(kinds()), required=True),
            Column(key="finished_on", headers=("完成日期",), reader=cells.day, required=True),
            Column(key="permit_changed_on", headers=("许可证变更日期",), reader=cells.day),
            *_amounts(),
            Column(key="monitorable", headers=("可监测",), reader=cells.flag),
            Column(key="reportable", headers=("可报告", "可统计"), reader=cells.flag),
            Column(key="verifiable", headers=("可核查",), reader=cells.flag),
            Column(key="remark", headers=("备注",), reader=cells.remark, optional=True),
        ),
    )


def _amounts() -> list[Column]:
    return [
        Column(
            key=amount_key(group, pollutant),
            headers=tuple(f"{over}-{pollutant.symbol}" for over in headers),
            reader=cells.amount,
        )
        for group, headers in GROUPS.items()
        for pollutant in Pollutant
    ]
