"""Orders that are taken back before they begin: see monitoring/sql/taken_back.sql."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models
from django.db import migrations

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_readings_and_orders")]

    operations = [
        migrations.RunSQL(read("taken_back.sql"), read("taken_back_down.sql")),
        migrations.RemoveConstraint(
            model_name="suspension", name="no_two_orders_close_the_same_at_one_time"
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name="no_two_orders_close_the_same_at_one_time",
                expressions=[("place", "="), ("scope", "="), ("during", "&&")],
                condition=django.db.models.Q(("status__in", ["proposed", "dropped"]), _negated=True)
                & (
                    django.db.models.Q(("lifted_on", None))
                    | django.db.models.Q(
                        ("during__startswith__lt", django.db.models.F("lifted_on"))
                    )
                ),
            ),
        ),
    ]
