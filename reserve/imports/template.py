"""The registry's own list of claims to fill in, which reads back through the same layout."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from quota_registry.kernel.imports import templates
from quota_registry.kernel.imports.templates import Blank, Kind
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from reserve.imports.layout import GROUPS, chinese_labels
from reserve.vocabulary import SourceKind


def claims_template(*, declarers: Sequence[str]) -> bytes:
    """Make the blank list of claims, with the names of the places that the reader declares for."""
    return templates.make(
        title=_("排污总量指标储备申报表（导入模板）"),
        blanks=_blanks(declarers),
        guidance=(
            _("每行一个减排项目；带*的列必填；污染物没有减排量的留空，不要填0或横线。"),
            _("数量单位一律为吨/年，只填数值，最多六位小数；不得含公式、单位或约数。"),
            _("编码列已设为文本，请勿改为数字格式，否则位数会丢失。"),
            _("同一项目同一污染物只能申报一次；重复导入同一文件不会产生新的申报。"),
        ),
    )


def _blanks(declarers: Sequence[str]) -> tuple[Blank, ...]:
    classes, kinds = list(chinese_labels(ManagementClass)), list(chinese_labels(SourceKind))
    return (
        Blank(
            header="申报单位",
            kind=Kind.CHOICE,
            choices=declarers,
            required=True,
            help=_("县级局或园区的名称"),
        ),
        Blank(header="排污单位名称", required=True, help=_("与营业执照一致的全称")),
        Blank(header="统一社会信用代码", kind=Kind.CODE, required=True, help=_("18位")),
        Blank(header="排污许可证编号", kind=Kind.CODE, help=_("22位；确无许可证的留空")),
        Blank(header="管理类别", kind=Kind.CHOICE, choices=classes, help=_("排污许可管理类别")),
        Blank(header="行业代码", kind=Kind.CODE, help=_("门类字母加四位小类，如C2761")),
        Blank(header="项目名称", required=True, help=_("减排项目的名称")),
        Blank(
            header="减排类型",
            kind=Kind.CHOICE,
            choices=kinds,
            required=True,
            help=_("减排量的来源（第3条、第12条、第13条）"),
        ),
        Blank(
            header="完成日期",
            kind=Kind.DAY,
            required=True,
            help=_("项目完成的日期，不早于2021-01-01（第3条）"),
        ),
        Blank(header="许可证变更日期", kind=Kind.DAY, help=_("自该日起一个月内申报（第4条）")),
        *_amounts(),
        Blank(header="可监测", kind=Kind.FLAG, help=_("符合的填√")),
        Blank(header="可报告", kind=Kind.FLAG, help=_("符合的填√")),
        Blank(header="可核查", kind=Kind.FLAG, help=_("符合的填√")),
        Blank(header="备注"),
    )


def _amounts() -> tuple[Blank, ...]:
    helps = {
        "verified": _("按核算办法核定的减排量（第2条）"),
        "binding": _("其中已用于完成约束性总量减排任务的（第3条）"),
        "earlier": _("其中曾用于建设项目的（第3条）"),
    }
    return tuple(
        Blank(
            header=f"{headers[0]}-{pollutant.symbol}（吨/年）",
            kind=Kind.MASS,
            group=group,
            help=helps[group],
        )
        for group, headers in GROUPS.items()
        for pollutant in Pollutant
    )
