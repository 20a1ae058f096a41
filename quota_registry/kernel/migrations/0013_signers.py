"""Whoever signs a change is looked up once a statement: see quota_registry/kernel/sql/signers.sql."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from quota_registry.kernel.sql import read


class Migration(migrations.Migration):
    dependencies = [("kernel", "0012_search_by_index")]

    operations = [
        migrations.AlterField(
            model_name="rowevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(read("signers.sql"), read("signers_down.sql")),
    ]
