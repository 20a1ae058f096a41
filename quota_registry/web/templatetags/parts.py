"""Tags for the larger parts of a page: headings that sort, pagers, empty states, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quota_registry.kernel import refusals
from quota_registry.web.charts import height_of, table_of
from quota_registry.web.context import line_of
from quota_registry.web.templatetags.entry import open_a_calendar

register = template.Library()


@register.filter
def said(why: Mapping[str, Any] | str | None) -> str:
    """Say in the reader's language why something failed, as it was kept."""
    return refusals.said(why or "")


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: Any) -> str:
    """Give this page's address with some of its parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.simple_tag(takes_context=True)
def menu_line(context: template.Context, menu: Sequence[Mapping[str, Any]]) -> str:
    """Give the address of the line of *menu* that this page belongs to."""
    lines = [item["url"] for group in menu for item in group["items"]]
    trail = [address for _label, address in context.get("trail") or ()]
    return line_of(lines, path=context["request"].path, trail=trail)


@register.simple_tag(takes_context=True)
def sort(context: template.Context, key: str, label: str, default: str = "") -> SafeString:
    """
    Write a column's heading that sorts by a click: ``sort=key``, then ``sort=-key``.

    *default* is the order of the page when its address names none.
    """
    now = context["request"].GET.get("sort", default)
    order, following = "", key
    if now == key:
        order, following = "up", f"-{key}"
    elif now == f"-{key}":
        order, following = "down", key
    href = address(context, sort=following, after=None, before=None)
    said = {"": _("点击排序"), "up": _("升序，点击改为降序"), "down": _("降序，点击改为升序")}
    return format_html(
        '<a class="sort" data-order="{}" href="{}">{}'
        '<span class="visually-hidden">（{}）</span></a>',
        order,
        href,
        label,
        said[order],
    )


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: template.Context, filterset: Any, hidden: str = "") -> dict[str, Any]:
    """
    Show the fields of a filter above its list; what is asked stays in the address.

    Parameters of the address named in *hidden* are carried on, such as the order.
    """
    asked = context["request"].GET
    fields = list(filterset.form) if filterset is not None else []
    for field in fields:
        open_a_calendar(field)
    names = {field.html_name for field in fields}
    kept = [
        (name, asked[name])
        for name in ("sort", *hidden.split())
        if asked.get(name) and name not in names
    ]
    return {
        "fields": fields,
        "kept": kept,
        "used": any(asked.get(name) for name in names),
        "path": context["request"].path,
        "action": address(context, **dict.fromkeys(names), after=None, before=None),
    }


@register.inclusion_tag("components/exports.html")
def exports(kinds: Any) -> dict[str, Any]:
    """Offer exactly what is shown as a file: pairs of kind and address."""
    return {"kinds": kinds}


@register.inclusion_tag("components/pager.html", takes_context=True)
def page(context: template.Context, page: Any, unit: str = "") -> dict[str, Any]:
    """
    Show the pager of a keyset page.

    ``page.before`` and ``page.after`` are cursors, empty at an end; ``page.count`` is shown
    where it was cheap to have, with *unit* as its counting word.
    """
    before, after = getattr(page, "before", ""), getattr(page, "after", "")
    return {
        "previous": address(context, before=before, after=None) if before else "",
        "next": address(context, after=after, before=None) if after else "",
        "count": getattr(page, "count", None),
        "unit": unit,
    }


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """Say what would stand here and how to make the first one."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/chart.html")
def chart(data: Mapping[str, Any], name: str, size: str = "") -> dict[str, Any]:
    """
    Draw a chart, with its numbers beside it as a table.

    *data* is what ``quota_registry.web.charts.table_of`` describes, with ``title``, ``subtitle``,
    ``unit`` and ``source``; *name* is unique on the page; *size* is xs, s, l or xl, or else follows
    from what stands below each other in flows and trees.
    """
    size = size or height_of(data)
    return {
        "data": dict(data),
        "name": f"chart-{name}",
        "size": f"chart-canvas-{size}" if size else "",
        "table": table_of(data),
    }


@register.inclusion_tag("components/progress.html")
def progress(
    url: str, done: int = 0, total: int = 0, label: str = "", finished: bool = False
) -> dict[str, Any]:
    """
    Show how far a job is; while it runs, *url* is asked every second for this part anew.

    The work goes on when the page is left: the job lives on the server.
    """
    return {"url": url, "done": done, "total": total, "label": label, "finished": finished}
