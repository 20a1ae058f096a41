"""The registry's own blank lists of EIA approvals and cancelled permits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from allocation.imports.lists import INCREMENT, PERMITTED, exempt_kinds
from allocation.imports.stated import KINDS, REASONS
from allocation.vocabulary import ListKind
from quota_registry.kernel.imports import templates
from quota_registry.kernel.imports.templates import Blank, Kind
from quota_registry.kernel.vocabulary import Pollutant

GROUP: Final = "amounts"


def make(kind: ListKind, *, places: Sequence[str]) -> bytes:
    """Make the blank list of a kind, with the names of the reader's places to choose from."""
    blanks = _eia(places) if kind is ListKind.EIA else _cancelled(places)
    return templates.make(
        title=_("%(list)s（导入模板）") % {"list": kind.label},
        guidance=(
            _("每行一件；编码列已设为文本，请勿改为数字格式，否则位数会丢失。"),
            _("数量单位为吨/年；未载明的污染物留空，留空不等于0。"),
            _("同一编号再次导入：内容相同则不变，内容不同则更正，原内容保留在变更记录中。"),
        ),
        blanks=blanks,
    )


def _whose(header: str) -> tuple[Blank, Blank]:
    return (
        Blank(header=header, required=True, help=_("与营业执照一致的全称")),
        Blank(header="统一社会信用代码", kind=Kind.CODE, required=True, help=_("18位")),
    )


def _place(places: Sequence[str]) -> Blank:
    return Blank(
        header="所在地",
        kind=Kind.CHOICE,
        choices=places,
        required=True,
        help=_("位于园区的填园区，否则填县级市或区"),
    )


def _masses(over: str, help_text: str) -> list[Blank]:
    return [
        Blank(
            header=f"{over}-{pollutant.symbol}（吨/年）",
            # An increment may be less than nothing, which a cell for a mass would refuse.
            kind=Kind.MASS if over == PERMITTED else Kind.TEXT,
            group=GROUP,
            help=help_text,
        )
        for pollutant in Pollutant
    ]


def _eia(places: Sequence[str]) -> list[Blank]:
    return [
        Blank(header="审批文号", required=True, help=_("如苏环建〔2026〕83第1006号")),
        Blank(header="审批日期", kind=Kind.DAY, required=True),
        Blank(header="审批机关"),
        *_whose("建设单位"),
        Blank(header="项目名称", required=True),
        Blank(
            header="性质",
            kind=Kind.CHOICE,
            choices=list(KINDS)[:4],
            required=True,
            help=_("技改按改建计"),
        ),
        Blank(header="行业代码", kind=Kind.CODE, help=_("门类字母加四位小类，如C2761")),
        _place(places),
        Blank(header="战略性新兴产业", kind=Kind.FLAG, help=_("符合的填√")),
        Blank(
            header="免于替代的类型",
            kind=Kind.CHOICE,
            choices=list(exempt_kinds()),
            help=_("仅限环发〔2014〕197号所列类型"),
        ),
        *_masses(INCREMENT, _("环评批复的新增年排放量（第7条），减少的填负数")),
        Blank(header="总量凭证编号", kind=Kind.CODE, help=_("没有凭证的留空，调度时列为无量审批")),
    ]


def _cancelled(places: Sequence[str]) -> list[Blank]:
    return [
        Blank(header="排污许可证编号", kind=Kind.CODE, required=True, help=_("22位")),
        *_whose("单位名称"),
        _place(places),
        Blank(header="注销日期", kind=Kind.DAY, required=True),
        Blank(
            header="注销原因",
            kind=Kind.CHOICE,
            choices=[*REASONS, "转登记管理"],
            required=True,
            help=_("关闭、破产的应在一个月内申报储备（第4条）"),
        ),
        *_masses(PERMITTED, _("许可证载明的年许可排放量（第2条、第14条）")),
    ]
