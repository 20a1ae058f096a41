"""A proposed correction may be rejected, or taken back: see reserve/sql/rejections.sql."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [
        ("reserve", "0007_opening_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="rejected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="correction",
            name="rejected_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="rejection_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="否决理由"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", None), ("rejected_by", None), _connector="OR"),
                name="a_rejected_correction_is_never_approved",
            ),
        ),
        migrations.RunSQL(read("rejections.sql"), read("rejections_down.sql")),
    ]
