"""How the API behaves and describes itself; its code is in ``quota_registry/kernel/rest``."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry import environment

FRAMEWORK: Final[dict[str, Any]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "quota_registry.kernel.authentication.ClientAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["quota_registry.kernel.rest.throttles.PerCaller"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "quota_registry.kernel.rest.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "quota_registry.kernel.rest.problems.answer",
    # One way to ask for a format: the Accept header.
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": environment.number("QUOTA_PROXIES", 0),
}
SCHEMA: Final[dict[str, Any]] = {
    "TITLE": _("排污总量指标登记系统接口"),
    "DESCRIPTION": _(
        "除报送监测数据、报送季度清单和登记建设项目外均为只读。数量均为吨/年，以六位小数的文本表示。调用方只能看到令牌所属地区及其下级。"
    ),
    "VERSION": "1.0.0",
    "TAGS": [
        {"name": "balances", "description": _("储备库余额")},
        {"name": "accounts", "description": _("账户及余额")},
        {"name": "transfers", "description": _("划转（可作变更流）")},
        {"name": "lots", "description": _("批次的来龙去脉")},
        {"name": "claims", "description": _("减排项目申报")},
        {"name": "readings", "description": _("监测数据报送")},
        {"name": "monitoring", "description": _("监测、预警、暂停与评定")},
        {"name": "allocation", "description": _("建设项目、指标申请、凭证与交易")},
        {"name": "dispatch", "description": _("季度调度")},
        {"name": "places", "description": _("地区")},
        {"name": "polluters", "description": _("排污单位")},
        {"name": "codes", "description": _("代码表")},
    ],
    "OAS_VERSION": "3.0.3",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PollutantCode": "quota_registry.kernel.vocabulary.Pollutant",
        "TierCode": "quota_registry.kernel.vocabulary.Tier",
        "ManagementClassCode": "quota_registry.kernel.vocabulary.ManagementClass",
        "MediumCode": "quota_registry.kernel.vocabulary.Medium",
        "StationKindCode": "monitoring.vocabulary.StationKind",
        "WaterBodyCode": "monitoring.vocabulary.WaterBody",
        "WaterClassCode": "monitoring.vocabulary.WaterClass",
        "IndicatorCode": "monitoring.vocabulary.Indicator",
        "LevelCode": "monitoring.vocabulary.Level",
        "ActionCode": "monitoring.vocabulary.Action",
        "SuspensionScopeCode": "monitoring.vocabulary.SuspensionScope",
        "SuspensionStatusCode": "monitoring.vocabulary.SuspensionStatus",
        "TargetStatusCode": "monitoring.vocabulary.TargetStatus",
        "JudgementStatusCode": "monitoring.vocabulary.JudgementStatus",
        "WayCode": "monitoring.vocabulary.Way",
        "AccountKindCode": "reserve.vocabulary.AccountKind",
        "TransferKindCode": "reserve.vocabulary.TransferKind",
        "LotSourceKindCode": "reserve.vocabulary.LotSourceKind",
        "SourceKindCode": "reserve.vocabulary.SourceKind",
        "ClaimStatusCode": "reserve.vocabulary.ClaimStatus",
        "LineStatusCode": "reserve.vocabulary.LineStatus",
        "EvidenceKindCode": "reserve.vocabulary.EvidenceKind",
        "AccountingMethodCode": "reserve.vocabulary.AccountingMethod",
        "DestinationCode": "reserve.vocabulary.Destination",
        "SpanCode": "monitoring.vocabulary.Span",
        "ProjectKindCode": "allocation.vocabulary.ProjectKind",
        "ApplicationStatusCode": "allocation.vocabulary.ApplicationStatus",
        "VoucherStatusCode": "allocation.vocabulary.VoucherStatus",
        "GiveBackKindCode": "allocation.vocabulary.GiveBackKind",
        "TradeKindCode": "allocation.vocabulary.TradeKind",
        "TradeStatusCode": "allocation.vocabulary.TradeStatus",
        "FindingKindCode": "allocation.vocabulary.FindingKind",
        "RoundStatusCode": "allocation.vocabulary.RoundStatus",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "REDOC_DIST": "SIDECAR",
}
