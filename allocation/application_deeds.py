"""What people do to one application: an act a verb, each with its right, its form, its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation import application_figures as figures
from allocation.act_forms import (
    ActForm,
    ApprovalForm,
    BackForm,
    GiveBackForm,
    NoteForm,
    OpinionForm,
    ProvinceForm,
    ReasonForm,
    SignForm,
    UseForm,
)
from allocation.models import Application
from allocation.selectors import signing, waiting
from allocation.selectors import vouchers as selected
from allocation.services import applications, assessments, holds, releases, vouchers
from allocation.vocabulary import VOUCHER_OF, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import hands_of


@dataclass(frozen=True, slots=True)
class Deed:
    """
    One act: its verb, word, right, form and service, and what it will do in figures.

    ``moment`` says as of when the assessment sheet is shown beside it.
    """

    verb: str
    label: str | Promise
    permission: Permission
    do: Callable[[ActForm, dict[str, Any]], Any]
    form: type[ActForm] = ActForm
    will: Callable[[ActForm], list[str]] = lambda form: []
    help: str | Promise = ""
    clause: str = ""
    danger: bool = False
    moment: Moment | None = None


MEDIUM: Final = {f"{act}_{medium}": medium for act in ("assess", "refuse") for medium in Medium}
ON_VOUCHER: Final = frozenset(
    row.verb for row in APPLICATION.transitions if VOUCHER_OF.keys() >= set(row.sources)
)
"""The acts that begin where a voucher is."""

SIGNS: Final = frozenset(verb for verb, _right in signing.SIGNS.values())


def _typed(service: Callable[..., Any], *names: str, **more: Any) -> Callable[..., Any]:
    """Call *service* with what the page knows and the named fields of the form."""

    def do(form: ActForm, known: dict[str, Any]) -> Any:
        said = {name: form.cleaned_data[name] for name in names}
        return service(**known, **said, **more)

    return do


def _approve(form: Any, known: dict[str, Any]) -> Any:
    said = form.cleaned_data
    return vouchers.approve(
        **known,
        number=said["number"],
        approved_on=said["approved_on"],
        increments=form.increments(),
    )


def _give_back(form: Any, known: dict[str, Any]) -> Any:
    said = form.cleaned_data
    amounts = {pollutant: grams for pollutant, grams in form.amounts().items() if grams}
    whole = amounts == {p: g for p, g in selected.left(form.application.voucher).items() if g}
    return vouchers.give_back(
        **known,
        amounts=None if whole else amounts,
        base=form.data.get("base", ""),
        document=said["document"],
        reason=said["reason"],
    )


def _of(reckon: Callable[[Application], list[str]]) -> Callable[[ActForm], list[str]]:
    return lambda form: reckon(form.application)


def _of_approval(form: Any) -> list[str]:
    readable = form.is_bound and (form.is_valid() or form.cleaned_data)
    return figures.of_approval(form.application, form.increments() if readable else {})


def _of_give_back(form: Any) -> list[str]:
    if not form.is_bound:
        return figures.of_give_back(form.application)
    form.is_valid()
    return figures.of_give_back(form.application, form.amounts())


def _of_signing(form: ActForm) -> list[str]:
    return figures.of_signing(form.application, form.places)


def _deeds() -> tuple[Deed, ...]:
    P = Permission  # noqa: N806 - as the table reads
    return (
        Deed(
            "take_back",
            _("撤回修改"),
            P.FILE_APPLICATION,
            _typed(applications.take_back),
            help=_("撤回后回到草稿，可以修改来源，再次提交。"),
        ),
        Deed(
            "screen",
            _("初审通过"),
            P.SCREEN_APPLICATION,
            _typed(applications.screen, "note"),
            NoteForm,
            help=_("通过后由水、大气要素处室分别审核。"),
            clause="23.2",
        ),
        Deed(
            "send_back",
            _("退回修改"),
            P.SCREEN_APPLICATION,
            _typed(applications.send_back, "reason"),
            ReasonForm,
            help=_("退回后回到草稿，由申请人修改后再次提交。"),
        ),
        Deed(
            "refuse",
            _("不予受理"),
            P.SCREEN_APPLICATION,
            _typed(applications.refuse, "reason"),
            ReasonForm,
            help=_("本申请到此为止；项目可以另行申请。"),
            danger=True,
        ),
        *(
            Deed(
                f"assess_{medium}",
                label,
                permission,
                _typed(assessments.assess, "text", medium=medium),
                OpinionForm,
                help=_("同意本要素的各行；各要素处室均审核后可以预留。"),
                clause="23.2",
            )
            for medium, label, permission in (
                (Medium.WATER, _("水处审核"), P.REVIEW_WATER),
                (Medium.AIR, _("大气处审核"), P.REVIEW_AIR),
            )
        ),
        *(
            Deed(
                f"refuse_{medium}",
                label,
                permission,
                _typed(assessments.refuse, "reason", medium=medium),
                ReasonForm,
                help=_("本申请到此为止；项目可以另行申请。"),
                danger=True,
            )
            for medium, label, permission in (
                (Medium.WATER, _("水处不予受理"), P.REVIEW_WATER),
                (Medium.AIR, _("大气处不予受理"), P.REVIEW_AIR),
            )
        ),
        Deed(
            "hold",
            pgettext_lazy("act", "预留指标"),
            P.HOLD_QUOTA,
            _typed(holds.hold),
            will=_of(figures.of_hold),
            clause="8.2",
            moment=Moment.HELD,
        ),
        Deed(
            "sign_city",
            _("市级储备同意投放"),
            P.RELEASE_CITY,
            _typed(releases.sign, "place", "document", "text"),
            SignForm,
            will=_of_signing,
            clause="8.2",
        ),
        Deed(
            "sign_province",
            _("登记省级投放文件"),
            P.CONFIRM_BY_PROVINCE,
            _typed(releases.sign, "place", "document", "text"),
            ProvinceForm,
            will=_of_signing,
            clause="8.2",
        ),
        Deed(
            "sign_elsewhere",
            _("外地储备同意投放"),
            P.RELEASE_LOCAL,
            _typed(releases.sign, "place", "document", "text"),
            SignForm,
            will=_of_signing,
            clause="8.2",
        ),
        Deed(
            "countersign",
            pgettext_lazy("act", "双签"),
            P.COUNTERSIGN,
            _typed(releases.countersign, "reason"),
            ReasonForm,
            help=_("同意在优先保障范围之外使用市级储备，或动用环太湖批次。"),
            clause="6.1",
        ),
        Deed(
            "release",
            _("投放并出具凭证"),
            P.RELEASE_LOCAL,
            _typed(releases.release),
            will=_of(figures.of_release),
            clause="8.2",
            moment=Moment.RELEASED,
        ),
        Deed(
            "decline",
            _("不予投放"),
            P.RELEASE_LOCAL,
            _typed(holds.decline, "reason"),
            ReasonForm,
            will=_of(figures.of_put_back),
            danger=True,
        ),
        Deed(
            "approve",
            _("登记环评批复"),
            P.RECORD_EIA,
            _approve,
            ApprovalForm,
            will=_of_approval,
            clause="21.2",
        ),
        Deed(
            "use",
            _("登记投入使用"),
            P.RECORD_EIA,
            _typed(vouchers.use, "used_on"),
            UseForm,
            help=_("批复增量超出凭证的，须先办理补充申请。"),
            clause="21.2",
        ),
        Deed(
            "give_back",
            _("退回指标"),
            P.GIVE_BACK_QUOTA,
            _give_back,
            GiveBackForm,
            will=_of_give_back,
            clause="21.2",
            danger=True,
        ),
        Deed(
            "annul",
            _("作废凭证"),
            P.ANNUL_VOUCHER,
            _typed(vouchers.annul, "document", "reason"),
            BackForm,
            will=_of(figures.of_give_back),
            clause="21.2",
            danger=True,
        ),
        Deed(
            "withdraw",
            _("撤销申请"),
            P.FILE_APPLICATION,
            _typed(applications.withdraw, "reason"),
            ReasonForm,
            will=_of(figures.of_put_back),
            help=_("撤销后不能恢复；项目可以另行申请。"),
            danger=True,
        ),
    )


DEEDS: Final[dict[str, Deed]] = {deed.verb: deed for deed in _deeds()}


def signable(application: Application, verb: str, person: Person, *, on: date) -> list[Place]:
    """List the reserves that wait for a signature by this verb and that *person* answers for."""
    return [
        place
        for place in signing.missing(application)
        if signing.SIGNS[Tier(place.tier)][0] == verb
        and _answers(application, place, person, on=on)
    ]


def may_act(deed: Deed, application: Application, person: Person, *, on: date) -> bool:
    """Say whether *person* has the right to an act; one signs where one's reserve is drawn on."""
    if deed.verb in SIGNS:
        return any(
            signing.SIGNS[Tier(place.tier)][0] == deed.verb
            and _answers(application, place, person, on=on)
            for place in signing.needed(application)
        )
    return access.may(person, deed.permission, application.place, on=on)


def offered(application: Application, person: Person, *, on: date) -> list[Deed]:
    """List what *person* may do to the application as it stands, as a second pair of eyes."""
    apart = {row.verb: row.apart for row in APPLICATION.from_status(application.status)}
    hands = hands_of(APPLICATION, application)
    fits = partial(_fits, application, person, on=on)
    return [
        deed
        for deed in DEEDS.values()
        if deed.verb in apart
        and not any(person.pk in hands[verb] for verb in apart[deed.verb])
        and may_act(deed, application, person, on=on)
        and fits(deed)
    ]


def _fits(application: Application, person: Person, deed: Deed, *, on: date) -> bool:
    if deed.verb in MEDIUM:
        return MEDIUM[deed.verb] in waiting.media_waiting(application)
    if deed.verb in SIGNS:
        return bool(signable(application, deed.verb, person, on=on))
    if deed.verb == "countersign":
        return waiting.needs_countersign(application)
    return True


def _answers(application: Application, place: Place, person: Person, *, on: date) -> bool:
    tier = Tier(place.tier)
    at = application.place if tier is Tier.PROVINCE else place
    return access.may(person, signing.SIGNS[tier][1], at, on=on)
