"""Evidence: files that prove something about a claim, put beside it, taken away, shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.views import Act, OfOneObject, StreamedFile
from reserve.models import Claim, Evidence
from reserve.services import evidence
from reserve.views.claims import OfOneClaim
from reserve.vocabulary import EvidenceKind

TAKEN = ".pdf,.png,.jpg,.jpeg,.xlsx"


class NoFileChosen(Refusal):
    """Nothing was handed in."""

    code = "no_file"
    message = gettext_lazy("没有选择文件")


class SeveralFiles(forms.FileInput):
    """A control that takes more than one file at a time."""

    allow_multiple_selected = True


class EvidenceForm(forms.Form):
    """What the files prove, and the files."""

    kind = forms.ChoiceField(label=gettext_lazy("证明内容"), choices=EvidenceKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form has an attribute of this name, so the field comes in by the back door.
        self.fields["files"] = forms.FileField(
            label=gettext_lazy("文件"),
            widget=SeveralFiles(attrs={"multiple": True, "accept": TAKEN}),
            help_text=gettext_lazy("PDF、PNG、JPG 或 XLSX，可一次选择多个。"),
        )


def evidence_of(claim: Claim, wrong: Refusal | None = None) -> dict[str, Any]:
    """Return what the part of the page with a claim's evidence shows."""
    return {
        "object": claim,
        "evidence": claim.evidence.filter(removed_at=None)
        .select_related("file")
        .order_by("kind", "pk"),
        "evidence_form": EvidenceForm(auto_id="evidence_%s"),
        "max_bytes": settings.QUOTA_FILE_MAX_BYTES,
        "evidence_wrong": wrong,
    }


class ChangeEvidence(Act):
    """An act on a claim's evidence; htmx gets the part anew, so that nothing typed is lost."""

    @property
    def claim(self) -> Claim:
        """Return the claim whose evidence it is."""
        raise NotImplementedError

    def back(self) -> str:
        return reverse("reserve:claim-edit", args=[self.claim.number]) + "#evidence"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request, "htmx", False):
            return super().post(request, *args, **kwargs)
        wrong: Refusal | None = None
        try:
            self.act()
        except (NotPermitted, OutOfReach):
            raise
        except Refusal as refusal:
            self.note(refusal)
            wrong = refusal
        response = render(
            request,
            "reserve/claim_evidence.html",
            evidence_of(self.claim, wrong),
            status=422 if wrong else 200,
        )
        response["HX-Trigger"] = "evidence-changed"
        return response


class AddEvidence(OfOneClaim, ChangeEvidence):
    """Files that prove something about a claim being written: all of them or none."""

    permission = Permission.DECLARE_CLAIM

    @property
    def claim(self) -> Claim:
        """Return the claim that the address names."""
        return self.object

    @transaction.atomic
    def act(self) -> str:
        kind = self.request.POST.get("kind", "")
        uploads = self.request.FILES.getlist("files")
        if not uploads:
            raise NoFileChosen
        for upload in uploads:
            evidence.attach(
                claim=self.object,
                kind=kind if kind in EvidenceKind.values else EvidenceKind.OTHER,
                upload=upload,
                by=self.person,
                on=self.on,
            )
        return self.back()


class OfOneEvidence(OfOneObject):
    """A view of one piece of evidence, at its claim's place."""

    model = Evidence
    place_lookup = "claim__place"
    object: Evidence

    def get_queryset(self) -> QuerySet[Any]:
        return Evidence.objects.select_related("claim__place", "file")


class RemoveEvidence(OfOneEvidence, ChangeEvidence):
    """The taking away of a file from a claim being written; its row stays."""

    permission = Permission.DECLARE_CLAIM

    @property
    def claim(self) -> Claim:
        """Return the claim that the file was beside."""
        return self.object.claim

    def act(self) -> str:
        evidence.remove(evidence=self.object, by=self.person, on=self.on)
        return self.back()


class ShowEvidence(OfOneEvidence, StreamedFile):
    """A file of a claim, streamed to whoever may see the claim, and written down."""

    permission = Permission.SEE_CLAIMS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.stream(self.object.file, self.object.claim.number)
