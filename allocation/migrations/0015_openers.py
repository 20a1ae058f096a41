"""Whoever opened a gate on application uses nothing of it: see allocation/sql/openers.sql."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0014_divisions"), ("monitoring", "0008_measured_guards")]

    operations = [migrations.RunSQL(read("openers.sql"), read("openers_down.sql"))]
