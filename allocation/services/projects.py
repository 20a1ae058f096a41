"""Construction projects: recorded, corrected, and classed as strategic by a second person (§7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from allocation.models import Project, ProjectAmount
from allocation.refusals import (
    BooksDoNotAddUp,
    ExemptionWithoutReason,
    NotAnIndustryCode,
    OwnProject,
    ProjectInUse,
    ProjectOnRecord,
    StrategicIncomplete,
)
from allocation.vocabulary import STANDING, LakeTaiZone, Priority
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_name, is_industry_code, normalise_project
from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.models import Person, Polluter, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, numbers, rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The three books of one pollutant, grams a year; ``piped`` only where water is piped."""

    pollutant: Pollutant
    generation: Grams
    emission: Grams
    reduction: Grams = NOTHING
    existing: Grams = NOTHING
    offset: Grams = NOTHING
    piped: Grams | None = None

    def require_sound(self) -> None:
        """
        Refuse books that do not add up.

        :raises BooksDoNotAddUp: naming the pollutant and the figures.
        """
        leaves = self.emission if self.piped is None else self.piped
        sound = (
            min(self.generation, self.emission, self.reduction, self.existing, self.offset) >= 0
            and self.generation == self.reduction + leaves
            and self.emission <= leaves
            and self.offset <= self.existing
            and (self.piped is None or self.pollutant.medium is Medium.WATER)
        )
        if not sound:
            raise BooksDoNotAddUp(
                pollutant=self.pollutant.spoken,
                generation=text(self.generation),
                reduction=text(self.reduction),
                leaves=text(leaves),
                field=self.pollutant.value,
                clause=clause("7.0"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a project's form says."""

    polluter: Polluter
    name: str
    kind: str
    books: Sequence[Books]
    site: str = ""
    lake_tai_zone: str = LakeTaiZone.THIRD
    industry: str = ""
    strategic_class: str = ""
    strategic_basis: str = ""
    strategic_file: StoredFile | None = None
    priority: str = Priority.NONE
    priority_basis: str = ""
    exempt_kind: str = ""
    exempt_reason: str = ""


@transaction.atomic
def record(*, content: Content, by: Person, on: date) -> Project:
    """
    Put a construction project on record, where its polluter lies.

    :raises ProjectOnRecord: if the polluter has one of this name.
    :raises BooksDoNotAddUp: if a pollutant's three books do not fit each other.
    """
    access.require(by, Permission.KEEP_PROJECTS, content.polluter.place, on=on)

    # Two who record the same project wait for each other here.
    polluter = Polluter.objects.select_for_update(no_key=True).get(pk=content.polluter.pk)
    fields = _checked(content, on=on)
    _refuse_twice(polluter, fields["project_key"])

    series = f"project/{polluter.place_id}/{on.year}"
    serial = numbers.take(series=series)
    project = Project.objects.create(
        number=f"{polluter.place_id}-XM-{on.year}-{serial:05d}",
        polluter=polluter,
        place_id=polluter.place_id,
        recorded_by=by,
        recorded_on=on,
        **fields,
    )
    _write_books(project, content.books)
    return project


@transaction.atomic
def correct(*, project: Project, content: Content, by: Person, on: date) -> Project:
    """
    Write *content* over a project that no application stands on.

    What was approved of its strategic class is approved anew where the class or its file changed.

    :raises ProjectInUse: if an application was filed on it that still stands.
    """
    access.require(by, Permission.KEEP_PROJECTS, project.place, on=on)

    project = _locked(project)
    _refuse_in_use(project)
    fields = _checked(content, on=on)
    if fields["project_key"] != project.project_key:
        _refuse_twice(project.polluter, fields["project_key"])
    proved = ("strategic_class", "strategic_basis", "strategic_file")
    if any(getattr(project, name) != fields[name] for name in proved):
        fields |= {"strategic_approved_by": None, "strategic_approved_on": None}

    for name, value in fields.items():
        setattr(project, name, value)
    project.save(update_fields=[*fields, "changed_at"])
    _write_books(project, content.books)
    return project


@transaction.atomic
def approve_strategic(*, project: Project, by: Person, on: date) -> Project:
    """
    Confirm by its file that a project is of strategic emerging industry (STANDARDS §6).

    :raises StrategicIncomplete: without class, basis or file.
    :raises OwnProject: if *by* recorded the project.
    :raises ProjectInUse: if an application was filed on it: its duty was computed without.
    """
    access.require(by, Permission.APPROVE_STRATEGIC, project.place, on=on)

    project = _locked(project)
    if not (project.strategic_class and project.strategic_basis and project.strategic_file_id):
        raise StrategicIncomplete(clause=clause("7.1"))
    if project.recorded_by_id == by.pk:
        raise OwnProject(clause=clause("7.1"))
    _refuse_in_use(project)

    project.strategic_approved_by, project.strategic_approved_on = by, on
    project.save(update_fields=["strategic_approved_by", "strategic_approved_on", "changed_at"])
    return project


def _checked(content: Content, *, on: date) -> dict[str, Any]:
    for books in content.books:
        books.require_sound()
    if content.industry and not is_industry_code(content.industry):
        raise NotAnIndustryCode(industry=content.industry)
    if content.exempt_kind and (
        content.exempt_kind not in rulebooks.in_force(on).exempt_kinds
        or not content.exempt_reason.strip()
    ):
        raise ExemptionWithoutReason(clause=clause("7.0"))
    if content.strategic_class and not content.strategic_basis.strip():
        raise StrategicIncomplete(clause=clause("7.1"))
    name = clean_name(content.name)
    return {
        "name": name,
        "project_key": normalise_project(name),
        "site": content.site.strip(),
        "lake_tai_zone": content.lake_tai_zone,
        "kind": content.kind,
        "industry": content.industry or content.polluter.industry,
        "strategic_class": content.strategic_class,
        "strategic_basis": content.strategic_basis.strip(),
        "strategic_file": content.strategic_file,
        "priority": content.priority,
        "priority_basis": content.priority_basis.strip(),
        "exempt_kind": content.exempt_kind,
        "exempt_reason": content.exempt_reason.strip(),
    }


def _write_books(project: Project, books: Sequence[Books]) -> None:
    kept: Mapping[str, ProjectAmount] = {row.pollutant: row for row in project.amounts.all()}
    for one in books:
        values = {
            "existing": one.existing,
            "generation": one.generation,
            "reduction": one.reduction,
            "piped": one.piped,
            "emission": one.emission,
            "offset": one.offset,
        }
        row = kept.get(one.pollutant)
        # Rewritten only where they differ, so that the row history tells what changed.
        if row is None:
            ProjectAmount.objects.create(project=project, pollutant=one.pollutant, **values)
        elif any(getattr(row, name) != value for name, value in values.items()):
            ProjectAmount.objects.filter(pk=row.pk).update(**values)
    stated = {str(one.pollutant) for one in books}
    project.amounts.exclude(pollutant__in=stated).delete()


def _refuse_twice(polluter: Polluter, key: str) -> None:
    other = Project.objects.filter(polluter=polluter, project_key=key).first()
    if other is not None:
        raise ProjectOnRecord(number=other.number, clause=clause("21.2"))


def _refuse_in_use(project: Project) -> None:
    standing = project.applications.filter(status__in=STANDING).first()
    if standing is not None:
        raise ProjectInUse(number=standing.number, clause=clause("23.2"))


def _locked(project: Project) -> Project:
    found: Project = (
        Project.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place", "polluter", "strategic_file")
        .get(pk=project.pk)
    )
    return found
