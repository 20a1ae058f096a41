"""The living style guide: every part of a page in every state, for demos and development only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.doors import public
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.web.context import addresses

_COLUMNS = ("verified", "binding", "prior")


class _Example(forms.Form):
    """A form with one field of every shape."""

    project = forms.CharField(
        label=gettext_lazy("减排项目名称"),
        help_text=gettext_lazy("与批复文件一致，同一单位同名项目只能入库一次。"),
    )
    polluter = forms.CharField(label=gettext_lazy("排污单位"))
    finished = forms.DateField(
        label=gettext_lazy("完成日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("减排类型"),
        choices=[("deep", gettext_lazy("深度治理")), ("closure", gettext_lazy("企业关闭"))],
    )
    band = forms.ChoiceField(
        label=gettext_lazy("距太湖岸线五公里以内"),
        choices=[("1", gettext_lazy("是")), ("0", gettext_lazy("否"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("以项目所在地为准。"),
    )
    flow = forms.CharField(label=gettext_lazy("年处理水量"), required=False)
    monitorable = forms.BooleanField(label=gettext_lazy("可监测"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("逾期理由"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    evidence = forms.FileField(
        label=gettext_lazy("证明材料"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.png"}),
        help_text=gettext_lazy("盖章扫描件，PDF 或图片，单个不超过 20 MB。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in Pollutant.values:
            for column in _COLUMNS:
                self.fields[f"{column}_{code}"] = forms.DecimalField(
                    label=f"{Pollutant(code).label} {column}",
                    required=False,
                    widget=forms.TextInput(),
                )


def _form() -> _Example:
    typed = {"project": "", "polluter": "", "kind": "deep", "finished": "2020-12-31", "band": "1"}
    amounts = {"COD": ("3577", "1000", "12.5"), "NH3N": ("372.3", "", ""), "TP": ("2.92", "4", "")}
    for code, values in amounts.items():
        typed |= {f"{column}_{code}": value for column, value in zip(_COLUMNS, values, strict=True)}
    form = _Example(typed)
    form.is_valid()
    form.add_error("finished", _("2021年1月1日以前完成的项目不能入库（第3条）"))
    form.add_error("binding_TP", _("约束性减排与以往使用之和大于核定量"))
    return form


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; ``?part=`` picks one of the pages that stand alone."""
    today = timezone.localdate()
    if "say" in request.GET:
        messages.success(request, _("申报已提交初审"))
        messages.error(request, _("该批次已封存，不能再改"))
    sample = {
        "title": _("样式手册"),
        "trail": [(_("首页"), "/")],
        "form": _form(),
        "blank": _Example(),
        "columns": [
            ("verified", _("核定量")),
            ("binding", _("约束性减排")),
            ("prior", _("以往使用")),
            ("admissible", _("可入库量"), "verified-binding-prior"),
        ],
        "masses": [
            (_("一般"), 12_345_678),
            (_("千分位"), 1_234_567_000_000),
            (_("负数"), -3_000_000),
            (_("零"), 0),
            (_("缺失"), None),
            (_("不足一公斤"), 499),
            (_("整数"), 7_000_000),
            (_("舍入"), 12_000_500),
        ],
        "pollutants": Pollutant.values,
        "tiers": Tier.values,
        "statuses": _statuses(),
        "days": [(today + timedelta(days=days), days == 40) for days in (-45, -1, 0, 3, 21, 40)],
        "rows": _rows(),
        "pager": SimpleNamespace(before="", after="x", count=1240),
        "charts": _charts(),
        "navigation": _menu(),
        "acting": _("苏州市"),
        "unread": 7,
        "user": SimpleNamespace(
            is_authenticated=True, name=_("王示范"), username="kunshan.officer"
        ),
        "urls": addresses() | {"search": "#", "notices": "#", "account": "#", "sign_out": "#"},
    }
    return render(request, "web/styleguide.html", sample)


def _statuses() -> list[tuple[str, str]]:
    return [
        ("draft", _("草稿")),
        ("filed", _("已申报")),
        ("admitted", _("已入库")),
        ("returned", _("已退回")),
        ("refused", _("不予入库")),
    ]


def _rows() -> list[dict[str, Any]]:
    names = [
        "昆山示范远博水泥1002有限公司",
        "常熟示范恒泽精细化学新材料科技发展股份有限公司第二分公司",
        "太仓示范城东污水处理厂",
        "张家港示范博远钢铁1017有限公司",
    ]
    places = [_("昆山市"), _("常熟市"), _("太仓市"), _("张家港市")]
    return [
        {
            "number": f"320583-2026-{count:05d}",
            "name": name,
            "place": place,
            "status": status,
            "due": timezone.localdate() + timedelta(days=7 * count - 12),
            "cod": 3_577_000_000 // (count + 1),
            "nox": None if count == 2 else 12_345_678 * count,
        }
        for count, (name, place, status) in enumerate(
            zip(names, places, _statuses()[1:], strict=True), start=1
        )
    ]


def _menu() -> list[dict[str, Any]]:
    def item(label: str, *, current: bool = False) -> dict[str, Any]:
        return {"label": label, "url": "#", "current": current}

    return [
        {"label": "", "items": [item(_("首页")), item(_("待办"))]},
        {
            "label": _("储备"),
            "items": [item(_("余额总览"), current=True), item(_("减排项目")), item(_("总量台账"))],
        },
        {"label": _("基础信息"), "items": [item(_("地区")), item(_("排污单位"))]},
    ]


def _charts() -> dict[str, dict[str, Any]]:
    from_, to = _("城镇污水治理"), _("深度治理")
    return {
        "bar": {
            "kind": "bar",
            "title": _("各污染物可用储备"),
            "subtitle": _("吨/年，昆山市，2026年3月31日"),
            "unit": _("吨/年"),
            "categories": [str(Pollutant(code).symbol) for code in Pollutant.values],
            "keys": Pollutant.values,
            "series": [
                {
                    "name": _("可用"),
                    "key": "in",
                    "values": ["3577", "372.3", "1168", "2.92", "57.6", "420.5", "88.25", "12"],
                }
            ],
        },
        "stack": {
            "kind": "bar",
            "stacked": True,
            "horizontal": True,
            "title": _("核定量的去向"),
            "subtitle": _("吨/年，逐项相加等于核定量"),
            "unit": _("吨/年"),
            "categories": ["COD", "NH3-N"],
            "series": [
                {"name": _("约束性减排"), "key": "idle", "values": ["400", "40"]},
                {"name": _("市级"), "key": "city", "values": ["180", "18"]},
                {"name": _("县级"), "key": "county", "values": ["420", "42"]},
            ],
        },
        "line": {
            "kind": "line",
            "title": _("储备余额变化"),
            "subtitle": _("吨/年，季度末，NOx"),
            "unit": _("吨/年"),
            "categories": ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1"],
            "series": [
                {
                    "name": _("市级"),
                    "key": "city",
                    "values": ["10", "12.5", None, "18", "21", "19"],
                },
                {"name": _("县级"), "key": "NOX", "values": ["30", "34", "33", "41", "40", "46.5"]},
            ],
            "target": {"name": _("年度目标"), "value": "36"},
        },
        "sankey": {
            "kind": "sankey",
            "title": _("一年的来源与去向"),
            "subtitle": _("吨/年，COD，2026年"),
            "unit": _("吨/年"),
            "nodes": [
                {"id": "a", "name": from_, "key": "COD"},
                {"id": "b", "name": to, "key": "NH3N"},
                {"id": "c", "name": _("市级"), "key": "city"},
                {"id": "d", "name": _("县级"), "key": "county"},
                {"id": "e", "name": _("建设项目"), "key": "out"},
                {"id": "f", "name": _("年末结余"), "key": "idle"},
            ],
            "links": [
                {"source": "a", "target": "c", "value": "300"},
                {"source": "a", "target": "d", "value": "700"},
                {"source": "b", "target": "c", "value": "60"},
                {"source": "b", "target": "d", "value": "140"},
                {"source": "c", "target": "e", "value": "120"},
                {"source": "d", "target": "e", "value": "500"},
                {"source": "c", "target": "f", "value": "240"},
                {"source": "d", "target": "f", "value": "340"},
            ],
        },
        "heatmap": {
            "kind": "heatmap",
            "title": _("各地按时申报率"),
            "subtitle": _("%，按季度"),
            "unit": "%",
            "columns": ["2025Q2", "2025Q3", "2025Q4", "2026Q1"],
            "rows": [_("昆山市"), _("常熟市"), _("太仓市")],
            "cells": [
                ["92", "95", "100", "88"],
                ["71", None, "84", "90"],
                ["60", "75", "79", "81"],
            ],
        },
        "tree": {
            "kind": "tree",
            "title": _("批次的来龙去脉"),
            "subtitle": _("COD，吨/年"),
            "root": {
                "name": _("减排工程"),
                "note": "1,000.000000",
                "key": "COD",
                "children": [
                    {
                        "name": _("市级批次"),
                        "note": "300.000000",
                        "key": "city",
                        "children": [{"name": _("建设项目甲"), "note": "120.000000"}],
                    },
                    {
                        "name": _("县级批次"),
                        "note": "700.000000",
                        "here": True,
                        "children": [
                            {"name": _("建设项目乙"), "note": "200.000000"},
                            {"name": _("建设项目丙"), "note": "300.000000"},
                        ],
                    },
                ],
            },
        },
    }
