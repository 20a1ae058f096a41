"""Measured amounts that are withdrawn: see monitoring/sql/withdrawn.sql."""

import quota_registry.kernel.fields
from django.db import migrations, models

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0008_measured_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="measuredamount",
            name="reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="撤回原因"),
        ),
        migrations.AlterField(
            model_name="measuredamount",
            name="grams",
            field=quota_registry.kernel.fields.GramsField(null=True, verbose_name="监测排放量"),
        ),
        migrations.AddConstraint(
            model_name="measuredamount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grams__isnull", False), ("reason", "")),
                    models.Q(("grams__isnull", True), ("reason__regex", "\\S")),
                    _connector="OR",
                ),
                name="a_measured_amount_is_withdrawn_with_a_reason",
            ),
        ),
        migrations.RunSQL(read("withdrawn.sql"), read("withdrawn_down.sql")),
    ]
