"""Parks to test with: registered, with members and permits, carried as far as one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from monitoring.services import judgements, targets
from monitoring.vocabulary import Indicator
from parks.models import AnnualTotals, Member, Park, ParkYear
from parks.services import register, reward_voids, rewards, totals, totals_rows, years
from parks.services.totals_rows import RowContent
from parks.services.years import Stated
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Medium, Pollutant, Role
from reserve.services.ledger import Voided
from tests import factories

PARK: Final = "320583P01"
YEAR: Final = 2026
ON: Final = date(2026, 3, 2)
DOCUMENT: Final = "苏环办字〔2026〕15号"


def second() -> None:
    """Appoint the park's second person, who checks what the first filled in."""
    factories.appointed("kunshan.park2", Role.PARK_ADMINISTRATOR, PARK)


def park(code: str = PARK) -> Park:
    """Put a park on the register, with its two people."""
    factories.all_places()
    factories.rule_book()
    factories.person("kunshan.park")
    second()
    return register.record(
        place=factories.place(code),
        level="national",
        administrator="示范开发区管理委员会",
        since=date(2021, 1, 1),
        by=factories.person("city.office"),
        on=ON,
    )


def member(
    number: int = 1, permitted: Mapping[str, str] | None = None, *, code: str = PARK
) -> Polluter:
    """Let a polluter lie in the park since 2021, with a permit that states some amounts."""
    polluter = factories.polluter(number, code)
    if not Member.objects.filter(polluter=polluter).exists():
        register.admit(
            place=factories.place(code),
            polluter=polluter,
            joined=date(2021, 1, 1),
            by=factories.person("city.office"),
            on=ON,
        )
    if permitted:
        polluters.record_permit(
            polluter=polluter,
            number=f"{polluter.uscc}001P",
            changed_on=date(2021, 1, 1),
            by=factories.appointed("park.officer", Role.COUNTY_OFFICER, "320583"),
            on=ON,
            amounts={code_: grams_of(amount) for code_, amount in permitted.items()},
        )
    return polluter


def row(number: int, polluter: Polluter | None, **more: object) -> RowContent:
    """State a row: 1 t of NOx by automatic monitoring unless said otherwise."""
    facts = {
        "name": polluter.name if polluter else "未知单位",
        "uscc": polluter.uscc if polluter else "",
        "source": "automatic",
        "amounts": {"NOX": 1_000_000},
    }
    return RowContent(number=number, polluter=polluter and polluter.pk, **facts | more)  # type: ignore[arg-type]


def begun(*rows: RowContent, year: int = YEAR - 1, on: date = ON) -> AnnualTotals:
    """Begin the park's totals and write some rows."""
    who = factories.person("kunshan.park")
    made = totals.begin(place=factories.place(PARK), year=year, by=who, on=on)
    if rows:
        made = totals_rows.write(totals=made, rows=rows, edition=made.edition, by=who, on=on)
    return made


def filed(of: AnnualTotals, *, on: date = ON) -> AnnualTotals:
    """Hand totals in and file them, by two people."""
    handed = totals.hand_in(totals=of, by=factories.person("kunshan.park"), on=on)
    return totals.file(totals=handed, by=factories.person("kunshan.park2"), on=on)


def accepted(*rows: RowContent, year: int = YEAR - 1, on: date = ON) -> AnnualTotals:
    """Carry the park's totals to their acceptance."""
    return totals.accept(
        totals=filed(begun(*rows, year=year, on=on), on=on),
        by=factories.person("city.office"),
        on=on,
    )


def judged(*, met: bool = True, done: bool = True, year: int = YEAR - 1, on: date = ON) -> None:
    """Judge the park's year, both media, by two people."""
    for medium, reviewer in ((Medium.AIR, "city.air"), (Medium.WATER, "city.water")):
        found = judgements.propose(
            place=factories.place(PARK),
            medium=medium,
            year=year,
            quality_met=met,
            task_done=done,
            reason="按监测结果",
            by=factories.person(reviewer),
            on=on,
        )
        judgements.confirm(
            judgement=found, document=DOCUMENT, by=factories.person("city.office"), on=on
        )


def targeted(*, year: int = YEAR, on: date = ON) -> None:
    """Propose this year's targets of both media."""
    for indicator, value, who in (
        (Indicator.PM25, "28.0", "city.air"),
        (Indicator.GOOD_SECTIONS, "100.0", "city.water"),
    ):
        targets.propose(
            place=factories.place(PARK),
            indicator=indicator,
            year=year,
            value=Decimal(value),
            document=DOCUMENT,
            by=factories.person(who),
            on=on,
        )


STEPS: Final = (
    "judge",
    "send_targets",
    "agree_targets",
    "issue_targets",
    "take_totals",
    "propose_totals",
    "fix_totals",
    "send_reward",
    "confirm_reward",
    "close",
)
HANDS: Final = {"fix_totals": "city.director", "confirm_reward": "city.office2"}


def opened(*, year: int = YEAR, reason: str = "", on: date = ON) -> ParkYear:
    """Begin the park's year."""
    return years.open_year(
        place=factories.place(PARK),
        year=year,
        reason=reason,
        by=factories.person("city.office"),
        on=on,
    )


def carried(
    of: ParkYear, to: str, *, stated: Sequence[Stated] | None = None, on: date = ON
) -> ParkYear:
    """Take the steps of a year, up to and with *to*."""
    factories.appointed("city.office2", Role.GENERAL_OFFICE, "320500")
    from parks.selectors import year_figures

    for verb in STEPS[: STEPS.index(to) + 1]:
        known = {
            "year": of,
            "by": factories.person(HANDS.get(verb, "city.office")),
            "on": on,
        }
        paper = {"document": DOCUMENT, "day": on}
        match verb:
            case "judge" | "take_totals" | "close":
                of = getattr(years, verb)(**known)
            case "propose_totals":
                of = years.propose_totals(
                    **known,
                    stated=stated
                    or [
                        Stated(
                            pollutant=one.pollutant,
                            before=one.before,
                            allowed=one.allowed,
                            actual=one.actual,
                        )
                        for one in year_figures.proposed(
                            of, book=factories.rule_book_table()
                        ).values()
                        if one.actual is not None or one.before is not None
                    ],
                )
            case "send_reward":
                of = rewards.send(**known, **paper)
            case "confirm_reward":
                of = rewards.confirm(**known, **paper)
            case _:
                of = getattr(years, verb)(**known, **paper)
    return of


def void_proposed(of: ParkYear, *, reason: str = "实际排放量不实", on: date = ON) -> ParkYear:
    """Propose to void what the rewards of a closed year brought in."""
    return reward_voids.propose(
        year=of,
        document="苏环罚〔2026〕3号",
        day=on,
        note=reason,
        by=factories.person("city.office"),
        on=on,
    )


def voided(of: ParkYear, *, reason: str = "实际排放量不实", on: date = ON) -> list[Voided]:
    """Void it, by two people."""
    year = void_proposed(of, reason=reason, on=on)
    return reward_voids.void(year=year, by=factories.person("city.director"), on=on)


BUREAU: Final = Path(__file__).parents[1] / "fixtures" / "bureau" / "park-totals.xlsx"


def workbook(content: bytes | None = None) -> SimpleUploadedFile:
    """Give the bureau's own workbook as somebody sends it in."""
    return SimpleUploadedFile("park-totals.xlsx", content or BUREAU.read_bytes())


def grams(text: str) -> Grams:
    """Read tonnes."""
    return grams_of(text)


def line(of: ParkYear, pollutant: str = "NOX") -> object:
    """Give a line of a year."""
    return of.lines.get(pollutant=Pollutant(pollutant))
