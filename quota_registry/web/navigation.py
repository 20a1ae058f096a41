"""The menu as a table: groups by floor, in the bureau's words; who sees an item, where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu: its word, the name of its page, the right that shows it."""

    label: str | Promise
    name: str
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A floor of the house, as far as its pages exist."""

    label: str | Promise
    items: tuple[Item, ...]


MENU: Final = (
    Group(
        "",
        (
            Item(pgettext_lazy("menu", "首页"), "home"),
            Item(pgettext_lazy("menu", "待办"), "todo"),
            Item(pgettext_lazy("menu", "通知"), "notices"),
        ),
    ),
    Group(
        pgettext_lazy("menu", "储备"),
        (
            Item(_("余额总览"), "reserve:overview", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "减排项目"), "reserve:claims", Permission.SEE_CLAIMS),
            Item(_("批量导入"), "reserve:imports", Permission.SEE_CLAIMS),
            Item(_("总量台账"), "reserve:ledgers", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "减排任务"), "reserve:tasks", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "批次"), "reserve:lots", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "划转记录"), "reserve:transfers", Permission.SEE_RESERVE),
            Item(_("期初库存"), "reserve:openings", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "亏欠"), "reserve:debts", Permission.SEE_RESERVE),
        ),
    ),
    Group(
        pgettext_lazy("menu", "监测"),
        (
            Item(_("预警日历"), "monitoring:calendar", Permission.SEE_MONITORING),
            Item(_("站点与断面"), "monitoring:stations", Permission.SEE_MONITORING),
            Item(_("监测数据导入"), "monitoring:imports", Permission.SEE_MONITORING),
            Item(_("监控设施"), "monitoring:monitors", Permission.SEE_MONITORING),
            Item(_("监测排放量"), "monitoring:measured", Permission.SEE_MONITORING),
            Item(
                pgettext_lazy("menu", "环境目标"), "monitoring:targets", Permission.SEE_MONITORING
            ),
            Item(_("暂停令"), "monitoring:suspensions", Permission.SEE_MONITORING),
            Item(_("年度评定"), "monitoring:judgements", Permission.SEE_MONITORING),
        ),
    ),
    Group(
        pgettext_lazy("menu", "园区"),
        (
            Item(_("园区年度"), "parks:years", Permission.SEE_MONITORING),
            Item(_("园区名录与排名"), "parks:parks", Permission.SEE_MONITORING),
            Item(_("总量报表导入"), "parks:totals-lists", Permission.SEE_MONITORING),
        ),
    ),
    Group(
        pgettext_lazy("menu", "分配"),
        (
            Item(pgettext_lazy("menu", "建设项目"), "allocation:projects", Permission.SEE_PROJECTS),
            Item(_("指标申请"), "allocation:applications", Permission.SEE_PROJECTS),
            Item(pgettext_lazy("menu", "凭证"), "allocation:vouchers", Permission.SEE_PROJECTS),
            Item(_("申请排队"), "allocation:queues", Permission.SEE_PROJECTS),
            Item(pgettext_lazy("menu", "交易"), "allocation:trades", Permission.SEE_PROJECTS),
            Item(_("季度调度"), "allocation:dispatches", Permission.SEE_PROJECTS),
        ),
    ),
    Group(
        pgettext_lazy("menu", "基础信息"),
        (
            Item(pgettext_lazy("menu", "地区"), "places", Permission.SEE_RESERVE),
            Item(pgettext_lazy("menu", "排污单位"), "polluters", Permission.SEE_POLLUTERS),
            Item(pgettext_lazy("menu", "排污许可证"), "permits", Permission.SEE_POLLUTERS),
            Item(pgettext_lazy("menu", "规则手册"), "rulebooks"),
            Item(pgettext_lazy("menu", "管理方案"), "law"),
        ),
    ),
    Group(
        pgettext_lazy("menu", "审计"),
        (
            Item(_("操作记录"), "audit-events", Permission.SEE_AUDIT),
            Item(_("数据变更"), "audit-rows", Permission.SEE_AUDIT),
        ),
    ),
    Group(
        pgettext_lazy("menu", "管理"),
        (
            Item(_("人员与任职"), "people", Permission.SEE_PEOPLE),
            Item(pgettext_lazy("menu", "代理人"), "deputies", Permission.APPOINT_DEPUTY),
            Item(pgettext_lazy("menu", "接口客户端"), "clients", Permission.KEEP_CLIENTS),
        ),
    ),
)
