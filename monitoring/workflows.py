"""The ways of a target, an order of suspension and a judgement, as tables (§9, §10, §15, §19)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import JudgementStatus as J
from monitoring.vocabulary import SuspensionStatus as S
from monitoring.vocabulary import TargetStatus as T
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.workflow import Transition, Workflow, register

PROPOSE: Final = ("propose",)
"""The act by which a row is born; the database writes it down as the row's first step."""

TARGET: Final = register(
    Workflow(
        name="target",
        initial=T.PROPOSED,
        birth=("propose", _("提出")),
        transitions=(
            Transition(
                (T.PROPOSED,),
                "approve",
                T.IN_FORCE,
                _("审核下达"),
                Permission.APPROVE_TARGETS,
                PROPOSE,
            ),
            Transition(
                (T.PROPOSED,),
                "reject",
                T.REJECTED,
                _("退回"),
                Permission.APPROVE_TARGETS,
                PROPOSE,
                needs_note=True,
            ),
            Transition(
                (T.IN_FORCE,), "replace", T.REPLACED, _("以新目标替代"), Permission.APPROVE_TARGETS
            ),
        ),
    )
)

SUSPENSION: Final = register(
    Workflow(
        name="suspension",
        initial=S.PROPOSED,
        birth=("propose", _("提请暂停")),
        transitions=(
            Transition(
                (S.PROPOSED,),
                "order",
                S.IN_FORCE,
                _("下达暂停令"),
                Permission.ORDER_SUSPENSION,
                PROPOSE,
            ),
            Transition(
                (S.PROPOSED,),
                "drop",
                S.DROPPED,
                _("不予暂停"),
                Permission.ORDER_SUSPENSION,
                PROPOSE,
                needs_note=True,
            ),
            Transition(
                (S.IN_FORCE,),
                "propose_lift",
                S.LIFT_PROPOSED,
                _("提请解除"),
                Permission.PROPOSE_SUSPENSION,
                needs_note=True,
            ),
            Transition(
                (S.LIFT_PROPOSED,),
                "lift",
                S.LIFTED,
                _("下达解除令"),
                Permission.ORDER_SUSPENSION,
                ("propose_lift",),
            ),
            Transition(
                (S.LIFT_PROPOSED,),
                "keep",
                S.IN_FORCE,
                _("不予解除"),
                Permission.ORDER_SUSPENSION,
                ("propose_lift",),
                needs_note=True,
            ),
        ),
    )
)

JUDGEMENT: Final = register(
    Workflow(
        name="judgement",
        initial=J.PROPOSED,
        birth=("propose", _("提出")),
        transitions=(
            Transition(
                (J.PROPOSED,),
                "confirm",
                J.CONFIRMED,
                _("确认评定"),
                Permission.CONFIRM_JUDGEMENT,
                PROPOSE,
            ),
            Transition(
                (J.PROPOSED,),
                "reject",
                J.REJECTED,
                _("退回"),
                Permission.CONFIRM_JUDGEMENT,
                PROPOSE,
                needs_note=True,
            ),
            Transition(
                (J.CONFIRMED,),
                "replace",
                J.REPLACED,
                _("以新版本更正"),
                Permission.CONFIRM_JUDGEMENT,
            ),
        ),
    )
)
