"""Rows that are born by an act, and rows that stand: see quota_registry/kernel/sql/births.sql."""

from django.db import migrations

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_many_at_once")]

    operations = [migrations.RunSQL(read("births.sql"), read("births_down.sql"))]
