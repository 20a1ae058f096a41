"""The kernel's promises, in the database: see quota_registry/kernel/sql/guards.sql."""

from django.db import migrations

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_kernel")]

    operations = [
        migrations.RunSQL(
            sql=read("guards.sql"),
            reverse_sql=read("guards_down.sql"),
        ),
    ]
