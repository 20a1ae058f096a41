"""The words for what the records say: verbs, outcomes, tables, columns and ranges of days."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.ranges import last_day
from quota_registry.kernel.vocabulary import Role
from quota_registry.kernel.workflow import REGISTERED
from quota_registry.web.subjects import model_of

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
    "person.unlocked": _("解锁账户"),
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


# How the database writes a moment into a row's history.
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")

# A client's primary key ends in the digest of its token, which is nobody's to read.
DIGEST: Final = re.compile(r"(\w+)\.[\w$]{64,}")

CHANGES: Final[dict[str, str | Promise]] = {
    "insert": _("新增"),
    "update": _("修改"),
    "delete": _("删除"),
}

# Columns that no form ever shows and that therefore have no name of their own.
LABELS: Final[dict[str, str | Promise]] = {
    "id": _("编号"),
    "password_changed_at": _("密码修改时间"),
    "sort_key": _("排序键"),
    "pinyin": _("拼音检索键"),
    "appointed_by_id": _("任命人"),
    "deputy_of_id": _("代理的任职"),
    "parent_id": _("上级地区"),
    "place_id": _("地区"),
    "responsible_id": _("责任人"),
    "approved_at": _("批准时间"),
    "approved_by_id": _("批准人"),
    "drafted_by_id": _("起草人"),
    "counts": _("汇总数"),
    "vanished": _("已不再出现"),
}

# Columns that a library named, in English only.
LIBRARY_LABELS: Final[dict[str, dict[str, str | Promise]]] = {
    "kernel_client": {
        "name": _("名称"),
        "prefix": _("令牌前缀"),
        "scopes": _("权限范围"),
        "created": _("签发时间"),
        "revoked": _("已吊销"),
        "expiry_date": _("失效时间"),
        "last_used_on": _("最近使用"),
    },
}


TABLES: Final[dict[str, str | Promise]] = {
    "kernel_pollutername": _("曾用名称"),
    "kernel_permitversion": _("许可证版次"),
    "kernel_permittedamount": _("许可排放量"),
    "reserve_claimline": _("申报明细"),
    "reserve_claimrevision": _("申报修订"),
    "reserve_importrow": _("导入行"),
}


@cache
def tables() -> dict[str, str | Promise]:
    """Name every table by what its model is called."""
    named = {model._meta.db_table: model._meta.verbose_name or "" for model in apps.get_models()}
    return named | TABLES


def span(during: DateRange | None) -> str:
    """Write a half-open range of days as its first and its last day."""
    if during is None or during.isempty:
        return "—"
    first = during.lower.isoformat() if during.lower else ""
    last = last_day(during)
    if last is None:
        return gettext("%(day)s 起") % {"day": first} if first else "—"
    return f"{first} – {last.isoformat()}"


def pretty(value: Any) -> str:
    """Write a value of a row's history: as it is, or as JSON where it has parts."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and (token := DIGEST.fullmatch(value)):
        return f"{token[1]}.…"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def workflow(name: str) -> str:
    """Name a workflow by what goes through it."""
    model = model_of(name)
    return str(model._meta.verbose_name) if model else name


def act(flow: str, verb: str) -> str:
    """Name a step of a workflow as its table does."""
    if flow not in REGISTERED:
        return verb
    birth, word = REGISTERED[flow].birth
    if birth and verb == birth:
        return str(word)
    return next((str(t.label) for t in REGISTERED[flow].transitions if t.verb == verb), verb)


def state(flow: str, status: str) -> str:
    """Name a status of a workflow as the objects that go through it do."""
    model = model_of(flow)
    fields = model._meta.concrete_fields if model else ()
    names = next((dict(field.flatchoices) for field in fields if field.name == "status"), {})
    return str(names.get(status, status))


def differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """List the columns in which two states of a row differ."""
    old, new = before or {}, after or {}
    return [name for name in (new or old) if old.get(name) != new.get(name)]


def changed(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """Name the columns in which two states of a row differ."""
    labels = _labels(table)
    return [labels.get(name, name) for name in differences(before, after)]


def facts(of: dict[str, Any]) -> str:
    """Write what an event says beside its verb: roles and lists in words, the rest as it is."""
    return " · ".join(
        _fact(name, value) for name, value in of.items() if value not in (None, "", [])
    )


def _fact(name: str, value: Any) -> str:
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    if isinstance(value, list):
        return gettext("、").join(map(str, value))
    return pretty(value)


def columns(
    table: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str, bool]]:
    """List every column of a row: its name, what it was, what it became, whether they differ."""
    labels = _labels(table)
    changing = set(differences(before, after))
    return [
        (
            labels.get(name, name),
            pretty(before.get(name)) if before is not None else "",
            pretty(after.get(name)) if after is not None else "",
            name in changing,
        )
        for name in (after or before or {})
    ]


def _word(field: Field[Any, Any]) -> str | Promise:
    """Name a column; one that leads elsewhere and has no name of its own, by what it leads to."""
    own: str | Promise = field.verbose_name
    other = field.remote_field
    if other is not None and str(own) == field.name.replace("_", " "):
        return other.model._meta.verbose_name or own
    return own


def _labels(table: str) -> dict[str, str]:
    for model in apps.get_models():
        if model._meta.db_table == table:
            return {
                str(field.column): str(word)
                for field in model._meta.concrete_fields
                if (word := _word(field)) != field.name.replace("_", " ")
            } | {
                name: str(label) for name, label in (LABELS | LIBRARY_LABELS.get(table, {})).items()
            }
    return {}
