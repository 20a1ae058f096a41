"""What people do with a batch: agree to it, file its drafts, put it away, set it going again."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act, FormPage
from reserve.services import batch_filing, batches
from reserve.views.imports import OfOneBatch


class SupportForm(forms.Form):
    """What serves a whole batch: its sealed scan and one reason for what is late."""

    scan = forms.FileField(
        label=gettext_lazy("盖章汇总表扫描件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=gettext_lazy("作为本批次每一件申报的证明材料（第2条）。"),
    )
    late_reason = forms.CharField(
        label=gettext_lazy("逾期理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("适用于本批次中逾期的各件申报。"),
    )


class _Supported(OfOneBatch, FormPage):
    """A page that names in figures what it will do, and asks for what serves the whole batch."""

    permission = Permission.IMPORT_CLAIMS
    template_name = "reserve/import_act.html"
    form_class = SupportForm
    button: ClassVar[str | Promise]

    def get_initial(self) -> dict[str, Any]:
        return {"late_reason": self.object.late_reason}

    def get_trail(self) -> list[tuple[str, str]]:
        batch = _("批次 %(number)s") % {"number": self.object.pk}
        return [*super().get_trail(), (batch, self.address())]

    def address(self) -> str:
        """Return where the batch itself is."""
        return reverse("reserve:import", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            counts=self.object.counts,
            cancel=self.address(),
            button=self.button,
            sentence=self.sentence(),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            **kwargs,
        )

    def sentence(self) -> str:
        """Say in figures what will be done."""
        raise NotImplementedError


class AcceptImport(_Supported):
    """The consent: the good rows become drafts."""

    title = gettext_lazy("确认导入")
    button = gettext_lazy("导入为草稿")

    def sentence(self) -> str:
        counts = self.object.counts
        return _(
            "将建立 %(drafts)s 件申报草稿，"
            "登记 %(polluters)s 家排污单位、%(permits)s 张许可证（待核实）；"
            "%(out)s 行不予导入。"
        ) % {
            "drafts": counts.get("drafts", 0),
            "polluters": counts.get("new_polluters", 0),
            "permits": counts.get("new_permits", 0),
            "out": counts.get("errors", 0) + counts.get("refused", 0),
        }

    def save(self, form: Any) -> str:
        batches.consent(batch=self.object, by=self.person, on=self.on, **form.cleaned_data)
        return self.address()


class FileImport(_Supported):
    """The filing of all drafts of a batch."""

    title = gettext_lazy("批量申报")
    button = gettext_lazy("逐件申报")

    def sentence(self) -> str:
        return _("将逐件申报本批次的 %(count)s 件草稿；不能申报的仍为草稿，并逐件说明原因。") % {
            "count": batch_filing.drafts_of(self.object).count()
        }

    def save(self, form: Any) -> str:
        batches.support(batch=self.object, by=self.person, on=self.on, **form.cleaned_data)
        return self.address()


class DiscardImport(OfOneBatch, Act):
    """The putting away of a batch that nobody agreed to."""

    permission = Permission.IMPORT_CLAIMS

    def back(self) -> str:
        return reverse("reserve:import", args=[self.object.pk])

    def act(self) -> str:
        batches.discard(batch=self.object, by=self.person, on=self.on)
        self.say(_("批次已放弃，其中各行未进入系统。"))
        return reverse("reserve:imports")


class ResumeImport(OfOneBatch, Act):
    """The setting going again of work whose worker was lost or failed."""

    permission = Permission.IMPORT_CLAIMS

    def back(self) -> str:
        return reverse("reserve:import", args=[self.object.pk])

    def act(self) -> str:
        batches.resume(batch=self.object, by=self.person, on=self.on)
        return self.back()
