"""The numbers of a chart as a table that can be read and copied; the drawing is the script's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quota_registry.web.figures import MINUS, MISSING

Table = dict[str, Any]


def table_of(chart: Mapping[str, Any]) -> Table:
    """
    Return ``{"head": [...], "rows": [[...], ...]}`` with the numbers of *chart*.

    *chart* is what the page hands to the script: ``kind`` and, by kind, ``categories`` and
    ``series`` (bar, line), ``nodes`` and ``links`` (sankey), ``columns``, ``rows`` and ``cells``
    (heatmap), or ``root`` (tree).
    """
    return _TABLES[chart["kind"]](chart)


def number(value: Any) -> str:
    """Write a number of a chart: separators, a true minus, a dash for what is missing."""
    if value is None or value == "":
        return MISSING
    amount = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{abs(amount):,f}"
    return f"{MINUS}{text}" if amount < 0 else text


def height_of(chart: Mapping[str, Any]) -> str:
    """Choose how high flows and trees are drawn, by how much stands below each other."""
    count = _COUNTS.get(chart["kind"])
    return "" if count is None else next(size for most, size in _HEIGHTS if count(chart) <= most)


def _ends(chart: Mapping[str, Any]) -> int:
    starts, ends = ({link[side] for link in chart["links"]} for side in ("source", "target"))
    return max(len(starts - ends), len(ends - starts))


def _leaves(chart: Mapping[str, Any]) -> int:
    def below(node: Mapping[str, Any]) -> int:
        return sum(map(below, node.get("children", ()))) or 1

    return below(chart["root"])


_COUNTS = {"sankey": _ends, "tree": _leaves}
_HEIGHTS = ((2, "xs"), (3, "s"), (6, ""), (12, "l"), (inf, "xl"))


def _series(chart: Mapping[str, Any]) -> Table:
    series = chart["series"]
    rows = [
        [category, *(number(one["values"][place]) for one in series)]
        for place, category in enumerate(chart["categories"])
    ]
    if target := chart.get("target"):
        rows.append([target["name"], *(number(target["value"]) for _one in series)])
    return {"head": [chart.get("axis", ""), *(one["name"] for one in series)], "rows": rows}


def _links(chart: Mapping[str, Any]) -> Table:
    names = {node.get("id", node["name"]): node["name"] for node in chart["nodes"]}
    rows = [
        [names.get(link["source"]), names.get(link["target"]), number(link["value"])]
        for link in chart["links"]
    ]
    head = [pgettext("flow", "来源"), pgettext("flow", "去向"), chart.get("unit") or _("数值")]
    return {"head": head, "rows": rows, "texts": 2}


def _cells(chart: Mapping[str, Any]) -> Table:
    def word(cell: Any) -> str:
        if isinstance(cell, Mapping):
            return str(cell.get("word") or number(cell.get("value")))
        return number(cell)

    rows = [
        [name, *(word(cell) for cell in cells)]
        for name, cells in zip(chart["rows"], chart["cells"], strict=True)
    ]
    return {"head": [chart.get("axis", ""), *chart["columns"]], "rows": rows}


def _tree(chart: Mapping[str, Any]) -> Table:
    rows: list[list[str]] = []

    def walk(node: Mapping[str, Any], depth: int) -> None:
        rows.append([f"{'　' * depth}{node['name']}", str(node.get("note", ""))])
        for child in node.get("children", ()):
            walk(child, depth + 1)

    walk(chart["root"], 0)
    return {"head": [_("名称"), _("说明")], "rows": rows, "texts": 2}


_TABLES = {"bar": _series, "line": _series, "sankey": _links, "heatmap": _cells, "tree": _tree}
