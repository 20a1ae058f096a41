"""What an EIA approved beyond what was asked for; a lapse that was moved on is warned of again."""

from django.db import migrations, models

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0009_one_open_task")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="approved_beyond",
            field=models.JSONField(default=dict),
        ),
        # The older guard refuses more than this one allows: there is no way back for it.
        migrations.RunSQL(read("approved_beyond.sql"), migrations.RunSQL.noop),
    ]
