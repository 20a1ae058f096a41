"""What the style guide shows: invented statuses, lines, and a chart of every kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Pollutant


def statuses() -> list[tuple[str, str]]:
    """Give one status of each tone."""
    return [
        ("draft", _("草稿")),
        ("filed", _("已申报")),
        ("admitted", _("已入库")),
        ("returned", _("已退回")),
        ("refused", _("不予入库")),
    ]


def rows() -> list[dict[str, Any]]:
    """Give lines of a list, one with a name as long as they come."""
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
            zip(names, places, statuses()[1:], strict=True), start=1
        )
    ]


def menu() -> list[dict[str, Any]]:
    """Give a short menu, so that the frame shows without anybody signed in."""

    def item(label: str, url: str = "#") -> dict[str, Any]:
        return {"label": label, "url": url}

    return [
        {"label": "", "items": [item(_("首页")), item(_("待办"))]},
        {
            "label": _("储备"),
            "items": [
                item(_("余额总览"), reverse("styleguide")),
                item(_("减排项目")),
                item(_("总量台账")),
            ],
        },
        {"label": _("基础信息"), "items": [item(_("地区")), item(_("排污单位"))]},
    ]


def charts() -> dict[str, dict[str, Any]]:
    """Give a chart of every kind."""
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


def refusal() -> Refusal:
    """Give a lawful no with its article."""
    return Refusal(_("2021年1月1日以前完成的项目不能入库"), clause=clause("3.1"))
