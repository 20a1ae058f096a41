"""What the database keeps of measured amounts: see monitoring/sql."""

from django.db import migrations

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_measured_amounts")]

    operations = [migrations.RunSQL(read("measured.sql"), read("measured_down.sql"))]
