"""A row of the quarter's lists says whose it is by a code, whoever registers under it later."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0012_warned_of")]

    operations = [
        migrations.RemoveField(model_name="eiaapproval", name="polluter"),
        migrations.RemoveField(model_name="permitcancellation", name="polluter"),
        # The guard was wider by the column that is gone: there is no way back for it.
        migrations.RunSQL(read("listed_rows.sql"), migrations.RunSQL.noop),
    ]
