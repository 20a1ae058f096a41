"""What the database keeps of the watch: see monitoring/sql."""

from django.db import migrations

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_watch"), ("kernel", "0008_births")]

    operations = [
        migrations.RunSQL(read("readings.sql"), read("readings_down.sql")),
        migrations.RunSQL(read("orders.sql"), read("orders_down.sql")),
    ]
