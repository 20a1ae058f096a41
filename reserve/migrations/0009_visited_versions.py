"""A visit on site proves the version that was visited: see reserve/sql/visited_versions.sql."""

from django.db import migrations, models

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0008_rejections")]

    operations = [
        migrations.AddField(
            model_name="inspection",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="版次"),
        ),
        migrations.RunSQL(read("visited_versions.sql"), read("visited_versions_down.sql")),
    ]
