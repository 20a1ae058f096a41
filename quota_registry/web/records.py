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
