"""What every page of the frame has: the menu, the place one acts for, the day, the notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quota_registry.kernel import acting
from quota_registry.kernel.models import Notice, Person
from quota_registry.kernel.services import access
from quota_registry.web.navigation import MENU

# The addresses that the frame itself leads to; one that does not exist is not shown.
_LINKS = (
    "home", "search", "notices", "account", "password-change", "second-factor", "sign-in",
    "sign-out", "set-language", "act-for", "hand-over", "law",
)  # fmt: skip


def frame(request: HttpRequest) -> dict[str, Any]:
    """
    Give templates what the frame shows.

    What needs a query is a function that runs when the template asks, and once: a part that
    htmx fetches alone pays for nothing.
    """
    person = getattr(request, "user", None)
    today = timezone.localdate()

    def whenever(make: Callable[[Person], Any], otherwise: Any) -> Callable[[], Any]:
        return cache(lambda: make(person) if isinstance(person, Person) else otherwise)

    return {
        "today": today,
        "urls": addresses(),
        "script_words": script_words(),
        "acting": whenever(lambda who: acting.place_of(who, request.session, on=today), None),
        "acting_choices": whenever(lambda who: acting.places_of(who, on=today), []),
        "appointments": whenever(lambda who: access.appointments_of(who, on=today), []),
        "unread": whenever(lambda who: Notice.objects.filter(person=who, read_at=None).count(), 0),
        "navigation": whenever(menu, []),
    }


def addresses() -> dict[str, str]:
    """Give the addresses of the frame by their names; a page that does not exist has none."""
    return {name.replace("-", "_"): address for name in _LINKS if (address := address_of(name))}


def address_of(name: str) -> str:
    """Give the address of a page by its name, or nothing where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def menu(person: Person) -> list[dict[str, Any]]:
    """List the groups of the side bar with what *person* may use and what exists."""
    today = timezone.localdate()
    groups: list[dict[str, Any]] = []
    for group in MENU:
        items = [
            {"label": str(item.label), "url": address}
            for item in group.items
            if (item.permission is None or access.holds(person, item.permission, on=today))
            and (address := address_of(item.name))
        ]
        if items:
            groups.append({"label": str(group.label), "items": items})
    return groups


def line_of(lines: Sequence[str], *, path: str, trail: Sequence[str]) -> str:
    """
    Say which of the menu's *lines* a page at *path* belongs to, all by their addresses.

    That is its own line, else the last of its *trail* that is one, else the line whose address is
    the longest beginning of its own, if any is.
    """
    for address in (path, *reversed(trail)):
        if (plain := address.partition("?")[0]) in lines:
            return plain
    fitting = [line for line in lines if line != "/" and path.startswith(line)]
    return max(fitting, key=len, default="")


def script_words() -> dict[str, str]:
    """Give the words that scripts say, in the reader's language."""
    return {
        "close": _("关闭"),
        "saving": _("正在保存…"),
        "saved_at": _("已保存 {time}"),
        "save_failed": _("未能保存，稍后自动重试"),
        "changed_elsewhere": _("他人已修改此草稿，请点“保存草稿”核对差异"),
        "chosen": _("已选 {count} 项"),
        "not_a_number": _("应为数字，不带单位"),
        "finer_than_a_gram": _("最多六位小数"),
        "below_zero": _("不能小于零"),
        "pasted": _("已贴入 {count} 格"),
        "pasted_turned": _("已贴入 {count} 格，横排转为竖排"),
        "paste_outside": _("有 {count} 格超出表格，未贴入"),
        "file_too_large": _("文件过大，上限 {limit}"),
        "file_type": _("文件类型不符，可用 {types}"),
        "forbidden": _("您没有办理此事的权限"),
        "gone": _("对象不存在，或不在办理范围内"),
        "server_failed": _("系统出错，数据没有写入"),
        "totals_polluter": _("单位名称"),
        "totals_source": _("数据来源"),
        "totals_output": _("产值（万元）"),
        "totals_note": _("备注"),
        "totals_empty": _("还没有填报的单位"),
        "totals_loading": _("正在读取"),
        "totals_unread": _("未能读取，请刷新本页"),
        "totals_over_permit": _("超过许可排放量"),
        "totals_below_measured": _("低于自动监测测得的排放量"),
        "totals_far_from_last": _("与上年相差过大"),
        "totals_sum": _("合计"),
        "totals_drop": _("删除此行"),
        "totals_gone": _("已删除第 {n} 行：{name}"),
        "totals_back": _("恢复此行"),
        "totals_wrong": _("还有 {n} 个错误单元格，改正后才能提交"),
        "unreachable": _("连接中断，请检查网络后重试"),
    }
