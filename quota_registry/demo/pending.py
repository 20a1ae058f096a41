"""The demo's projects that wait for somebody's act, need none, or are stopped by the sheet."""

from __future__ import annotations

from typing import Final

from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import ExemptKind, LakeTaiZone, Priority, ProjectKind, StrategicClass
from quota_registry.demo.plans import Plan
from quota_registry.kernel.demo_accounts import CITY

WAITING: Final = (
    Plan(
        place="320506",
        plant=2,
        name="净水剂生产项目",
        adds={"COD": "0.3"},
        back=2,
        to=S.DRAFT,
    ),
    Plan(
        place="320583",
        plant=1,
        name="冷轧薄板项目",
        adds={"NOX": "0.55", "SO2": "0.2"},
        back=3,
        to=S.FILED,
        priority=Priority.INDUSTRIAL,
    ),
    Plan(
        place="320583",
        plant=2,
        name="食品级包装项目",
        adds={"COD": "0.2", "VOCS": "0.1"},
        back=9,
        to=S.SCREENED,
    ),
    Plan(
        place="320583P01",
        plant=1,
        name="光学薄膜项目",
        adds={"NOX": "0.3"},
        back=6,
        to=S.FILED,
        source=CITY,
    ),
    Plan(
        place="320508",
        plant=3,
        name="区域医疗中心供热项目",
        adds={"NOX": "0.45"},
        back=10,
        to=S.ASSESSED,
        source=CITY,
        priority=Priority.LIVELIHOOD,
    ),
    Plan(
        place="320582",
        plant=3,
        name="氢能冶金中试项目",
        adds={"NOX": "0.9"},
        back=12,
        to=S.SCREENED,
        source=CITY,
        priority=Priority.SCITECH,
    ),
)
"""Those under way, three of them in the queue of the city's NOx."""

UNASKED: Final = (
    Plan(
        place="320505",
        plant=1,
        name="城西污水处理厂扩建项目",
        kind=ProjectKind.EXPANDED,
        adds={"COD": "12", "NH3N": "0.6"},
        back=260,
        to=None,
        exempt=ExemptKind.TOWN_SEWAGE_WORKS,
    ),
    Plan(
        place="320581",
        plant=2,
        name="锅炉煤改气项目",
        kind=ProjectKind.REBUILT,
        adds={"NOX": "0.5", "SO2": "0.1"},
        offset={"NOX": "1.8", "SO2": "0.9"},
        back=150,
        to=None,
    ),
)
"""Those that need no quota: an exempt kind, and one that adds nothing."""

BLOCKED: Final = {
    "cover": Plan(place="320583", plant=3, name="热浸镀锌项目", adds={"SO2": "0.3"}, back=15),
    "gate": Plan(
        place="320581",
        plant=3,
        name="玻璃纤维拉丝项目",
        adds={"NOX": "0.8"},
        back=1,
        source=CITY,
        priority=Priority.SCITECH,
    ),
    "suspension": Plan(
        place="320509", plant=2, name="喷水织机整理项目", adds={"NOX": "0.3"}, back=1
    ),
    "priority": Plan(
        place="320505", plant=2, name="仓储物流锅炉项目", adds={"NOX": "0.2"}, back=1, source=CITY
    ),
    "earmark": Plan(
        place="320506",
        plant=3,
        name="环湖建材粉磨项目",
        adds={"PM": "0"},
        back=1,
        zone=LakeTaiZone.SECOND,
    ),
    "stock": Plan(place="320508", plant=1, name="燃煤热电项目", adds={"SO2": "45"}, back=14),
    "source": Plan(
        place="320583",
        plant=0,
        name="开发区外注塑项目",
        adds={"VOCS": "0.2"},
        back=13,
        source="320583P01",
        strategic=StrategicClass.MATERIALS,
        strategic_is_approved=False,
    ),
    "trade": Plan(place="320583", plant=1, name="烘干线项目", adds={"NOX": "0.1"}, back=11),
}
"""Those that may not be filed as they stand, by the check of the sheet that stops them."""
