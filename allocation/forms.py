"""The form of a construction project: the paper's sections, and the three books in one grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation.models import Project
from allocation.refusals import BooksDoNotAddUp
from allocation.services.projects import Books, Content
from allocation.vocabulary import ExemptKind, LakeTaiZone, Priority, ProjectKind, StrategicClass
from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.models import Polluter, StoredFile
from quota_registry.kernel.vocabulary import Medium, Pollutant

BOOKS: Final = (
    ("existing", _("现有工程排放量")),
    ("generation", _("本项目产生量")),
    ("reduction", _("本项目削减量")),
    ("piped", _("接管量")),
    ("emission", pgettext_lazy("book", "排放量")),
    ("offset", _("以新带老削减量")),
)
"""What is typed of a pollutant, in the order of the paper form."""

COLUMNS: Final = (*BOOKS, ("increment", _("新增排放量"), "emission-offset"))
"""The columns of the grid: the three books, and what follows from them."""

PLAIN: Final = (
    "name",
    "site",
    "lake_tai_zone",
    "kind",
    "industry",
    "strategic_class",
    "strategic_basis",
    "priority",
    "priority_basis",
    "exempt_kind",
    "exempt_reason",
)
"""The fields that go word for word into the project."""


def _choices(kinds: Any, empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *kinds.choices]


class ProjectForm(forms.Form):
    """What is built, by whom, where; what it emits; and what the law sets it apart by."""

    polluter = forms.ModelChoiceField(Polluter.objects.none(), label=_("排污单位"))
    name = forms.CharField(
        label=_("项目名称"), max_length=160, help_text=_("同一单位同名的项目只登记一次。")
    )
    kind = forms.ChoiceField(label=_("项目性质"), choices=_choices(ProjectKind, _("请选择")))
    site = forms.CharField(label=_("建设地点"), max_length=200, required=False)
    lake_tai_zone = forms.ChoiceField(
        label=_("太湖流域保护区"), choices=LakeTaiZone.choices, initial=LakeTaiZone.THIRD
    )
    industry = forms.CharField(
        label=_("行业代码"),
        max_length=5,
        required=False,
        help_text=_("不填则取排污单位的行业代码。"),
    )
    strategic_class = forms.ChoiceField(
        label=_("战略性新兴产业类别"),
        choices=_choices(StrategicClass, _("不属于")),
        required=False,
        help_text=_("须由登记人以外的人凭文件认定后才适用较低倍数。"),
    )
    strategic_basis = forms.CharField(label=_("认定依据"), max_length=200, required=False)
    strategic_file = forms.FileField(label=_("证明文件"), required=False)
    priority = forms.ChoiceField(
        label=_("优先保障类别"), choices=Priority.choices, initial=Priority.NONE
    )
    priority_basis = forms.CharField(label=_("优先保障依据"), max_length=200, required=False)
    exempt_kind = forms.ChoiceField(
        label=_("免于替代的类型"), choices=_choices(ExemptKind, _("不属于")), required=False
    )
    exempt_reason = forms.CharField(
        label=_("免于替代的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, polluters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["polluter"]
        field.queryset = polluters
        for pollutant in Pollutant:
            for key, label in BOOKS:
                # What goes to a sewage works is told apart for water alone.
                if key != "piped" or pollutant.medium is Medium.WATER:
                    name = f"{key}_{pollutant.value}"
                    self.fields[name] = TonnesField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("strategic_class") and not cleaned.get("strategic_basis"):
            self.add_error("strategic_basis", str(_("填写认定文件的名称和文号")))
        if cleaned.get("exempt_kind") and not cleaned.get("exempt_reason"):
            self.add_error("exempt_reason", str(_("写明属于该类型的理由")))
        for books in self.books():
            try:
                books.require_sound()
            except BooksDoNotAddUp as refusal:
                self.add_error(f"generation_{books.pollutant.value}", str(refusal))
        return cleaned

    def books(self) -> Iterator[Books]:
        """Give the books of every pollutant of which something was typed and could be read."""
        for pollutant in Pollutant:
            names = {key: f"{key}_{pollutant.value}" for key, _label in BOOKS}
            if any(name in self.errors for name in names.values()):
                continue
            typed: dict[str, Grams] = {
                key: self.cleaned_data[name]
                for key, name in names.items()
                if self.cleaned_data.get(name) is not None
            }
            if typed:
                blank = {"generation": NOTHING, "emission": NOTHING}
                yield Books(pollutant=pollutant, **(blank | typed))

    def content(self, *, proof: StoredFile | None) -> Content:
        """Return what the form says of the project, with the file that proves its class."""
        said = self.cleaned_data
        return Content(
            polluter=said["polluter"],
            books=tuple(self.books()),
            strategic_file=proof,
            **{name: said[name] for name in PLAIN},
        )


def initial_of(project: Project) -> dict[str, Any]:
    """Return what the form of a project on record starts with."""
    found: dict[str, Any] = {name: getattr(project, name) for name in PLAIN}
    found["polluter"] = project.polluter_id
    for amount in project.amounts.all():
        for key, _label in BOOKS:
            grams = getattr(amount, key)
            if grams or key in {"generation", "emission"}:
                found[f"{key}_{amount.pollutant}"] = text(Grams(grams))
    return found
