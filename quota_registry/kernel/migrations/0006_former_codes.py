"""A code that a polluter bore before is nobody else's: see quota_registry/kernel/sql."""

from django.db import migrations, models

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_history_by_statement")]

    operations = [
        migrations.AddIndex(
            model_name="pollutername",
            index=models.Index(fields=["uscc"], name="a_former_code_is_found"),
        ),
        migrations.RunSQL(read("former_codes.sql"), read("former_codes_down.sql")),
    ]
