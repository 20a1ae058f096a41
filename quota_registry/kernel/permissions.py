"""Who may do what: one enum, one grant table. The whole truth stands on this page."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from quota_registry.kernel.vocabulary import Role


class Permission(StrEnum):
    """A right; a role holds it at its place and below."""

    SEE_RESERVE = "see_reserve"
    SEE_CLAIMS = "see_claims"
    SEE_POLLUTERS = "see_polluters"
    SEE_AUDIT = "see_audit"
    SEE_PEOPLE = "see_people"
    EXPORT = "export"

    DECLARE_CLAIM = "declare_claim"
    IMPORT_CLAIMS = "import_claims"
    KEEP_POLLUTERS = "keep_polluters"
    SCREEN_CLAIM = "screen_claim"
    ORDER_INSPECTION = "order_inspection"
    RECORD_INSPECTION = "record_inspection"
    REVIEW_WATER = "review_water"
    REVIEW_AIR = "review_air"
    LEAD_JOINT_REVIEW = "lead_joint_review"
    CONFIRM_BY_PROVINCE = "confirm_by_province"
    ADMIT_CLAIM = "admit_claim"
    PROPOSE_CORRECTION = "propose_correction"
    APPROVE_CORRECTION = "approve_correction"
    VOID_CLAIM = "void_claim"
    BUY_IN = "buy_in"
    SET_TASKS = "set_tasks"
    IMPORT_OPENING = "import_opening"
    APPROVE_OPENING = "approve_opening"
    CLOSE_OPENING = "close_opening"
    CLOSE_QUARTER = "close_quarter"
    RELEASE_LOCAL = "release_local"
    RELEASE_CITY = "release_city"
    DRAFT_RULES = "draft_rules"
    APPROVE_RULES = "approve_rules"

    SEE_MONITORING = "see_monitoring"
    IMPORT_READINGS = "import_readings"
    KEEP_STATIONS = "keep_stations"
    KEEP_MONITORS = "keep_monitors"
    CHECK_MONITORS = "check_monitors"
    PROPOSE_TARGETS = "propose_targets"
    APPROVE_TARGETS = "approve_targets"
    RUN_WARNINGS = "run_warnings"
    RECORD_MEASURES = "record_measures"
    PROPOSE_SUSPENSION = "propose_suspension"
    ORDER_SUSPENSION = "order_suspension"
    PROPOSE_JUDGEMENT = "propose_judgement"
    CONFIRM_JUDGEMENT = "confirm_judgement"
    RECORD_TASK_RESULT = "record_task_result"
    OPEN_GATE = "open_gate"

    KEEP_PARKS = "keep_parks"
    FILL_TOTALS = "fill_totals"
    IMPORT_TOTALS = "import_totals"
    ACCEPT_TOTALS = "accept_totals"
    KEEP_PARK_YEAR = "keep_park_year"
    APPROVE_PARK_YEAR = "approve_park_year"

    SEE_PROJECTS = "see_projects"
    KEEP_PROJECTS = "keep_projects"
    APPROVE_STRATEGIC = "approve_strategic"
    FILE_APPLICATION = "file_application"
    SCREEN_APPLICATION = "screen_application"
    HOLD_QUOTA = "hold_quota"
    COUNTERSIGN = "countersign"
    RECORD_EIA = "record_eia"
    GIVE_BACK_QUOTA = "give_back_quota"
    ANNUL_VOUCHER = "annul_voucher"
    RECORD_TRADE = "record_trade"
    CHECK_TRADE = "check_trade"
    IMPORT_DISPATCH = "import_dispatch"
    RUN_DISPATCH = "run_dispatch"
    CONFIRM_DISPATCH = "confirm_dispatch"

    KEEP_PEOPLE = "keep_people"
    UNBIND_FACTOR = "unbind_factor"
    APPOINT = "appoint"
    APPOINT_DEPUTY = "appoint_deputy"
    KEEP_CLIENTS = "keep_clients"


P = Permission

_SEES: Final = frozenset(
    {
        P.SEE_RESERVE,
        P.SEE_CLAIMS,
        P.SEE_POLLUTERS,
        P.SEE_MONITORING,
        P.SEE_PROJECTS,
        P.EXPORT,
    }
)
_WATCHES: Final = frozenset(
    {
        P.IMPORT_READINGS,
        P.KEEP_STATIONS,
        P.PROPOSE_TARGETS,
        P.RUN_WARNINGS,
        P.PROPOSE_SUSPENSION,
        P.PROPOSE_JUDGEMENT,
    }
)

GRANTS: Final[dict[str, frozenset[Permission]]] = {
    Role.PARK_ADMINISTRATOR: _SEES
    | {
        P.DECLARE_CLAIM,
        P.RECORD_MEASURES,
        P.KEEP_PROJECTS,
        P.FILE_APPLICATION,
        P.FILL_TOTALS,
        P.IMPORT_TOTALS,
    },
    Role.COUNTY_OFFICER: _SEES
    | {
        P.DECLARE_CLAIM,
        P.IMPORT_CLAIMS,
        P.KEEP_POLLUTERS,
        P.IMPORT_OPENING,
        P.KEEP_MONITORS,
        P.RECORD_MEASURES,
        P.KEEP_PROJECTS,
        P.FILE_APPLICATION,
        P.RECORD_EIA,
        P.RECORD_TRADE,
        P.IMPORT_DISPATCH,
    },
    Role.COUNTY_SCREENER: _SEES | {P.SCREEN_CLAIM, P.SCREEN_APPLICATION, P.HOLD_QUOTA},
    Role.COUNTY_HEAD: _SEES | {P.RELEASE_LOCAL, P.BUY_IN, P.APPOINT_DEPUTY, P.GIVE_BACK_QUOTA},
    Role.DIVISION_REVIEWER_WATER: _SEES | _WATCHES | {P.REVIEW_WATER, P.ORDER_INSPECTION},
    Role.DIVISION_REVIEWER_AIR: _SEES | _WATCHES | {P.REVIEW_AIR, P.ORDER_INSPECTION},
    Role.GENERAL_OFFICE: _SEES
    | _WATCHES
    | {
        P.IMPORT_CLAIMS,
        P.KEEP_POLLUTERS,
        P.ORDER_INSPECTION,
        P.LEAD_JOINT_REVIEW,
        P.CONFIRM_BY_PROVINCE,
        P.ADMIT_CLAIM,
        P.PROPOSE_CORRECTION,
        P.SET_TASKS,
        P.APPROVE_OPENING,
        P.CLOSE_QUARTER,
        P.DRAFT_RULES,
        P.APPROVE_TARGETS,
        P.CONFIRM_JUDGEMENT,
        P.RECORD_TASK_RESULT,
        P.OPEN_GATE,
        P.APPROVE_STRATEGIC,
        P.HOLD_QUOTA,
        P.COUNTERSIGN,
        P.CHECK_TRADE,
        P.IMPORT_DISPATCH,
        P.RUN_DISPATCH,
        P.KEEP_PARKS,
        P.IMPORT_TOTALS,
        P.ACCEPT_TOTALS,
        P.KEEP_PARK_YEAR,
    },
    Role.DIRECTOR: _SEES
    | {
        P.ANNUL_VOUCHER,
        P.APPROVE_PARK_YEAR,
        P.CONFIRM_DISPATCH,
        # A quarter closes when its dispatch is confirmed (RULES §5).
        P.CLOSE_QUARTER,
        P.RELEASE_CITY,
        P.APPROVE_CORRECTION,
        P.VOID_CLAIM,
        P.CLOSE_OPENING,
        P.APPROVE_RULES,
        P.APPOINT_DEPUTY,
        P.ORDER_SUSPENSION,
    },
    Role.INSPECTOR: _SEES | {P.RECORD_INSPECTION, P.CHECK_MONITORS},
    Role.AUDITOR: _SEES | {P.SEE_AUDIT, P.SEE_PEOPLE},
    Role.SYSTEM_ADMINISTRATOR: frozenset({P.SEE_PEOPLE, P.KEEP_PEOPLE, P.KEEP_CLIENTS}),
    # Whoever gives passwords unbinds no authenticator: it takes two to open an account anew.
    Role.SECURITY_ADMINISTRATOR: frozenset({P.SEE_PEOPLE, P.UNBIND_FACTOR, P.APPOINT, P.SEE_AUDIT}),
}
