"""Staged readings are numbered within their batch, which costs less than one sequence for all."""

from django.db import migrations, models

from monitoring.sql import read


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_outstanding_parks_guards")]

    # Nothing is lost with the table: a batch that finds it empty is read again from its file.
    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, read("staged.sql")),
        migrations.DeleteModel("StagedReading"),
        migrations.CreateModel(
            name="StagedReading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("batch_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("number", models.IntegerField()),
                ("row", models.IntegerField()),
                ("station_id", models.IntegerField(null=True)),
                ("code", models.CharField(max_length=24)),
                ("item", models.CharField(max_length=6)),
                ("span", models.CharField(max_length=1)),
                ("value", models.DecimalField(decimal_places=5, max_digits=14, null=True)),
                ("mark", models.CharField(max_length=1)),
            ],
            options={"indexes": [models.Index(fields=["batch_id"], name="staged_by_batch")]},
        ),
        migrations.RunSQL(read("staged.sql"), migrations.RunSQL.noop),
    ]
