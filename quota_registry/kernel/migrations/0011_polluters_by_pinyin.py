"""Polluters are found by the pinyin of their names: those that stand are filled by the database."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0010_made_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="polluter",
            name="pinyin",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Concat(
                    models.Func(
                        models.Func(
                            models.F("sort_key"),
                            models.Value("(?<=[a-z])[a-z]"),
                            models.Value(""),
                            models.Value("g"),
                            function="regexp_replace",
                            output_field=models.TextField(),
                        ),
                        models.Value("[^a-z0-9]"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                        output_field=models.TextField(),
                    ),
                    models.Value(" "),
                    models.Func(
                        models.F("sort_key"),
                        models.Value("[^a-z0-9]"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                        output_field=models.TextField(),
                    ),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="polluter",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("pinyin"), name="gin_trgm_ops"),
                name="polluter_by_pinyin",
            ),
        ),
    ]
