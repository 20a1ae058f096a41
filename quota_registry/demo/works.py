"""The works that the demo's claims are about: one recipe for every accounting method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from quota_registry.kernel.vocabulary import Pollutant
from reserve.selectors import accounting
from reserve.services.contents import LineContent
from reserve.vocabulary import AccountingMethod as Method
from reserve.vocabulary import SourceKind as Kind

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of works: what it is called, how it is accounted, with which inputs."""

    kind: Kind
    method: Method
    project: str
    inputs: Callable[[Random], Mapping[Pollutant, Inputs]]
    needs_permit: bool = True


def _n(chance: Random, low: float, high: float, places: int = 1) -> str:
    return f"{chance.uniform(low, high):.{places}f}"


def _each(
    pollutants: Iterable[Pollutant], make: Callable[[Pollutant], Inputs], **shared: str
) -> dict[Pollutant, Inputs]:
    return {pollutant: {**shared, **make(pollutant)} for pollutant in pollutants}


IN: Final = {Pollutant.COD: 280.0, Pollutant.NH3N: 28.0, Pollutant.TN: 38.0, Pollutant.TP: 4.2}
OUT: Final = {Pollutant.COD: 35.0, Pollutant.NH3N: 2.5, Pollutant.TN: 10.0, Pollutant.TP: 0.3}
STACK: Final = {
    Pollutant.SO2: (90.0, 30.0),
    Pollutant.NOX: (150.0, 50.0),
    Pollutant.PM: (25.0, 8.0),
}


def _sewage(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        return {
            "inlet_after": _n(chance, IN[pollutant] * 0.9, IN[pollutant] * 1.1),
            "outlet_after": _n(chance, OUT[pollutant] * 0.8, OUT[pollutant], 2),
            "inlet_before": _n(chance, IN[pollutant] * 0.9, IN[pollutant]),
            "outlet_before": _n(chance, OUT[pollutant], OUT[pollutant] * 1.4, 2),
        }

    after = chance.randint(300, 900)
    return _each(IN, make, flow_after=str(after), flow_before=str(after - chance.randint(40, 200)))


def _upgrade(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        return {
            "outlet_before": _n(chance, OUT[pollutant] * 1.3, OUT[pollutant] * 1.7, 2),
            "outlet_after": _n(chance, OUT[pollutant] * 0.7, OUT[pollutant], 2),
        }

    return _each(OUT, make, flow=str(chance.randint(200, 1500)))


def _reuse(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        return {"outlet": _n(chance, OUT[pollutant] * 0.8, OUT[pollutant], 2)}

    return _each(OUT, make, reused=str(chance.randint(30, 300)))


def _wastewater(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        return {
            "outlet_before": _n(chance, OUT[pollutant] * 1.5, OUT[pollutant] * 2, 2),
            "outlet_after": _n(chance, OUT[pollutant] * 0.7, OUT[pollutant], 2),
        }

    before = chance.randint(80_000, 600_000)
    return _each(OUT, make, volume_before=str(before), volume_after=str(before * 9 // 10))


def _flue(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        before, after = STACK[pollutant]
        return {"before": _n(chance, before * 0.9, before * 1.1), "after": _n(chance, after, after)}

    flow, hours = chance.randint(20_000, 90_000), chance.randint(4000, 7800)
    return _each(STACK, make, flow=str(flow), hours=str(hours))


def _substitution(chance: Random) -> Mapping[Pollutant, Inputs]:
    rows = [
        {
            "used_before": _n(chance, 30, 90),
            "content_before": _n(chance, 40, 60),
            "used_after": _n(chance, 20, 60),
            "content_after": _n(chance, 4, 10),
            "capture": "80",
            "removal": "70",
        }
        for _row in range(2)
    ]
    return {Pollutant.VOCS: {"rows": rows}}


def _end_of_pipe(chance: Random) -> Mapping[Pollutant, Inputs]:
    return {
        Pollutant.VOCS: {
            "generated": _n(chance, 15, 80),
            "capture_after": "92",
            "removal_after": "90",
            "capture_before": "75",
            "removal_before": "50",
        }
    }


def _closure(chance: Random) -> Mapping[Pollutant, Inputs]:
    def make(pollutant: Pollutant) -> Inputs:
        top = {Pollutant.COD: 40, Pollutant.NOX: 30, Pollutant.SO2: 12, Pollutant.VOCS: 10}.get(
            pollutant, 3
        )
        permitted = chance.uniform(top / 2, top)
        return {
            "permitted": f"{permitted:.3f}",
            "statistics": f"{permitted * chance.uniform(0.6, 0.98):.3f}",
        }

    return _each(Pollutant, make)


def _livestock(chance: Random) -> Mapping[Pollutant, Inputs]:
    factors = {Pollutant.COD: 36.0, Pollutant.NH3N: 1.8, Pollutant.TN: 3.6, Pollutant.TP: 0.5}
    head = str(chance.randint(800, 6000))
    return {
        pollutant: {
            "rows": [{"head": head, "factor": str(factor), "rate_after": "90", "rate_before": "60"}]
        }
        for pollutant, factor in factors.items()
    }


def _rural(chance: Random) -> Mapping[Pollutant, Inputs]:
    grams = {Pollutant.COD: "40", Pollutant.NH3N: "4", Pollutant.TN: "6", Pollutant.TP: "0.44"}
    return _each(
        grams,
        lambda pollutant: {"per_person": grams[pollutant], "rate": _n(chance, 55, 80, 0)},
        persons=str(chance.randint(800, 9000)),
    )


def _stated(chance: Random) -> Mapping[Pollutant, Inputs]:
    return {
        Pollutant.COD: {"amount": _n(chance, 3, 20, 3)},
        Pollutant.TN: {"amount": _n(chance, 0.5, 3, 3)},
        Pollutant.TP: {"amount": _n(chance, 0.05, 0.4, 4)},
    }


def _approved(chance: Random) -> Mapping[Pollutant, Inputs]:
    return {
        Pollutant.NOX: {"amount": _n(chance, 3, 25, 4)},
        Pollutant.SO2: {"amount": _n(chance, 1, 9, 4)},
        Pollutant.PM: {"amount": _n(chance, 0.5, 6, 4)},
    }


RECIPES: Final = (
    Recipe(Kind.TOWN_SEWAGE, Method.SEWAGE_WORKS, "城镇污水处理厂扩建工程", _sewage),
    Recipe(Kind.DEEP_TREATMENT, Method.FLUE_GAS, "锅炉烟气深度治理工程", _flue),
    Recipe(Kind.CLOSURE, Method.CLOSURE, "全厂关闭退出项目", _closure),
    Recipe(Kind.TOWN_SEWAGE, Method.STANDARD_UPGRADE, "污水处理厂提标改造工程", _upgrade),
    Recipe(Kind.OWN_TREATMENT, Method.VOCS_END_OF_PIPE, "有机废气末端治理工程", _end_of_pipe),
    Recipe(Kind.WATER_REUSE, Method.WATER_REUSE, "再生水循环利用工程", _reuse),
    Recipe(Kind.DEEP_TREATMENT, Method.INDUSTRIAL_WASTEWATER, "工业废水深度治理工程", _wastewater),
    Recipe(Kind.CLEAN_PRODUCTION, Method.VOCS_SUBSTITUTION, "低VOCs原料替代项目", _substitution),
    Recipe(
        Kind.LIVESTOCK, Method.LIVESTOCK, "畜禽粪污资源化利用工程", _livestock, needs_permit=False
    ),
    Recipe(
        Kind.RURAL_SEWAGE, Method.RURAL_SEWAGE, "农村生活污水治理工程", _rural, needs_permit=False
    ),
    Recipe(
        Kind.AQUACULTURE,
        Method.STATED_WITH_PLAN,
        "池塘养殖尾水治理工程",
        _stated,
        needs_permit=False,
    ),
    Recipe(Kind.TECHNICAL_PROGRESS, Method.APPROVAL_DOCUMENT, "窑炉低氮燃烧改造项目", _approved),
)


def lines(chance: Random, recipe: Recipe) -> tuple[LineContent, ...]:
    """Write the lines of a claim by *recipe*; some of the mass went to the binding task before."""
    document = f"苏环办字〔2025〕{chance.randint(10, 99)}号"
    found = []
    for pollutant, inputs in recipe.inputs(chance).items():
        verified = accounting.compute(
            method=recipe.method, pollutant=pollutant, inputs=inputs
        ).grams
        binding = verified * chance.choice((0, 0, 10, 20, 30)) // 100
        prior = verified * chance.choice((0, 0, 0, 0, 10)) // 100
        found.append(
            LineContent(
                pollutant=pollutant,
                method=recipe.method,
                inputs=inputs,
                document=document if recipe.method is Method.APPROVAL_DOCUMENT else "",
                binding=binding,
                prior_use=prior,
            )
        )
    return tuple(found)
