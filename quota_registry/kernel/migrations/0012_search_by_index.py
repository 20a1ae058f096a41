"""What is looked for whatever its case is compared in capitals: so its indexes are kept in capitals."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0011_polluters_by_pinyin"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="permit",
            name="permit_number_trgm",
        ),
        migrations.RemoveIndex(
            model_name="polluter",
            name="polluter_name_trgm",
        ),
        migrations.RemoveIndex(
            model_name="polluter",
            name="polluter_uscc_trgm",
        ),
        migrations.AddIndex(
            model_name="permit",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("number"), name="gin_trgm_ops"
                ),
                name="permit_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="polluter",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="polluter_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="polluter",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("uscc"), name="gin_trgm_ops"
                ),
                name="polluter_by_uscc",
            ),
        ),
    ]
