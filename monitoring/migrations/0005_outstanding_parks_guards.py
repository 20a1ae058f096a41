"""What the database keeps of outstanding parks: see monitoring/sql."""

from django.db import migrations

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0004_outstanding_parks")]

    operations = [migrations.RunSQL(read("outstanding.sql"), read("outstanding_down.sql"))]
