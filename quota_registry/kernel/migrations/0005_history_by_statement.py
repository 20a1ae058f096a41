"""New rows are noted a statement at a time: see quota_registry/kernel/sql/history.sql."""

from django.db import migrations

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_appointments_apart")]

    operations = [migrations.RunSQL(read("history.sql"), read("history_down.sql"))]
