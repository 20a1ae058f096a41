"""The own notice box."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Notice
from quota_registry.kernel.services import notices
from quota_registry.kernel.views import Act, ListPage


class Notices(ListPage):
    """What the registry told somebody, newest first."""

    permission = None
    model = Notice
    title = _("通知")
    template_name = "notices/notices.html"
    page_size: ClassVar[int] = 30
    orders = {"at": ("pk",)}
    default_sort = "-at"

    def get_queryset(self) -> QuerySet[Notice]:
        own = Notice.objects.filter(person=self.person)
        return own.filter(read_at=None) if self.request.GET.get("only") == "new" else own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            fresh=Notice.objects.filter(person=self.person, read_at=None).count(),
            only_new=self.request.GET.get("only") == "new",
            **kwargs,
        )


class ReadAll(Act):
    """Everything read."""

    permission = None

    def act(self) -> str:
        notices.mark_read(person=self.person)
        return reverse("notices")


class Open(Act):
    """One notice read, and on to what it speaks of."""

    permission = None

    def act(self) -> str:
        notice = Notice.objects.filter(person=self.person, pk=self.kwargs["pk"]).first()
        if notice is None:
            raise Http404
        notices.mark_one_read(notice=notice)
        # Only an address of this house: what is stored is never followed elsewhere.
        # Browsers read a backslash as a slash, so that "/\\" would lead out of the house.
        ours = notice.url.startswith("/") and not notice.url.startswith(("//", "/\\"))
        return notice.url if ours else reverse("notices")
