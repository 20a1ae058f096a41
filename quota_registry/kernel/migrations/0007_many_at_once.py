"""What comes in many rows at a time is looked at once: see quota_registry/kernel/sql."""

from django.db import migrations

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_former_codes")]

    operations = [migrations.RunSQL(read("many_at_once.sql"), read("many_at_once_down.sql"))]
