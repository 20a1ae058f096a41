"""A park's year goes on from what stands: what was corrected since is taken again (§15, §16)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from monitoring.models import Target
from monitoring.services import targets
from monitoring.vocabulary import Indicator
from parks.models import ParkYear
from parks.refusals import GroundCorrected, GroundStands, TargetsChanged
from parks.selectors import year_figures
from parks.services import rewards, totals, totals_rows, years
from parks.services.years import Stated
from parks.vocabulary import RewardReason, YearStatus
from quota_registry.kernel.vocabulary import Pollutant
from tests import factories, parks
from tests.browsers import browser_of, words
from tests.integration.test_park_years import T, in_reserve, office, ready
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX
PAPER = {"document": DOCUMENT, "day": ON}


def recounted(grams: int) -> None:
    """Correct the park's annual totals: another amount of NOx, accepted in place of the first."""
    who = factories.person("kunshan.park")
    made = totals.begin(
        place=factories.place(PARK), year=YEAR - 1, reason="监测数据更正", by=who, on=ON
    )
    row = parks.row(1, parks.member(1), amounts={"NOX": grams})
    made = totals_rows.write(totals=made, rows=[row], edition=None, by=who, on=ON)
    totals.accept(totals=parks.filed(made), by=factories.person("city.office"), on=ON)


def judged_anew() -> None:
    parks.judged(met=False)


def confirmed(year: ParkYear) -> ParkYear:
    return rewards.confirm(year=year, **PAPER, **office("city.office2"))


STEPS: dict[str, tuple[str, Any]] = {
    "propose": ("take_totals", lambda y: years.propose_totals(year=y, stated=[], **office())),
    "fix": (
        "propose_totals",
        lambda y: years.fix_totals(year=y, **PAPER, **office("city.director")),
    ),
    "return": (
        "propose_totals",
        lambda y: years.return_totals(year=y, note="复核", **office("city.director")),
    ),
    "send": ("fix_totals", lambda y: rewards.send(year=y, **PAPER, **office())),
    "confirm": (
        "send_reward",
        lambda y: rewards.confirm(year=y, **PAPER, **office("city.office2")),
    ),
    "compute again": (
        "send_reward",
        lambda y: rewards.compute_again(year=y, note="复核", **office()),
    ),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("correct", "what"),
    [(judged_anew, "大气评定、水评定"), (lambda: recounted(90 * T), "年度排放总量")],
    ids=["judged", "counted"],
)
def test_no_step_rests_on_what_was_corrected(correct: Any, what: str, step: str) -> None:
    ready()
    to, go_on = STEPS[step]
    year = parks.carried(parks.opened(), to)
    correct()
    with pytest.raises(GroundCorrected) as refused:
        go_on(year)
    assert what in str(refused.value)
    assert in_reserve() == 0


def test_a_target_that_was_missed_after_all_earns_nothing() -> None:
    ready()
    year = parks.carried(parks.opened(), "send_reward")
    assert year.lines.get(pollutant=NOX).reward == 8 * T
    judged_anew()
    year = years.take_again(year=year, note="评定更正", **office())
    assert (year.status, year.fixed_on, year.reward_sent_document) == ("totals_taken", None, "")
    assert not year.lines.exists()

    year = carried_on(year)
    line = year.lines.get(pollutant=NOX)
    assert (line.allowed, line.reward) == (95 * T, 0)
    assert line.reward_reasons == [RewardReason.TARGET_MISSED]
    assert in_reserve() == 0


def test_a_corrected_total_is_the_one_that_is_rewarded() -> None:
    ready()
    year = parks.carried(parks.opened(), "fix_totals")
    with pytest.raises(GroundStands):
        years.take_again(year=year, note="再看一次", **office())
    recounted(90 * T)
    year = carried_on(years.take_again(year=year, note="总量更正", **office()))
    assert (year.lines.get(pollutant=NOX).actual, in_reserve()) == (90 * T, 2 * T)


def test_a_judgement_corrected_before_the_totals_are_taken_is_taken_with_them() -> None:
    ready()
    year = parks.carried(parks.opened(), "issue_targets")
    judged_anew()
    year = years.take_totals(year=year, **office())
    assert year.air is not None
    assert not year.air.quality_met


def carried_on(year: ParkYear) -> ParkYear:
    """Take the rest of the steps as they come."""
    found = year_figures.proposed(year, book=factories.rule_book_table())[NOX]
    mine = Stated(pollutant=NOX, before=found.before, allowed=found.allowed, actual=found.actual)
    year = years.propose_totals(year=year, stated=[mine], **office())
    year = years.fix_totals(year=year, **PAPER, **office("city.director"))
    return confirmed(rewards.send(year=year, **PAPER, **office()))


def test_the_page_says_what_was_corrected_and_offers_the_way() -> None:
    ready()
    year = parks.carried(parks.opened(), "send_reward")
    page = reverse("parks:year", args=[PARK, YEAR])
    again = reverse("parks:step", args=[PARK, YEAR, "take-again"])
    browser = browser_of(factories.person("city.office"))
    assert again not in browser.get(page).content.decode()
    recounted(90 * T)
    shown = browser.get(page).content.decode()
    assert "所依据的内容已更正 年度排放总量" in words(shown)
    assert again in shown
    assert reverse("parks:step", args=[PARK, YEAR, "compute-reward-again"]) not in shown
    browser.post(again, {"note": "总量更正"})
    year.refresh_from_db()
    assert year.status == YearStatus.TOTALS_TAKEN


def test_a_closed_year_says_that_it_rests_on_what_was_corrected() -> None:
    ready()
    parks.carried(parks.opened(), "close")
    judged_anew()
    page = browser_of(factories.person("city.office")).get(reverse("parks:year", args=[PARK, YEAR]))
    assert "须办结后以新版重新办理" in words(page.content.decode())


# ── §15: what is issued is what the province agreed to ──
def proposed_anew(value: str = "33.0") -> None:
    old = Target.objects.get(place=PARK, indicator=Indicator.PM25, status="proposed")
    targets.reject(target=old, note="从严", by=factories.person("city.office"), on=ON)
    targets.propose(
        place=factories.place(PARK),
        indicator=Indicator.PM25,
        year=YEAR,
        value=Decimal(value),
        document=DOCUMENT,
        by=factories.person("city.air"),
        on=ON,
    )


@pytest.mark.parametrize(("to", "step"), [("send_targets", "agree"), ("agree_targets", "issue")])
def test_targets_that_changed_since_they_were_sent_are_sent_again(to: str, step: str) -> None:
    ready()
    year = parks.carried(parks.opened(), to)
    proposed_anew()
    with pytest.raises(TargetsChanged) as refused:
        getattr(years, f"{step}_targets")(year=year, **PAPER, **office())
    assert "PM2.5" in str(refused.value)
    assert not Target.objects.filter(status="in_force").exists()

    year = years.set_targets_again(year=year, note="目标改动", **office())
    assert (year.sent_document, year.agreed_document, year.agreed_on) == ("", "", None)
    for verb in ("send", "agree", "issue"):
        year = getattr(years, f"{verb}_targets")(year=year, **PAPER, **office())
    held = Target.objects.get(indicator=Indicator.PM25, status="in_force")
    assert held.value == Decimal("33.0")


def test_a_target_that_is_withdrawn_after_the_consent_is_a_change_too() -> None:
    ready()
    year = parks.carried(parks.opened(), "agree_targets")
    one = Target.objects.get(place=PARK, indicator=Indicator.PM25)
    targets.reject(target=one, note="不再设定", by=factories.person("city.office"), on=ON)
    with pytest.raises(TargetsChanged):
        years.issue_targets(year=year, **PAPER, **office())


def test_a_target_approved_meanwhile_is_still_the_one_that_was_sent() -> None:
    ready()
    year = parks.carried(parks.opened(), "send_targets")
    one = Target.objects.get(place=PARK, indicator=Indicator.PM25)
    targets.approve(target=one, by=factories.person("city.office"), on=ON)
    year = years.agree_targets(year=year, **PAPER, **office())
    assert years.issue_targets(year=year, **PAPER, **office()).status == "targets_issued"
