"""The way of a claim into the reserve (§4, §20–23), as a table."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.workflow import Transition, Workflow, register
from reserve.vocabulary import ClaimStatus as S

DECLARED: Final = ("file",)
SCREENED: Final = (*DECLARED, "receive", "screen")
REVIEWED: Final = (*SCREENED, "review_water", "review_air", "inspect")
# Three seats are three people, and the office that leads and admits signed in neither division.
SIGNED: Final = (*REVIEWED, "sign_water", "sign_air")
OPEN_FOR_REVIEW: Final = (S.SCREENED, S.REVIEWED, S.JOINT_REVIEWED, S.PROVINCE_CONFIRMED)

CLAIM: Final = register(
    Workflow(
        name="claim",
        initial=S.DRAFT,
        # Who wrote anything of a claim declared it, even where a colleague filed it.
        also={"file": "writers"},
        transitions=(
            Transition((S.DRAFT, S.RETURNED), "file", S.FILED, _("申报"), Permission.DECLARE_CLAIM),
            Transition((S.FILED,), "take_back", S.DRAFT, _("撤回修改"), Permission.DECLARE_CLAIM),
            Transition(
                (S.DRAFT, S.FILED, S.RETURNED),
                "withdraw",
                S.WITHDRAWN,
                _("撤销申报"),
                Permission.DECLARE_CLAIM,
                needs_note=True,
            ),
            Transition(
                (S.FILED,), "receive", S.RECEIVED, _("签收"), Permission.SCREEN_CLAIM, DECLARED
            ),
            Transition(
                (S.RECEIVED,),
                "screen",
                S.SCREENED,
                _("初审通过"),
                Permission.SCREEN_CLAIM,
                DECLARED,
            ),
            Transition(
                (S.RECEIVED,),
                "return",
                S.RETURNED,
                _("退回"),
                Permission.SCREEN_CLAIM,
                DECLARED,
                needs_note=True,
            ),
            Transition(
                (S.RECEIVED,),
                "refuse",
                S.REFUSED,
                _("不予入库"),
                Permission.SCREEN_CLAIM,
                DECLARED,
                needs_note=True,
            ),
            Transition(
                (S.SCREENED,),
                "order_inspection",
                S.SCREENED,
                _("下达现场核查"),
                Permission.ORDER_INSPECTION,
                SCREENED,
            ),
            Transition(
                (S.REVIEWED,),
                "order_inspection",
                S.REVIEWED,
                _("下达现场核查"),
                Permission.ORDER_INSPECTION,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "inspect",
                S.SCREENED,
                _("登记现场核查"),
                Permission.RECORD_INSPECTION,
                SCREENED,
            ),
            Transition(
                (S.REVIEWED,),
                "inspect",
                S.REVIEWED,
                _("登记现场核查"),
                Permission.RECORD_INSPECTION,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_water",
                S.SCREENED,
                _("水处审核"),
                Permission.REVIEW_WATER,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_water",
                S.REVIEWED,
                _("水处审核"),
                Permission.REVIEW_WATER,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_water",
                S.REFUSED,
                _("水处审核"),
                Permission.REVIEW_WATER,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_air",
                S.SCREENED,
                _("大气处审核"),
                Permission.REVIEW_AIR,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_air",
                S.REVIEWED,
                _("大气处审核"),
                Permission.REVIEW_AIR,
                SCREENED,
            ),
            Transition(
                (S.SCREENED,),
                "review_air",
                S.REFUSED,
                _("大气处审核"),
                Permission.REVIEW_AIR,
                SCREENED,
            ),
            Transition(
                (S.REVIEWED,),
                "sign_water",
                S.REVIEWED,
                _("水处会签"),
                Permission.REVIEW_WATER,
                (*SCREENED, "sign_air", "sign_office"),
            ),
            Transition(
                (S.REVIEWED,),
                "sign_air",
                S.REVIEWED,
                _("大气处会签"),
                Permission.REVIEW_AIR,
                (*SCREENED, "sign_water", "sign_office"),
            ),
            Transition(
                (S.REVIEWED,),
                "sign_office",
                S.REVIEWED,
                _("综合业务处会签"),
                Permission.LEAD_JOINT_REVIEW,
                SIGNED,
            ),
            Transition(
                (S.REVIEWED,),
                "conclude",
                S.JOINT_REVIEWED,
                _("会审通过"),
                Permission.LEAD_JOINT_REVIEW,
                SIGNED,
            ),
            Transition(
                OPEN_FOR_REVIEW,
                "return",
                S.RETURNED,
                _("退回"),
                Permission.LEAD_JOINT_REVIEW,
                DECLARED,
                needs_note=True,
            ),
            Transition(
                OPEN_FOR_REVIEW,
                "refuse",
                S.REFUSED,
                _("不予入库"),
                Permission.LEAD_JOINT_REVIEW,
                DECLARED,
                needs_note=True,
            ),
            Transition(
                (S.JOINT_REVIEWED,),
                "confirm",
                S.PROVINCE_CONFIRMED,
                _("登记省级确认"),
                Permission.CONFIRM_BY_PROVINCE,
                SIGNED,
            ),
            Transition(
                (S.PROVINCE_CONFIRMED,),
                "admit",
                S.ADMITTED,
                _("入库"),
                Permission.ADMIT_CLAIM,
                SIGNED,
                posts=_("核定量按去向记账：约束性减排、曾用、抵扣亏欠、省市县（园区）或自持"),
            ),
        ),
    )
)
