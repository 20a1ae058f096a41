"""What people do with a batch of readings: agree to it, put it away, set it going again."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.services import readings
from monitoring.views.imports import OfOneBatch
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act


class _ActOnBatch(OfOneBatch, Act):
    """An act on a batch, which a refusal leads back to."""

    permission = Permission.IMPORT_READINGS

    def back(self) -> str:
        return reverse("monitoring:import", args=[self.object.pk])


class AcceptImport(_ActOnBatch):
    """The consent: the good rows go into the record."""

    def act(self) -> str:
        readings.consent(batch=self.object, by=self.person, at=timezone.now())
        return self.back()


class DiscardImport(_ActOnBatch):
    """The putting away of a batch that nobody agreed to."""

    def act(self) -> str:
        readings.discard(batch=self.object, by=self.person, at=timezone.now())
        self.say(_("批次已放弃，其中各行未入库。"))
        return reverse("monitoring:imports")


class ResumeImport(_ActOnBatch):
    """The setting going again of work whose worker was lost or failed."""

    def act(self) -> str:
        readings.resume(batch=self.object, by=self.person, at=timezone.now())
        return self.back()
