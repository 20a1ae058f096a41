"""The words for what the records say: verbs, outcomes, tables, columns and ranges of days."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.workflow import REGISTERED

VERBS: Final[dict[str, str | Promise]] = {
    "sign_in": _("登录"),
    "sign_out": _("退出"),
    "refusal": _("被拒绝"),
    "export": _("导出"),
    "second_factor": _("两步验证"),
    "second_factor.set_up": _("开通两步验证"),
    "second_factor.new_codes": _("更换恢复码"),
    "second_factor.removed": _("停用两步验证"),
    "person.created": _("建立账户"),
    "person.deactivated": _("停用账户"),
    "person.reactivated": _("启用账户"),
    "person.password_reset": _("重置密码"),
    "person.password_changed": _("修改密码"),
    "person.second_factor_removed": _("解除两步验证绑定"),
    "appointment.made": _("任命"),
    "appointment.ended": _("终止任职"),
    "appointment.deputy_named": _("指定代理"),
    "client.issued": _("签发令牌"),
    "client.revoked": _("吊销令牌"),
    "client.first_use_of_the_day": _("接口当日首次调用"),
    "rulebook.approved": _("批准规则版本"),
    "file.opened": _("查看文件"),
}

OUTCOMES: Final[dict[str, str | Promise]] = {
    "done": pgettext_lazy("outcome", "成功"),
    "failed": pgettext_lazy("outcome", "失败"),
    "locked": pgettext_lazy("outcome", "已锁定"),
    "idle": _("无操作超时"),
    "absolute": _("达到最长时限"),
    "elsewhere": _("在别处登录"),
    "not_permitted": _("无权限"),
    "not_found": _("范围之外"),
    "stale": _("内容已变"),
    "not_now": _("状态不符"),
    "same_person": _("须由他人办理"),
}


CHANGES: Final[dict[str, str | Promise]] = {
    "insert": _("新增"),
    "update": _("修改"),
    "delete": _("删除"),
}


@cache
def tables() -> dict[str, str | Promise]:
    """Name every table by what its model is called."""
    return {model._meta.db_table: model._meta.verbose_name or "" for model in apps.get_models()}


def span(during: DateRange | None) -> str:
    """Write a half-open range of days as its first and its last day."""
    if during is None or during.isempty:
        return "—"
    first = during.lower.isoformat() if during.lower else ""
    last = (during.upper - timedelta(days=1)).isoformat() if during.upper else ""
    if not last:
        return now("%(day)s 起") % {"day": first} if first else "—"
    return f"{first} – {last}"


def pretty(value: Any) -> str:
    """Write a value of a row's history: as it is, or as JSON where it has parts."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return now("是") if value else now("否")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def workflow(name: str) -> str:
    """Name a workflow by what goes through it."""
    models = (model for model in apps.get_models() if model._meta.model_name == name)
    return next((str(model._meta.verbose_name) for model in models), name)


def act(flow: str, verb: str) -> str:
    """Name a step of a workflow as its table does."""
    if flow not in REGISTERED:
        return verb
    return next((str(t.label) for t in REGISTERED[flow].transitions if t.verb == verb), verb)


def differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """List the columns in which two states of a row differ."""
    old, new = before or {}, after or {}
    return [name for name in (new or old) if old.get(name) != new.get(name)]


def columns(
    table: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str, bool]]:
    """List every column of a row: its name, what it was, what it became, whether they differ."""
    labels = _labels(table)
    changed = set(differences(before, after))
    return [
        (
            labels.get(name, name),
            pretty(before.get(name)) if before is not None else "",
            pretty(after.get(name)) if after is not None else "",
            name in changed,
        )
        for name in (after or before or {})
    ]


def _labels(table: str) -> dict[str, str]:
    for model in apps.get_models():
        if model._meta.db_table == table:
            return {
                field.column: str(field.verbose_name)
                for field in model._meta.concrete_fields
                if str(field.verbose_name) != field.name.replace("_", " ")
            }
    return {}
