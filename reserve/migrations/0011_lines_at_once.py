"""New lines are held against their claims all at once: see reserve/sql/lines_at_once.sql."""

from django.db import migrations

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0010_claim_writers")]

    operations = [migrations.RunSQL(read("lines_at_once.sql"), read("lines_at_once_down.sql"))]
