"""Polluters and their permits: registered, renamed, confirmed; nothing of them is erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import identifiers
from quota_registry.kernel.models import (
    Permit,
    PermittedAmount,
    PermitVersion,
    Person,
    Place,
    Polluter,
    PolluterName,
)
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.pinyin import sort_key
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access


class NotAPolluter(Refusal):
    """What was given cannot be a polluter's record."""

    code = "not_a_polluter"
    status = 400


class AlreadyRegistered(Refusal):
    """The code or number is another's already."""

    code = "already_registered"
    message = _("“%(number)s”已登记在“%(name)s”名下")


@transaction.atomic
def register(
    *,
    uscc: str,
    name: str,
    place: Place,
    by: Person,
    on: date,
    industry: str = "",
    management_class: str = "",
    address: str = "",
    confirmed: bool = True,
) -> Polluter:
    """
    Register a polluter at the park or county where it lies.

    :raises NotAPolluter: if the code has not 18 characters of its alphabet, or no name is given.
    :raises AlreadyRegistered: if the code is another polluter's, or was.
    """
    access.require(by, Permission.KEEP_POLLUTERS, place, on=on)
    uscc, name = identifiers.clean_code(uscc), identifiers.clean_name(name)

    if not name:
        raise NotAPolluter(_("缺少单位名称"))
    if identifiers.check_uscc(uscc) is identifiers.UsccCheck.WRONG_SHAPE:
        raise NotAPolluter(_("“%(uscc)s”不是统一社会信用代码"), uscc=uscc)
    if industry and not identifiers.is_industry_code(industry):
        raise NotAPolluter(_("“%(industry)s”不是行业代码，如 C2761"), industry=industry)
    holder = _bearers(uscc).first()
    if holder is not None:
        raise AlreadyRegistered(number=uscc, name=holder.name)

    return Polluter.objects.create(
        uscc=uscc,
        name=name,
        place=place,
        industry=industry,
        management_class=management_class,
        address=address,
        confirmed=confirmed,
        sort_key=sort_key(name),
    )


@transaction.atomic
def rename(*, polluter: Polluter, name: str, uscc: str, by: Person, on: date) -> Polluter:
    """Give a polluter a new name or code from the day *on*; the old ones are kept with it."""
    access.require(by, Permission.KEEP_POLLUTERS, polluter.place, on=on)
    polluter = Polluter.objects.select_for_update().get(pk=polluter.pk)
    uscc, name = identifiers.clean_code(uscc), identifiers.clean_name(name)

    if identifiers.check_uscc(uscc) is identifiers.UsccCheck.WRONG_SHAPE:
        raise NotAPolluter(_("“%(uscc)s”不是统一社会信用代码"), uscc=uscc)
    holder = _bearers(uscc).exclude(pk=polluter.pk).first()
    if holder is not None:
        raise AlreadyRegistered(number=uscc, name=holder.name)
    if (polluter.name, polluter.uscc) == (name, uscc):
        return polluter

    PolluterName.objects.create(polluter=polluter, name=polluter.name, uscc=polluter.uscc, until=on)
    polluter.name, polluter.uscc, polluter.sort_key = name, uscc, sort_key(name)
    polluter.save(update_fields=["name", "uscc", "sort_key"])
    return polluter


@transaction.atomic
def confirm(*, polluter: Polluter, by: Person, on: date) -> Polluter:
    """Say that somebody has looked at a polluter that came in by a file, and its permits."""
    access.require(by, Permission.KEEP_POLLUTERS, polluter.place, on=on)
    polluter = Polluter.objects.select_for_update().get(pk=polluter.pk)

    if not polluter.confirmed:
        polluter.confirmed = True
        polluter.save(update_fields=["confirmed"])
    for permit in polluter.permits.filter(confirmed=False):
        permit.confirmed = True
        permit.save(update_fields=["confirmed"])
    return polluter


@transaction.atomic
def record_permit(
    *,
    polluter: Polluter,
    number: str,
    changed_on: date,
    by: Person,
    on: date,
    amounts: Mapping[str, int] | None = None,
    reason: str = "",
    management_class: str = "",
    cancelled: bool = False,
    confirmed: bool = True,
) -> PermitVersion:
    """
    Record a permit, or a new version of it, with the grams a year that it allows (§2, §14).

    A pollutant that *amounts* does not name is one that the permit does not state: not zero.

    :raises NotAPolluter: if the number has not the 22 characters of HJ 608.
    :raises AlreadyRegistered: if the permit is another polluter's.
    """
    access.require(by, Permission.KEEP_POLLUTERS, polluter.place, on=on)
    Polluter.objects.select_for_update().get(pk=polluter.pk)
    number = identifiers.clean_code(number)

    if not identifiers.is_permit_number(number):
        raise NotAPolluter(_("“%(number)s”不是排污许可证编号"), number=number)
    permit = Permit.objects.filter(number=number).select_related("polluter").first()
    if permit is not None and permit.polluter_id != polluter.pk:
        raise AlreadyRegistered(number=number, name=permit.polluter.name)

    if permit is None:
        permit = Permit.objects.create(number=number, polluter=polluter, confirmed=confirmed)
    newest = permit.versions.first()
    version = PermitVersion.objects.create(
        permit=permit,
        number=newest.number + 1 if newest else 1,
        changed_on=changed_on,
        reason=reason,
        management_class=management_class,
        cancelled=cancelled,
    )
    PermittedAmount.objects.bulk_create(
        PermittedAmount(version=version, pollutant=pollutant, grams=grams)
        for pollutant, grams in (amounts or {}).items()
    )
    return version


def _bearers(uscc: str) -> QuerySet[Polluter]:
    # A code that somebody bore before stays with it: under two codes the same works would count
    # as two projects (§21).
    return Polluter.objects.filter(Q(uscc=uscc) | Q(former_names__uscc=uscc))
