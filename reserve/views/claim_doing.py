"""How each act on a claim is done: what its page and form say, handed to the act's service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import files
from reserve.models import Claim, Opinion
from reserve.services import admissions, inspections, joint_reviews, letters, reviews
from reserve.services.letters import Confirmed


def act(service: Callable[..., Any], *names: str) -> Callable[[Any, Claim, int], Any]:
    """Call *service* with the claim, the version seen and the named fields of the form."""

    def do(view: Any, claim: Claim, version: int) -> Any:
        typed = {name: view.form.cleaned_data[name] for name in names}
        return service(claim=claim, version=version, **typed, by=view.person, on=view.on)

    return do


def own(service: Callable[..., Any], *names: str) -> Callable[[Any, Claim, int], Any]:
    """Call a service of the declarer's own acts, which need no version."""

    def do(view: Any, claim: Claim, version: int) -> Any:
        typed = {name: view.form.cleaned_data[name] for name in names}
        return service(claim=claim, **typed, by=view.person, on=view.on)

    return do


def inspect(view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    waiting = claim.inspections.filter(finding="").first()
    if waiting is None:
        raise Refusal(_("没有待登记的现场核查"))
    photos = [
        files.store(upload=upload, place=claim.place, by=view.person)
        for upload in view.request.FILES.getlist("photos")
    ]
    return inspections.record(
        inspection=waiting,
        version=version,
        visited_on=said["visited_on"],
        second_inspector=said["second_inspector"],
        finding=said["finding"],
        remarks=said["remarks"],
        photos=photos,
        by=view.person,
        on=view.on,
    )


def review(view: Any, claim: Claim, version: int) -> Any:
    verdicts = view.form.verdicts()
    return reviews.review(
        claim=claim, version=version, verdicts=verdicts, by=view.person, on=view.on
    )


def sign(seat: Opinion.Seat, view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    return joint_reviews.sign(
        claim=claim,
        version=version,
        seat=seat,
        agrees=said["agrees"] == "1",
        text=said["text"],
        by=view.person,
        on=view.on,
    )


def confirm(view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    reply = letters.confirm(
        number=said["number"],
        dated=said["dated"],
        claims=[Confirmed(claim, version, view.form.grams())],
        share=said["percent"] / 100 if said["percent"] is not None else None,
        by=view.person,
        on=view.on,
    )
    for outcome in reply.outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal
    return reply


def admit(view: Any, claim: Claim, version: int) -> Any:
    if (shown := view.request.POST.get("fates")) is None:
        raise Refusal(_("缺少所见去向，请刷新后重试"))
    return admissions.admit(claim=claim, version=version, shown=shown, by=view.person, on=view.on)
