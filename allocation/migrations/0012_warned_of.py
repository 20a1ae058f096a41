"""A notice before a lapse is of one day of lapse: that day stands on record, not the notice's."""

from django.db import migrations, models

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0011_trade_papers")]

    operations = [
        # The function must not name a column that is gone: it changes in the same transaction.
        migrations.RemoveField(model_name="application", name="warned_on"),
        # What was warned of before is warned of once more, with its day.
        migrations.AddField(
            model_name="application", name="warned_of", field=models.DateField(null=True)
        ),
        migrations.RunSQL(read("warned_of.sql"), read("approved_beyond.sql")),
    ]
