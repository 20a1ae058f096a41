"""Who wrote anything of a claim declared it: see reserve/sql/writers.sql."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reserve", "0009_visited_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimWriter",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "claim",
                        "person",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="writers",
                        to="reserve.claim",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "申报填写人"},
        ),
        migrations.RunSQL(read("writers.sql"), read("writers_down.sql")),
    ]
