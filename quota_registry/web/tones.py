"""Which tone and icon a status speaks in; the word always stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Tone = Literal["neutral", "progress", "success", "warning", "danger"]

ICONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "neutral": "",
        "progress": "clock",
        "success": "check",
        "warning": "alert",
        "danger": "stop",
    }
)

_VALUES: Final[Mapping[Tone, str]] = MappingProxyType(
    {
        "neutral": "draft withdrawn closed ended expired registered lifted cancelled read none"
        " dropped replaced ahead",
        "progress": (
            "filed received screened reviewed joint_reviewed province_confirmed pending proposed"
            " running queued offered consented submitted inspected waiting held open sent staged"
            " checking judged targets_sent targets_agreed targets_issued totals_taken"
            " totals_proposed reward_sent"
        ),
        "success": (
            "admitted accepted approved done confirmed issued passed succeeded posted active"
            " in_force on_time finished valid used in_time rewarded totals_fixed"
        ),
        "warning": "returned due partly short warned suspended late stale review_again to_confirm"
        " lift_proposed void_proposed due_soon",
        "danger": "refused rejected failed overdue adverse void voided locked error broken barred",
    }
)

TONES: Final[Mapping[str, Tone]] = MappingProxyType(
    {value: tone for tone, values in _VALUES.items() for value in values.split()}
)


def tone_of(value: object) -> Tone:
    """Give the tone of a status by its value; what nobody listed stays neutral."""
    return TONES.get(str(value), "neutral")
