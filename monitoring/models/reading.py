"""Readings (监测数据), how they came in, and the days they became."""

from __future__ import annotations

from django.db import models
from django.db.models import CompositePrimaryKey
from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import BatchState, Item, Span


class ReadingBatch(models.Model):
    """
    A file of readings, or a call of the API: previewed where a person sent it, then taken in.

    ``counts`` says what came of it, by name; refused rows stay in ``RefusedReading``.
    """

    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    client = models.ForeignKey("kernel.Client", models.PROTECT, related_name="+", null=True)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    layout = models.CharField(_("格式"), max_length=20, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=BatchState.choices, default=BatchState.READING
    )
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    job = models.ForeignKey("kernel.Job", models.PROTECT, related_name="+", null=True)
    counts = models.JSONField(default=dict)
    problem = models.CharField(_("问题"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("监测数据批次")
        ordering = ["-id"]


class StagedReading(models.Model):
    """
    One value of a batch beside the record, put down by COPY and compared set by set.

    It is dropped when the batch ends; what could not be taken moves to ``RefusedReading``.
    The table is not logged: a batch that a crash emptied is read again from its file. ``number``
    counts a batch's values as they were put down; ``code`` is kept where no station bears it.
    """

    pk = CompositePrimaryKey("batch_id", "number")
    batch_id = models.BigIntegerField()
    at = models.DateTimeField()
    number = models.IntegerField()
    row = models.IntegerField()
    station_id = models.IntegerField(null=True)
    code = models.CharField(max_length=24)
    item = models.CharField(max_length=6)
    span = models.CharField(max_length=1)
    value = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    mark = models.CharField(max_length=1)

    class Meta:
        indexes = [models.Index(fields=["batch_id"], name="staged_by_batch")]


class RefusedReading(models.Model):
    """A row, or a cell of one, that was not taken in, and why."""

    batch = models.ForeignKey(ReadingBatch, models.CASCADE, related_name="refused")
    row = models.IntegerField(_("行"))
    column = models.CharField(_("列"), max_length=3, blank=True)
    code = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["row", "column", "id"]


class Reading(models.Model):
    """
    A value of one station and item over one hour, day or month, in its newest version.

    ``at`` is the end of the hour, or the start of the day or month. No value is a fact too: the
    instrument gave none. The table is partitioned by month; an older version moves to
    ``ReplacedReading`` by the database itself, and nothing has a foreign key to a reading.
    """

    pk = CompositePrimaryKey("station_id", "item", "span", "at")
    station_id = models.IntegerField()
    item = models.CharField(max_length=6, choices=Item.choices)
    span = models.CharField(max_length=1, choices=Span.choices)
    at = models.DateTimeField()
    value = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    mark = models.CharField(max_length=1, default="")
    version = models.PositiveSmallIntegerField(default=1)
    batch_id = models.BigIntegerField()

    class Meta:
        managed = False
        verbose_name = _("监测数据")


class ReplacedReading(models.Model):
    """A version of a reading that a later one replaced; the database writes it."""

    station_id = models.IntegerField()
    item = models.CharField(max_length=6)
    span = models.CharField(max_length=1)
    at = models.DateTimeField()
    value = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    mark = models.CharField(max_length=1, default="")
    version = models.PositiveSmallIntegerField()
    batch_id = models.BigIntegerField()
    replaced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station_id", "item", "span", "at", "version"],
                name="a_version_of_a_reading_stands_once",
            )
        ]


class StationDay(models.Model):
    """
    What one air station's hours of a day come to for one item (HJ 663, STANDARDS §1).

    ``value`` is the mean as exactly as a place's mean needs it, so that it is rounded once;
    ``valid`` says that there were enough hours.
    """

    station = models.ForeignKey("monitoring.Station", models.PROTECT, related_name="+")
    item = models.CharField(max_length=6, choices=Item.choices)
    day = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    hours = models.PositiveSmallIntegerField()
    valid = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "day", "item"], name="a_station_has_a_day_once"
            )
        ]
        indexes = [models.Index(fields=["day"], name="station_days_of_a_day")]
