"""The ways of the desk as tables: of applications (§8, §10, §21–23) and of trades (§8, §13)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import RoundStatus as R
from allocation.vocabulary import TradeStatus as T
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.workflow import Transition, Workflow, register

FILED: Final = ("draft", "file")
SCREENED: Final = (*FILED, "screen")
ASSESSED: Final = (*SCREENED, "assess_water", "assess_air")
SIGNED: Final = ("sign_city", "sign_province", "sign_elsewhere")
# Who releases has neither asked, nor screened, nor assessed, nor set the mass aside (RULES §5).
JUDGED: Final = (*ASSESSED, "hold")

_ASSESSING: Final = (
    ("assess_water", _("水处审核"), Permission.REVIEW_WATER),
    ("assess_air", _("大气处审核"), Permission.REVIEW_AIR),
)

APPLICATION: Final = register(
    Workflow(
        name="application",
        initial=S.DRAFT,
        birth=("draft", _("起草")),
        transitions=(
            Transition((S.DRAFT,), "file", S.FILED, _("提交申请"), Permission.FILE_APPLICATION),
            Transition(
                (S.FILED,), "take_back", S.DRAFT, _("撤回修改"), Permission.FILE_APPLICATION
            ),
            Transition(
                (S.FILED,),
                "screen",
                S.SCREENED,
                _("初审通过"),
                Permission.SCREEN_APPLICATION,
                FILED,
            ),
            Transition(
                (S.FILED, S.SCREENED, S.ASSESSED),
                "send_back",
                S.DRAFT,
                _("退回修改"),
                Permission.SCREEN_APPLICATION,
                FILED,
                needs_note=True,
            ),
            # The last division to speak moves it on; until then it waits for the other.
            *(
                Transition((S.SCREENED,), verb, target, label, permission, SCREENED)
                for verb, label, permission in _ASSESSING
                for target in (S.SCREENED, S.ASSESSED)
            ),
            *(
                Transition(
                    (S.SCREENED,),
                    verb.replace("assess", "refuse"),
                    S.REFUSED,
                    label,
                    permission,
                    SCREENED,
                    needs_note=True,
                )
                for verb, label, permission in (
                    ("assess_water", _("水处不予受理"), Permission.REVIEW_WATER),
                    ("assess_air", _("大气处不予受理"), Permission.REVIEW_AIR),
                )
            ),
            Transition(
                (S.ASSESSED,),
                "hold",
                S.HELD,
                pgettext_lazy("act", "预留指标"),
                Permission.HOLD_QUOTA,
                FILED,
                posts=_("从各来源转入预留"),
            ),
            Transition(
                (S.HELD,),
                "sign_city",
                S.HELD,
                _("市级储备同意投放"),
                Permission.RELEASE_CITY,
                JUDGED,
            ),
            Transition(
                (S.HELD,),
                "sign_province",
                S.HELD,
                _("登记省级投放文件"),
                Permission.CONFIRM_BY_PROVINCE,
                JUDGED,
            ),
            Transition(
                (S.HELD,),
                "sign_elsewhere",
                S.HELD,
                _("外地储备同意投放"),
                Permission.RELEASE_LOCAL,
                JUDGED,
            ),
            Transition(
                (S.HELD,),
                "countersign",
                S.HELD,
                pgettext_lazy("act", "双签"),
                Permission.COUNTERSIGN,
                (*JUDGED, *SIGNED),
                needs_note=True,
            ),
            Transition(
                (S.HELD,),
                "release",
                S.VOUCHERED,
                _("投放并出具凭证"),
                Permission.RELEASE_LOCAL,
                (*JUDGED, "countersign"),
                posts=_("从预留转入项目已用"),
            ),
            Transition(
                (S.FILED, S.SCREENED, S.ASSESSED),
                "refuse",
                S.REFUSED,
                _("不予受理"),
                Permission.SCREEN_APPLICATION,
                FILED,
                needs_note=True,
            ),
            Transition(
                (S.HELD,),
                "decline",
                S.REFUSED,
                _("不予投放"),
                Permission.RELEASE_LOCAL,
                FILED,
                posts=_("预留退回各来源"),
                needs_note=True,
            ),
            Transition(
                (S.DRAFT, S.FILED, S.SCREENED, S.ASSESSED, S.HELD),
                "withdraw",
                S.WITHDRAWN,
                _("撤销申请"),
                Permission.FILE_APPLICATION,
                posts=_("预留退回各来源"),
                needs_note=True,
            ),
            Transition(
                (S.HELD,),
                "expire",
                S.EXPIRED,
                _("预留期满失效"),
                Permission.HOLD_QUOTA,
                posts=_("预留退回各来源"),
            ),
            Transition(
                (S.VOUCHERED,),
                "approve",
                S.APPROVED,
                _("登记环评批复"),
                Permission.RECORD_EIA,
                posts=_("批复增量较小时，多余指标退回各来源"),
            ),
            Transition((S.APPROVED,), "use", S.IN_USE, _("登记投入使用"), Permission.RECORD_EIA),
            Transition(
                (S.VOUCHERED, S.APPROVED),
                "give_back",
                S.GIVEN_BACK,
                _("退回全部指标"),
                Permission.GIVE_BACK_QUOTA,
                posts=_("从项目已用退回各来源"),
                needs_note=True,
            ),
            *(
                Transition(
                    (status,),
                    "give_back_part",
                    status,
                    _("退回部分指标"),
                    Permission.GIVE_BACK_QUOTA,
                    posts=_("从项目已用退回各来源"),
                    needs_note=True,
                )
                for status in (S.VOUCHERED, S.APPROVED)
            ),
            Transition(
                (S.VOUCHERED, S.APPROVED),
                "annul",
                S.ANNULLED,
                _("作废凭证"),
                Permission.ANNUL_VOUCHER,
                FILED,
                posts=_("从项目已用退回各来源"),
                needs_note=True,
            ),
        ),
    )
)

DISPATCH: Final = register(
    Workflow(
        name="dispatch",
        model="dispatchround",
        initial=R.PROPOSED,
        birth=("run", _("调度汇总")),
        transitions=(
            Transition(
                (R.PROPOSED,),
                "confirm",
                R.CONFIRMED,
                _("确认调度"),
                Permission.CONFIRM_DISPATCH,
                ("run",),
                posts=_("季度随之关账"),
            ),
            Transition(
                (R.PROPOSED,), "replace", R.REPLACED, _("以新版本替代"), Permission.RUN_DISPATCH
            ),
        ),
    )
)

# ── Trades ──
CONSENTS: Final = ("consent", "refuse_consent")
"""What the head of a place says where its reserve sells, and nowhere else."""

SELLERS: Final = ("offer", "consent")
BOTH: Final = (*SELLERS, "accept", "accept_inside")

TRADE: Final = register(
    Workflow(
        name="trade",
        initial=T.OFFERED,
        birth=("offer", _("登记出让")),
        transitions=(
            Transition(
                (T.OFFERED,),
                "consent",
                T.CONSENTED,
                _("同意出让储备"),
                Permission.RELEASE_LOCAL,
                ("offer",),
            ),
            # Across counties the sides are recorded by two people; inside one, by one or two.
            Transition(
                (T.OFFERED, T.CONSENTED),
                "accept",
                T.ACCEPTED,
                _("登记接受"),
                Permission.RECORD_TRADE,
                SELLERS,
                posts=_("从卖方转入预留"),
            ),
            Transition(
                (T.OFFERED, T.CONSENTED),
                "accept_inside",
                T.ACCEPTED,
                _("登记接受（同一区域）"),
                Permission.RECORD_TRADE,
                posts=_("从卖方转入预留"),
            ),
            Transition(
                (T.ACCEPTED,),
                "check",
                T.POSTED,
                _("核准成交"),
                Permission.CHECK_TRADE,
                BOTH,
                posts=_("从预留转入买方自持；市外交易经市外账户"),
            ),
            Transition(
                (T.ACCEPTED,),
                "refuse",
                T.REFUSED,
                _("不予核准"),
                Permission.CHECK_TRADE,
                BOTH,
                posts=_("预留退回卖方"),
                needs_note=True,
            ),
            Transition(
                (T.OFFERED,),
                "refuse_consent",
                T.REFUSED,
                _("不同意出让储备"),
                Permission.RELEASE_LOCAL,
                ("offer",),
                needs_note=True,
            ),
            Transition(
                (T.OFFERED, T.CONSENTED),
                "decline",
                T.REFUSED,
                _("买方不接受"),
                Permission.RECORD_TRADE,
                needs_note=True,
            ),
            Transition(
                (T.OFFERED, T.CONSENTED, T.ACCEPTED),
                "withdraw",
                T.WITHDRAWN,
                _("撤回交易"),
                Permission.RECORD_TRADE,
                posts=_("预留退回卖方"),
                needs_note=True,
            ),
        ),
    )
)
