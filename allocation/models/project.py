"""Construction projects (建设项目): what is built where, and what it adds per pollutant (§7)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from allocation.querysets import ProjectQuerySet
from allocation.vocabulary import ExemptKind, LakeTaiZone, Priority, ProjectKind, StrategicClass
from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant


class Project(models.Model):
    """
    Something a polluter builds at ``place``, where it answers to the gate (§10).

    A strategic class counts once a second person has approved it by its file (STANDARDS §6); a
    project of an exempt kind says why it is one (§7). ``project_key`` is the name by which two
    papers mean the same project (RULES §5).
    """

    number = models.CharField(_("项目编号"), max_length=24, unique=True)
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="projects")
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="projects")
    name = models.CharField(_("项目名称"), max_length=160)
    project_key = models.CharField(max_length=200, editable=False)
    site = models.CharField(_("建设地点"), max_length=200, blank=True)
    lake_tai_zone = models.CharField(
        _("太湖流域保护区"),
        max_length=10,
        choices=LakeTaiZone.choices,
        default=LakeTaiZone.THIRD,
    )
    kind = models.CharField(_("项目性质"), max_length=10, choices=ProjectKind.choices)
    industry = models.CharField(_("行业代码"), max_length=5, blank=True)
    strategic_class = models.CharField(
        _("战略性新兴产业类别"), max_length=1, choices=StrategicClass.choices, blank=True
    )
    strategic_basis = models.CharField(_("认定依据"), max_length=200, blank=True)
    strategic_file = models.ForeignKey(
        "kernel.StoredFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    strategic_approved_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="+", null=True
    )
    strategic_approved_on = models.DateField(_("认定日期"), null=True)
    priority = models.CharField(
        _("优先保障类别"), max_length=14, choices=Priority.choices, default=Priority.NONE
    )
    priority_basis = models.CharField(_("优先保障依据"), max_length=200, blank=True)
    eia_number = models.CharField(_("环评文号"), max_length=60, blank=True)
    eia_on = models.DateField(_("环评日期"), null=True, blank=True)
    exempt_kind = models.CharField(
        _("免于替代的类型"), max_length=24, choices=ExemptKind.choices, blank=True
    )
    exempt_reason = models.CharField(_("免于替代的理由"), max_length=300, blank=True)
    recorded_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    recorded_on = models.DateField(_("登记日期"))
    changed_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("建设项目")
        ordering = ["-id"]
        indexes = [models.Index(fields=["place", "-id"], name="project_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["polluter", "project_key"], name="a_project_is_on_record_once"
            ),
            models.CheckConstraint(
                name="an_exempt_project_says_why",
                condition=Q(exempt_kind="") | ~Q(exempt_reason=""),
            ),
            models.CheckConstraint(
                name="a_strategic_class_has_its_basis",
                condition=Q(strategic_class="") | ~Q(strategic_basis=""),
            ),
            models.CheckConstraint(
                name="a_strategic_class_is_approved_by_its_file_and_a_second_person",
                condition=Q(strategic_approved_by=None, strategic_approved_on=None)
                | (
                    ~Q(strategic_class="")
                    & Q(strategic_file__isnull=False, strategic_approved_on__isnull=False)
                    & ~Q(strategic_approved_by=F("recorded_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_strategic(self) -> bool:
        """Say whether it counts as strategic emerging industry: classed and approved."""
        return bool(self.strategic_class) and self.strategic_approved_by_id is not None


class ProjectAmount(models.Model):
    """
    The three books of one pollutant, grams a year: the plant as it is, the project, their sum.

    What goes to a sewage works (``piped``, 接管量) and what reaches the water (``emission``,
    外排量) are both kept; the duty counts what reaches the water (RULES §5).
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="amounts")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    existing = GramsField(_("现有工程排放量"), default=0)
    generation = GramsField(_("本项目产生量"))
    reduction = GramsField(_("本项目削减量"), default=0)
    piped = GramsField(_("接管量"), null=True, blank=True)
    emission = GramsField(_("排放量（水为外排量）"))
    offset = GramsField(_("以新带老削减量"), default=0)
    increment = models.GeneratedField(
        expression=F("emission") - F("offset"),
        output_field=GramsField(_("新增排放量")),
        db_persist=True,
    )

    class Meta:
        ordering = ["project_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "pollutant"], name="a_project_states_a_pollutant_once"
            ),
            models.CheckConstraint(
                name="the_three_books_add_up",
                condition=Q(
                    existing__gte=0,
                    reduction__gte=0,
                    emission__gte=0,
                    offset__gte=0,
                    offset__lte=F("existing"),
                    generation=F("reduction") + Coalesce("piped", "emission"),
                )
                & (Q(piped=None) | Q(piped__gte=F("emission"))),
            ),
            models.CheckConstraint(
                name="only_water_is_piped",
                condition=Q(piped=None)
                | Q(pollutant__in=[Pollutant.COD, Pollutant.NH3N, Pollutant.TN, Pollutant.TP]),
            ),
        ]
