"""What people do about a dispatch: settle its tasks, and say of a probable match what it is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from allocation.models import DispatchRound, DispatchTask, Finding
from allocation.services import dispatch_tasks, matches
from allocation.views.dispatches import address
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act, OfOneObject


class OfTask(OfOneObject, Act):
    """An act on one task, of the place that is to settle it."""

    permission = Permission.IMPORT_DISPATCH
    model = DispatchTask
    object: DispatchTask

    def get_queryset(self) -> QuerySet[Any]:
        return DispatchTask.objects.select_related("place")

    def back(self) -> str:
        rounds = DispatchRound.objects.filter(findings__task=self.object).order_by("version")
        newest = rounds.last()
        query = self.request.POST.get("query", "")
        kept = f"?{query}" if query else ""
        return f"{address(newest)}{kept}#task-{self.object.pk}" if newest else ""


class SettleTask(OfTask):
    """Somebody says that a task is done, and how."""

    def act(self) -> str:
        note = self.request.POST.get("note", "")
        dispatch_tasks.settle(task=self.object, note=note[:300], by=self.person, on=self.on)
        self.say(_("已办结。"))
        return self.back()


class ReopenTask(OfTask):
    """Somebody takes back that a task is done."""

    def act(self) -> str:
        dispatch_tasks.reopen(task=self.object, by=self.person, on=self.on)
        self.say(_("已撤销办结。"))
        return self.back()


class SayMatch(OfOneObject, Act):
    """Somebody says whether an approval has the voucher that it probably has."""

    permission = Permission.IMPORT_DISPATCH
    model = Finding
    object: Finding

    def get_queryset(self) -> QuerySet[Any]:
        return Finding.objects.select_related(
            "place", "round", "approval__place", "voucher__application__project__polluter"
        )

    def back(self) -> str:
        return address(self.object.round)

    def act(self) -> str:
        found = self.object
        if found.approval is None or found.voucher is None:
            raise Http404
        agrees = self.request.POST.get("agrees") == "1"
        matches.say(
            approval=found.approval,
            voucher=found.voucher,
            agrees=agrees,
            by=self.person,
            on=self.on,
        )
        self.say(_("已记录，下次汇总时生效。"))
        return self.back()
