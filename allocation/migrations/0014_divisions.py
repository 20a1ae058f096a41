"""A division speaks of its own medium alone: see allocation/sql/divisions.sql."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0013_listed_by_code"), ("reserve", "0012_divisions")]

    operations = [migrations.RunSQL(read("divisions.sql"), read("divisions_down.sql"))]
