"""What people do to one claim: an act a verb, each with its right, its form and its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium
from reserve.act_forms import (
    ActForm,
    CorrectionForm,
    InspectionForm,
    LetterForm,
    NoteForm,
    OpinionForm,
    ReasonForm,
    ReviewForm,
    VoidForm,
)
from reserve.models import Claim, Opinion
from reserve.selectors import claims as selected
from reserve.services import (
    claims,
    corrections,
    inspections,
    joint_reviews,
    screening,
    voids,
)
from reserve.views import claim_doing
from reserve.vocabulary import ClaimStatus


@dataclass(frozen=True, slots=True)
class Deed:
    """An act: its word, its right, its form, the service that does it, what it will do."""

    verb: str
    label: str | Promise
    permission: Permission
    do: Callable[[Any, Claim, int], Any]
    form: Callable[..., ActForm] = ActForm
    danger: bool = False
    help: str | Promise = ""
    clause: str = ""


DEEDS: Final = {
    deed.verb: deed
    for deed in (
        Deed(
            "take_back", _("撤回修改"), Permission.DECLARE_CLAIM, claim_doing.own(claims.take_back)
        ),
        Deed(
            "withdraw",
            _("撤销申报"),
            Permission.DECLARE_CLAIM,
            claim_doing.own(claims.withdraw, "reason"),
            ReasonForm,
            danger=True,
            help=_("撤销后不能恢复；同一项目可以另行申报。"),
        ),
        Deed(
            "receive",
            _("签收"),
            Permission.SCREEN_CLAIM,
            claim_doing.act(screening.receive),
            help=_("签收后申报人不能再撤回修改。"),
            clause="23.2",
        ),
        Deed(
            "screen",
            _("初审通过"),
            Permission.SCREEN_CLAIM,
            claim_doing.act(screening.screen, "note"),
            NoteForm,
            clause="23.2",
        ),
        Deed(
            "order_inspection",
            _("下达现场核查"),
            Permission.ORDER_INSPECTION,
            claim_doing.act(inspections.order, "reason"),
            ReasonForm,
            clause="21.1",
        ),
        Deed(
            "inspect",
            _("登记现场核查"),
            Permission.RECORD_INSPECTION,
            claim_doing.inspect,
            InspectionForm,
            help=_("结论为不属实的，不能进入会审。"),
            clause="21.1",
        ),
        Deed(
            "review_water",
            _("水处审核"),
            Permission.REVIEW_WATER,
            claim_doing.review,
            partial(ReviewForm, medium=Medium.WATER),
            clause="4.1",
        ),
        Deed(
            "review_air",
            _("大气处审核"),
            Permission.REVIEW_AIR,
            claim_doing.review,
            partial(ReviewForm, medium=Medium.AIR),
            clause="4.1",
        ),
        Deed(
            "sign_water",
            _("水处会签"),
            Permission.REVIEW_WATER,
            partial(claim_doing.sign, Opinion.Seat.WATER),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "sign_air",
            _("大气处会签"),
            Permission.REVIEW_AIR,
            partial(claim_doing.sign, Opinion.Seat.AIR),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "sign_office",
            _("综合业务处会签"),
            Permission.LEAD_JOINT_REVIEW,
            partial(claim_doing.sign, Opinion.Seat.OFFICE),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "conclude",
            _("会审通过"),
            Permission.LEAD_JOINT_REVIEW,
            claim_doing.act(joint_reviews.conclude, "note"),
            NoteForm,
            clause="23.1",
        ),
        Deed(
            "confirm",
            _("登记省级确认"),
            Permission.CONFIRM_BY_PROVINCE,
            claim_doing.confirm,
            LetterForm,
            help=_("省级份额以文件载明的数量为准。"),
            clause="4.1",
        ),
        Deed("admit", _("入库"), Permission.ADMIT_CLAIM, claim_doing.admit, clause="4.1"),
        Deed(
            "return",
            _("退回"),
            Permission.SCREEN_CLAIM,
            claim_doing.act(screening.return_, "reason"),
            ReasonForm,
            help=_("退回后由申报人修改，再次申报为新的版次。"),
        ),
        Deed(
            "refuse",
            _("不予入库"),
            Permission.SCREEN_CLAIM,
            claim_doing.act(screening.refuse, "reason"),
            ReasonForm,
            danger=True,
        ),
        Deed(
            "propose_correction",
            _("提出更正"),
            Permission.PROPOSE_CORRECTION,
            claim_doing.own(corrections.propose, "pollutant", "verified", "document", "reason"),
            CorrectionForm,
            help=_("由第二人批准后，以新的划转更正；原记录不改。"),
        ),
        Deed(
            "propose_void",
            _("提出作废"),
            Permission.PROPOSE_CORRECTION,
            claim_doing.own(voids.propose, "document", "reason"),
            VoidForm,
            danger=True,
            clause="21.2",
        ),
        Deed(
            "void",
            _("作废"),
            Permission.VOID_CLAIM,
            claim_doing.own(voids.void),
            danger=True,
            help=_("未用部分转入作废账户，已用部分记为申报地区的亏欠，由其此后入库量优先抵扣。"),
            clause="21.2",
        ),
    )
}


def acts_of(claim: Claim, person: Person, *, on: date) -> list[Deed]:
    """List what *person* may do to *claim* now, in the order of its way."""
    found = [
        DEEDS[step.verb]
        for step in selected.acts_open_to(claim, person, on=on)
        if step.verb in DEEDS
    ]
    if claim.inspections.filter(finding="").exists():
        found = [deed for deed in found if deed.verb not in {"order_inspection", "conclude"}]
    else:
        found = [deed for deed in found if deed.verb != "inspect"]
    if any(deed.verb.startswith("sign_") for deed in found):
        # A seat signs a version once.
        signed = claim.opinions.filter(version=claim.version).values_list("seat", flat=True)
        done = {f"sign_{seat}" for seat in signed}
        found = [deed for deed in found if deed.verb not in done]
    if claim.status == ClaimStatus.ADMITTED:
        verbs = ("propose_correction", "propose_void", "void")
        found += [
            DEEDS[verb]
            for verb in verbs
            if access.may(person, DEEDS[verb].permission, claim.place, on=on)
        ]
    seen: dict[str, Deed] = {deed.verb: deed for deed in found}
    return list(seen.values())
