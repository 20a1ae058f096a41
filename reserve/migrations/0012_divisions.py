"""A division speaks of its own medium alone: see reserve/sql/divisions.sql."""

from django.db import migrations

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0011_lines_at_once")]

    operations = [migrations.RunSQL(read("divisions.sql"), read("divisions_down.sql"))]
