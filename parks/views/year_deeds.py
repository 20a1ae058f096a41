"""What people do to a park's year: a step a verb, each with its right, its form, its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parks.models import ParkYear
from parks.services import reward_voids, rewards, years
from parks.services.years import Stated
from parks.workflows import YEAR
from parks.year_forms import NoteForm, PaperForm, StepForm, TotalsForm, VoidForm
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import Transition


@dataclass(frozen=True, slots=True)
class Deed:
    """One step: its verb, form, service, what it will do, and its article."""

    verb: str
    do: Callable[..., Any]
    form: type[StepForm]
    will: str | Promise
    clause: str
    danger: bool = False
    shows_totals: bool = False
    """Whether the figures that it decides on stand beside its fields."""
    shows_rewards: bool = False
    """Whether what earlier versions brought in stands beside them."""
    shows_lots: bool = False
    """Whether what the year's rewards brought in stands beside them."""

    @property
    def row(self) -> Transition:
        """Return the step's row of the workflow: its word and its right stand there."""
        return next(row for row in YEAR.transitions if row.verb == self.verb)

    @property
    def label(self) -> str | Promise:
        """Return the step's word."""
        return self.row.label

    @property
    def permission(self) -> Permission:
        """Return the right that the step needs."""
        return self.row.permission

    def address(self) -> str:
        """Return the step's part of the address."""
        return self.verb.replace("_", "-")


def _plain(service: Callable[..., ParkYear]) -> Callable[..., ParkYear]:
    return lambda form, known: service(**known)


def _paper(service: Callable[..., ParkYear]) -> Callable[..., ParkYear]:
    return lambda form, known: service(
        **known, document=form.cleaned_data["document"], day=form.cleaned_data["day"]
    )


def _note(service: Callable[..., ParkYear]) -> Callable[..., ParkYear]:
    return lambda form, known: service(**known, note=form.cleaned_data["note"])


def _totals(form: Any, known: dict[str, Any]) -> ParkYear:
    stated = [
        Stated(pollutant=pollutant, **form.figures(pollutant))
        for pollutant in Pollutant
        if any(value not in (None, "") for value in form.figures(pollutant).values())
    ]
    return years.propose_totals(**known, stated=stated)


DEEDS: Final = {
    deed.verb: deed
    for deed in (
        Deed(
            "judge",
            _plain(years.judge),
            StepForm,
            _("上年度大气、水评定的确认版将作为本年度的依据。"),
            "15.1",
        ),
        Deed(
            "send_targets",
            _paper(years.send_targets),
            PaperForm,
            _("本年度目标将记为已报省厅，等候同意。"),
            "15.2",
        ),
        Deed(
            "set_targets_again",
            _note(years.set_targets_again),
            NoteForm,
            _("省厅未同意，或报送之后目标有改动：回到设定目标，修改后须再次报省厅。"),
            "15.2",
            danger=True,
        ),
        Deed(
            "agree_targets",
            _paper(years.agree_targets),
            PaperForm,
            _("登记后即可下达园区。"),
            "15.2",
        ),
        Deed(
            "issue_targets",
            _paper(years.issue_targets),
            PaperForm,
            _("待审核的目标同时生效，并通知园区。"),
            "15.2",
        ),
        Deed(
            "take_totals",
            _plain(years.take_totals),
            StepForm,
            _("已接受的年度排放总量将作为实际排放量的依据。"),
            "16.1",
        ),
        Deed(
            "take_again",
            _note(years.take_again),
            NoteForm,
            _("按更正后的评定和年度排放总量重新采用；两项总量须重新提出、核定，奖励重新计算。"),
            "16.1",
            danger=True,
        ),
        Deed(
            "propose_totals",
            _totals,
            TotalsForm,
            _("系统按规则算出的数已填入；改动须说明理由。提出后由局长核定。"),
            "16.1",
        ),
        Deed(
            "return_totals",
            _note(years.return_totals),
            NoteForm,
            _("退回综合业务处重新提出。"),
            "16.1",
            danger=True,
            shows_totals=True,
        ),
        Deed(
            "fix_totals",
            _paper(years.fix_totals),
            PaperForm,
            _("核定后两项总量不再改动，并通知园区。"),
            "16.1",
            shows_totals=True,
        ),
        Deed(
            "send_reward",
            _paper(rewards.send),
            PaperForm,
            _("按核定总量、评定结果和已申报减排量计算奖励，记为已报省厅。"),
            "18.1",
            shows_rewards=True,
        ),
        Deed(
            "compute_reward_again",
            _note(rewards.compute_again),
            NoteForm,
            _("回到核定总量之后，重新计算并再次报省厅。"),
            "18.1",
            shows_rewards=True,
            danger=True,
        ),
        Deed(
            "confirm_reward",
            _paper(rewards.confirm),
            PaperForm,
            _("奖励一笔划入园区储备库；先抵扣园区的亏欠。"),
            "18.1",
            shows_rewards=True,
        ),
        Deed(
            "close",
            _plain(years.close),
            StepForm,
            _("办结后只能以新版重新办理。"),
            "18.1",
            shows_rewards=True,
        ),
        Deed(
            "propose_void",
            lambda form, known: reward_voids.propose(**known, **form.cleaned_data),
            VoidForm,
            _("本年度各版已入库的奖励将全部提请作废，由局长批准；批准前奖励仍然有效。"),
            "21.1",
            danger=True,
            shows_lots=True,
        ),
        Deed(
            "void_reward",
            lambda form, known: reward_voids.void(**known),
            StepForm,
            _(
                "未用部分转入作废账户，已用部分记为园区的亏欠，由其此后入库量优先抵扣。之后可以新版重新办理。"
            ),
            "21.1",
            danger=True,
            shows_lots=True,
        ),
        Deed(
            "reject_void",
            _note(reward_voids.reject),
            NoteForm,
            _("奖励仍然有效，年度恢复为已办结。"),
            "21.1",
            shows_lots=True,
        ),
        Deed(
            "take_back_void",
            _note(reward_voids.take_back),
            NoteForm,
            _("奖励仍然有效，年度恢复为已办结。"),
            "21.1",
        ),
    )
}
"""Every step of the workflow but `replace`, which opening the next version takes."""
