"""Rollups: what days and months of a place, and months of a section, come to."""

from __future__ import annotations

from typing import Any

from django.db import models

from monitoring.vocabulary import WaterClass


def _daily() -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=8, decimal_places=1, null=True)


class PlaceDay(models.Model):
    """
    A day of a place: the mean of its valid stations by item, rounded, and the index (HJ 633).

    Units are those of `Item`; ``index`` is empty where an item is missing.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    day = models.DateField()
    pm25 = _daily()
    pm10 = _daily()
    so2 = _daily()
    no2 = _daily()
    co = _daily()
    o3 = _daily()
    index = models.PositiveSmallIntegerField(null=True)
    primary = models.JSONField(default=list)
    stations = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "day"], name="a_place_has_a_day_once")
        ]


class PlaceMonth(models.Model):
    """
    A month of a place's air, and its year to date: what a warning is judged by.

    ``days`` counts days with PM2.5, ``index_days`` days with an index, ``good_days`` those at or
    below the good one. The sums of the year to date run from January, so that a warning reads
    few rows however many years are stored.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    month = models.DateField()
    days = models.PositiveSmallIntegerField()
    pm25_sum = models.DecimalField(max_digits=10, decimal_places=1)
    index_days = models.PositiveSmallIntegerField()
    good_days = models.PositiveSmallIntegerField()
    year_days = models.PositiveSmallIntegerField()
    year_pm25_sum = models.DecimalField(max_digits=10, decimal_places=1)
    year_index_days = models.PositiveSmallIntegerField()
    year_good_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "month"], name="a_place_has_a_month_once")
        ]


class SectionMonth(models.Model):
    """
    A month of a section and its year to date: means, classes and the items that decide them.

    ``months`` counts the months of the year to date that have a class.
    """

    station = models.ForeignKey("monitoring.Station", models.PROTECT, related_name="+")
    month = models.DateField()
    values = models.JSONField(default=dict)
    water_class = models.PositiveSmallIntegerField(choices=WaterClass.choices, null=True)
    worst = models.JSONField(default=list)
    year_values = models.JSONField(default=dict)
    year_class = models.PositiveSmallIntegerField(choices=WaterClass.choices, null=True)
    year_worst = models.JSONField(default=list)
    months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "month"], name="a_section_has_a_month_once")
        ]
