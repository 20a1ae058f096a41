"""The construction projects of the demo: what each adds, what it draws on, how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import LakeTaiZone, Priority, ProjectKind, StrategicClass
from quota_registry.kernel.demo_accounts import CITY

NEW, REBUILT, EXPANDED = ProjectKind.NEW, ProjectKind.REBUILT, ProjectKind.EXPANDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    A project and the story of its application, begun so many days before today.

    ``adds`` is its increment in tonnes a year by pollutant, ``offset`` what the plant cuts
    elsewhere. ``to`` is how far the ordinary way is walked; ``then`` what somebody did after.
    """

    place: str
    plant: int
    name: str
    adds: Mapping[str, str]
    back: int
    to: S | None = S.DRAFT
    then: str = ""
    kind: ProjectKind = NEW
    offset: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    strategic: str = ""
    strategic_is_approved: bool = True
    priority: Priority = Priority.NONE
    exempt: str = ""
    exception: str = ""
    zone: LakeTaiZone = LakeTaiZone.THIRD


GRANTED: Final = (
    Plan(
        place="320583",
        plant=0,
        name="年产3万吨水性涂料项目",
        adds={"NOX": "0.42", "VOCS": "0.31"},
        back=700,
        to=S.IN_USE,
        priority=Priority.INDUSTRIAL,
    ),
    Plan(
        place="320581",
        plant=0,
        name="印染车间扩建项目",
        kind=EXPANDED,
        adds={"COD": "0.65", "NH3N": "0.052"},
        offset={"COD": "0.2"},
        back=640,
        to=S.IN_USE,
        zone=LakeTaiZone.OUTSIDE,
    ),
    Plan(
        place="320505",
        plant=1,
        name="锅炉改建项目",
        kind=REBUILT,
        adds={"NOX": "0.5"},
        back=560,
        to=S.VOUCHERED,
        then="smaller",
    ),
    Plan(
        place="320582",
        plant=1,
        name="年处理5万吨食品加工项目",
        adds={"COD": "0.8", "TN": "0.12"},
        back=500,
        to=S.VOUCHERED,
        then="larger",
        zone=LakeTaiZone.OUTSIDE,
    ),
    Plan(
        place="320507",
        plant=1,
        name="半导体封装测试项目",
        adds={"NH3N": "0.0326", "TN": "0.0977", "TP": "0.00326", "VOCS": "0.105"},
        back=420,
        to=S.APPROVED,
        strategic=StrategicClass.INFORMATION,
    ),
    Plan(
        place="320508",
        plant=1,
        name="年产2000吨树脂项目",
        adds={"VOCS": "0.3"},
        back=400,
        to=S.VOUCHERED,
        then="returned",
    ),
    Plan(
        place="320506",
        plant=1,
        name="窑炉扩建项目",
        kind=EXPANDED,
        adds={"SO2": "0.3"},
        back=360,
        to=S.VOUCHERED,
        then="returned in part",
        zone=LakeTaiZone.SECOND,
    ),
    Plan(
        place="320583",
        plant=1,
        name="粉末涂装扩建项目",
        kind=EXPANDED,
        adds={"PM": "0.2"},
        back=330,
        to=S.VOUCHERED,
        then="annulled",
    ),
    Plan(
        place="320583",
        plant=2,
        name="新能源汽车电池壳体项目",
        adds={"NOX": "0.6", "VOCS": "0.15"},
        back=45,
        to=S.VOUCHERED,
        source=CITY,
        strategic=StrategicClass.VEHICLES,
    ),
    Plan(
        place="320505",
        plant=2,
        name="供热管网配套锅炉项目",
        adds={"NOX": "0.25"},
        back=40,
        to=S.VOUCHERED,
        source=CITY,
        exception="老旧小区集中供热配套，属地储备已安排其他项目",
    ),
)
"""Those that came to a voucher, and what became of it."""

HELD: Final = (
    Plan(
        place="320583",
        plant=3,
        name="干式喷漆线项目",
        adds={"VOCS": "0.18"},
        back=17,
        to=S.HELD,
    ),
    Plan(
        place="320581",
        plant=1,
        name="铸造熔炼炉项目",
        adds={"NOX": "0.3"},
        back=300,
        to=S.HELD,
        then="lapsed",
    ),
    Plan(
        place="320505",
        plant=3,
        name="胶粘剂生产项目",
        adds={"VOCS": "0.22"},
        back=187,
        to=S.HELD,
    ),
    Plan(
        place="320509",
        plant=1,
        name="丝绸印花生产线项目",
        adds={"NOX": "0.35"},
        back=72,
        to=S.HELD,
        zone=LakeTaiZone.FIRST,
    ),
    Plan(
        place="320583P01",
        plant=0,
        name="精密模具项目",
        adds={"NOX": "0.2"},
        back=20,
        to=S.HELD,
        source=CITY,
        priority=Priority.EARLY_REDUCER,
    ),
)
"""Those for which mass is set aside: fresh, lapsed, about to lapse, stopped, unsigned."""

ENDED: Final = (
    Plan(
        place="320583",
        plant=0,
        name="溶剂回收装置项目",
        adds={"VOCS": "0.12"},
        back=250,
        to=S.FILED,
        then="withdrawn",
    ),
    Plan(
        place="320582",
        plant=2,
        name="码头堆场项目",
        adds={"PM": "0.4"},
        back=220,
        to=S.FILED,
        then="refused",
    ),
    Plan(
        place="320508",
        plant=2,
        name="沥青拌合项目",
        adds={"NOX": "0.25", "PM": "0.1"},
        back=200,
        to=S.SCREENED,
        then="refused by the division",
    ),
    Plan(
        place="320507",
        plant=2,
        name="再生铝熔铸项目",
        adds={"NOX": "0.4"},
        back=160,
        to=S.HELD,
        then="declined",
    ),
)
"""Those that somebody refused or withdrew."""

SHORT: Final = Plan(
    place="320582",
    plant=0,
    name="特种钢热处理项目",
    adds={"SO2": "0.4"},
    back=30,
    to=S.HELD,
    source=CITY,
    priority=Priority.SCITECH,
)
"""The one whose hold a void made short."""
