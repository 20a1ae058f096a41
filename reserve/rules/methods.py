"""§2, §12: the table of accounting methods, each a formula over its typed inputs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.rules.accounting import Exact, Input, InputMissing, Method
from reserve.vocabulary import AccountingMethod as Code
from reserve.vocabulary import SourceKind as Kind

WATER: Final = Pollutant.of_medium(Medium.WATER)
STACK: Final = (Pollutant.SO2, Pollutant.NOX, Pollutant.PM)
VOCS: Final = (Pollutant.VOCS,)
ALL: Final = tuple(Pollutant)
PUBLIC_WORKS: Final = (Kind.INFRASTRUCTURE, Kind.REDUCTION_WORKS, Kind.CAPACITY_WORKS)
POLLUTERS_WORKS: Final = (
    Kind.TECHNICAL_PROGRESS,
    Kind.DEEP_TREATMENT,
    Kind.OWN_TREATMENT,
    Kind.CLEAN_PRODUCTION,
)

# Units as the formulas of the technical guide take them.
FLOW: Final = _("万m³/a")
VOLUME: Final = "m³/a"
CONCENTRATION: Final = "mg/L"
STACK_CONCENTRATION: Final = "mg/m³"
TONNES: Final = _("吨/年")
PERCENT: Final = "%"

_10_000_M3_MG_L: Final = Fraction(1, 100)  # 1 万m³ × 1 mg/L = 0.01 t
_M3_MG_L: Final = Fraction(1, 10**6)
_M3_MG_M3: Final = Fraction(1, 10**9)


def _percent(name: str, label: str | Promise) -> Input:
    return Input(name=name, label=label, unit=PERCENT, most=Decimal(100))


def _concentration(name: str, label: str | Promise, unit: str = CONCENTRATION) -> Input:
    return Input(name=name, label=label, unit=unit, most=Decimal(1_000_000))


def _sewage_works(x: Exact) -> Fraction:
    now = x["flow_after"] * (x["inlet_after"] - x["outlet_after"])
    before = x["flow_before"] * (x["inlet_before"] - x["outlet_before"])
    return (now - before) * _10_000_M3_MG_L


def _standard_upgrade(x: Exact) -> Fraction:
    return x["flow"] * (x["outlet_before"] - x["outlet_after"]) * _10_000_M3_MG_L


def _water_reuse(x: Exact) -> Fraction:
    return x["reused"] * x["outlet"] * _10_000_M3_MG_L


def _industrial_wastewater(x: Exact) -> Fraction:
    before = x["volume_before"] * x["outlet_before"]
    after = x["volume_after"] * x["outlet_after"]
    return (before - after) * _M3_MG_L


def _flue_gas(x: Exact) -> Fraction:
    return x["flow"] * x["hours"] * (x["before"] - x["after"]) * _M3_MG_M3


def _vocs_substitution(x: Exact) -> Fraction:
    saved = (x["used_before"] * x["content_before"] - x["used_after"] * x["content_after"]) / 100
    return saved * (1 - x["capture"] * x["removal"] / 10_000)


def _vocs_end_of_pipe(x: Exact) -> Fraction:
    after = x["capture_after"] * x["removal_after"]
    before = x["capture_before"] * x["removal_before"]
    return x["generated"] * (after - before) / 10_000


def _closure(x: Exact) -> Fraction:
    # An amount that is not stated is not zero: the lowest of those that are stated counts.
    if not x:
        raise InputMissing(label=str(_PERMITTED.label), field=_PERMITTED.name)
    return min(x.values())


def _livestock(x: Exact) -> Fraction:
    return x["head"] * x["factor"] * (x["rate_after"] - x["rate_before"]) / 100 / 1000


def _rural_sewage(x: Exact) -> Fraction:
    return x["persons"] * x["per_person"] * 365 * x["rate"] / 100 / 10**6


def _stated(x: Exact) -> Fraction:
    return x["amount"]


_PERMITTED: Final = Input(name="permitted", label=_("许可排放量"), unit=TONNES, optional=True)
_AMOUNT: Final = Input(name="amount", label=_("减排量"), unit=TONNES)

_TABLE: Final = (
    Method(
        code=Code.SEWAGE_WORKS,
        clause=clause("2.1"),
        formula=_("(Q₁·(进水₁−出水₁) − Q₀·(进水₀−出水₀))×10⁻²"),
        inputs=(
            Input(name="flow_after", label=_("建成后处理水量Q₁"), unit=FLOW, shared=True),
            Input(name="flow_before", label=_("建成前处理水量Q₀"), unit=FLOW, shared=True),
            _concentration("inlet_after", _("建成后进水浓度")),
            _concentration("outlet_after", _("建成后出水浓度")),
            _concentration("inlet_before", _("建成前进水浓度")),
            _concentration("outlet_before", _("建成前出水浓度")),
        ),
        pollutants=WATER,
        kinds=(Kind.TOWN_SEWAGE, *PUBLIC_WORKS),
        compute=_sewage_works,
    ),
    Method(
        code=Code.STANDARD_UPGRADE,
        clause=clause("2.1"),
        formula=_("Q·(出水₀−出水₁)×10⁻²"),
        inputs=(
            Input(name="flow", label=_("处理水量Q"), unit=FLOW, shared=True),
            _concentration("outlet_before", _("提标前出水浓度")),
            _concentration("outlet_after", _("提标后出水浓度")),
        ),
        pollutants=WATER,
        kinds=(Kind.TOWN_SEWAGE, *PUBLIC_WORKS, *POLLUTERS_WORKS),
        compute=_standard_upgrade,
    ),
    Method(
        code=Code.WATER_REUSE,
        clause=clause("12.1"),
        formula=_("Q回用·出水×10⁻²"),
        inputs=(
            Input(name="reused", label=_("回用水量"), unit=FLOW, shared=True),
            _concentration("outlet", _("出水浓度")),
        ),
        pollutants=WATER,
        kinds=(Kind.WATER_REUSE, *PUBLIC_WORKS, *POLLUTERS_WORKS),
        compute=_water_reuse,
    ),
    Method(
        code=Code.INDUSTRIAL_WASTEWATER,
        clause=clause("2.1"),
        formula="Q₀·C₀×10⁻⁶ − Q₁·C₁×10⁻⁶",
        inputs=(
            Input(name="volume_before", label=_("治理前排水量Q₀"), unit=VOLUME, shared=True),
            Input(name="volume_after", label=_("治理后排水量Q₁"), unit=VOLUME, shared=True),
            _concentration("outlet_before", _("治理前排放浓度C₀")),
            _concentration("outlet_after", _("治理后排放浓度C₁")),
        ),
        pollutants=WATER,
        kinds=POLLUTERS_WORKS,
        compute=_industrial_wastewater,
    ),
    Method(
        code=Code.FLUE_GAS,
        clause=clause("2.1"),
        formula="V·h·(C₀−C₁)×10⁻⁹",
        inputs=(
            Input(name="flow", label=_("烟气量V"), unit="m³/h", shared=True),
            Input(
                name="hours", label=_("年运行时间h"), unit="h/a", most=Decimal(8784), shared=True
            ),
            _concentration("before", _("治理前排放浓度C₀"), STACK_CONCENTRATION),
            _concentration("after", _("治理后排放浓度C₁"), STACK_CONCENTRATION),
        ),
        pollutants=STACK,
        kinds=(*POLLUTERS_WORKS, Kind.REDUCTION_WORKS),
        compute=_flue_gas,
    ),
    Method(
        code=Code.VOCS_SUBSTITUTION,
        clause=clause("2.1"),
        formula=_("Σ(m₀·w₀ − m₁·w₁)·(1 − η收集·η去除)"),
        inputs=(
            Input(name="used_before", label=_("替代前原料用量m₀"), unit=TONNES),
            _percent("content_before", _("替代前VOCs含量w₀")),
            Input(name="used_after", label=_("替代后原料用量m₁"), unit=TONNES),
            _percent("content_after", _("替代后VOCs含量w₁")),
            _percent("capture", _("废气收集率η收集")),
            _percent("removal", _("废气去除率η去除")),
        ),
        pollutants=VOCS,
        kinds=POLLUTERS_WORKS,
        compute=_vocs_substitution,
        repeated=True,
    ),
    Method(
        code=Code.VOCS_END_OF_PIPE,
        clause=clause("2.1"),
        formula=_("G·(η₁收集·η₁去除 − η₀收集·η₀去除)"),
        inputs=(
            Input(name="generated", label=_("VOCs产生量G"), unit=TONNES),
            _percent("capture_after", _("治理后收集率η₁收集")),
            _percent("removal_after", _("治理后去除率η₁去除")),
            _percent("capture_before", _("治理前收集率η₀收集")),
            _percent("removal_before", _("治理前去除率η₀去除")),
        ),
        pollutants=VOCS,
        kinds=(*POLLUTERS_WORKS, Kind.REDUCTION_WORKS),
        compute=_vocs_end_of_pipe,
    ),
    Method(
        code=Code.CLOSURE,
        clause=clause("3.1"),
        formula=_("min(许可排放量, 上年度统计排放量, 环评批复量)"),
        inputs=(
            _PERMITTED,
            Input(name="statistics", label=_("上年度统计排放量"), unit=TONNES, optional=True),
            Input(name="approved", label=_("环评批复量"), unit=TONNES, optional=True),
        ),
        pollutants=ALL,
        kinds=(Kind.CLOSURE,),
        compute=_closure,
    ),
    Method(
        code=Code.LIVESTOCK,
        clause=clause("12.1"),
        formula=_("Σ 存栏量·产污系数·(η₁−η₀)×10⁻³"),
        inputs=(
            Input(name="head", label=_("存栏量"), unit=_("头(羽)")),
            Input(name="factor", label=_("产污系数"), unit=_("kg/(头·a)")),
            _percent("rate_after", _("治理后去除率η₁")),
            _percent("rate_before", _("治理前去除率η₀")),
        ),
        pollutants=WATER,
        kinds=(Kind.LIVESTOCK,),
        compute=_livestock,
        repeated=True,
    ),
    Method(
        code=Code.RURAL_SEWAGE,
        clause=clause("12.1"),
        formula=_("人口·人均产污量·365·η×10⁻⁶"),
        inputs=(
            Input(
                name="persons", label=_("服务人口"), unit=pgettext_lazy("unit", "人"), shared=True
            ),
            Input(name="per_person", label=_("人均产污量"), unit=_("g/(人·d)")),
            _percent("rate", _("去除率η")),
        ),
        pollutants=WATER,
        kinds=(Kind.RURAL_SEWAGE,),
        compute=_rural_sewage,
    ),
    Method(
        code=Code.STATED_WITH_PLAN,
        clause=clause("12.2"),
        formula=_("按监测方案申报量"),
        inputs=(_AMOUNT,),
        pollutants=ALL,
        kinds=(Kind.AQUACULTURE, Kind.GREEN_ISLAND, Kind.ECO_ISLAND, Kind.BUFFER_ZONE),
        compute=_stated,
    ),
    Method(
        code=Code.APPROVAL_DOCUMENT,
        clause=clause("2.1"),
        formula=_("核定文件载明量"),
        inputs=(_AMOUNT,),
        pollutants=ALL,
        kinds=tuple(Kind),
        compute=_stated,
    ),
    Method(
        code=Code.STATED_BY_BUREAU,
        clause=clause("2.1"),
        formula=_("生态环境局填报量"),
        inputs=(_AMOUNT,),
        pollutants=ALL,
        kinds=tuple(Kind),
        compute=_stated,
    ),
)

METHODS: Final = MappingProxyType({method.code: method for method in _TABLE})
"""Every method by its code."""


def methods_for(kind: Kind) -> tuple[Method, ...]:
    """List the methods that fit a kind of source, as the form offers them; none is forbidden."""
    return tuple(method for method in _TABLE if kind in method.kinds)
