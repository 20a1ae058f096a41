"""What people say of probable matches: this approval has that voucher, or it has not (§21)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from allocation.models import EiaApproval, MatchOpinion, Voucher
from allocation.refusals import NotProbable
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access


@transaction.atomic
def say(
    *, approval: EiaApproval, voucher: Voucher, agrees: bool, by: Person, on: date
) -> MatchOpinion:
    """
    Say whether *voucher* is the one of *approval*; what is said last counts from the next run on.

    :raises NotProbable: if the voucher is another polluter's.
    """
    access.require(by, Permission.IMPORT_DISPATCH, approval.place, on=on)

    borne = EiaApproval.objects.with_code().values_list("code", flat=True)
    if voucher.application.project.polluter.uscc != borne.get(pk=approval.pk):
        raise NotProbable(voucher=voucher.number, clause=clause("21.2"))
    return MatchOpinion.objects.create(
        approval=approval, voucher=voucher, agrees=agrees, by=by, on=on
    )
