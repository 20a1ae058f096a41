"""What a program may do: a token carries scopes, as a person carries permissions."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.permissions import Permission


class Scope(models.TextChoices):
    """What a client may ask for, at its place and below."""

    BALANCES_READ = "balances:read", _("读取账户、余额、划转与批次")
    CLAIMS_READ = "claims:read", _("读取减排项目申报与减排任务")
    POLLUTERS_READ = "polluters:read", _("读取排污单位与排污许可证")
    READINGS_WRITE = "readings:write", _("报送监测数据")
    MEASURED_WRITE = "measured:write", _("报送和撤回自动监测的逐月排放量")
    TRADES_READ = "trades:read", _("读取指标交易")
    MONITORING_READ = "monitoring:read", _("读取站点、目标、预警、暂停令、评定与准入状态")
    PROJECTS_READ = "projects:read", _("读取建设项目、指标申请与总量指标凭证")
    PROJECTS_WRITE = "projects:write", _("登记建设项目")
    APPLICATIONS_WRITE = "applications:write", _("填报、办理指标申请")
    TRADES_WRITE = "trades:write", _("办理指标交易")
    PARKS_READ = "parks:read", _("读取园区年度与年度排放总量")
    TOTALS_WRITE = "totals:write", _("报送园区年度排放总量")
    DISPATCH_READ = "dispatch:read", _("读取季度调度结果")
    DISPATCH_WRITE = "dispatch:write", _("报送环评审批与注销的排污许可证")

    @property
    def permission(self) -> Permission:
        """Say which permission lets a person do the same."""
        return _AS[self]


_AS: Final = {
    Scope.BALANCES_READ: Permission.SEE_RESERVE,
    Scope.CLAIMS_READ: Permission.SEE_CLAIMS,
    Scope.POLLUTERS_READ: Permission.SEE_POLLUTERS,
    Scope.READINGS_WRITE: Permission.IMPORT_READINGS,
    Scope.MEASURED_WRITE: Permission.CHECK_MONITORS,
    Scope.TRADES_READ: Permission.SEE_PROJECTS,
    Scope.MONITORING_READ: Permission.SEE_MONITORING,
    Scope.PROJECTS_READ: Permission.SEE_PROJECTS,
    Scope.PROJECTS_WRITE: Permission.KEEP_PROJECTS,
    Scope.APPLICATIONS_WRITE: Permission.SEE_PROJECTS,
    Scope.TRADES_WRITE: Permission.SEE_PROJECTS,
    Scope.PARKS_READ: Permission.SEE_MONITORING,
    Scope.TOTALS_WRITE: Permission.FILL_TOTALS,
    Scope.DISPATCH_READ: Permission.SEE_PROJECTS,
    Scope.DISPATCH_WRITE: Permission.IMPORT_DISPATCH,
}

DEFAULT: Final = (Scope.BALANCES_READ,)
"""What a token may do where nothing else was said."""
