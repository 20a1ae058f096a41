"""What opens is what was approved: see reserve/sql/opening_rows.sql."""

from django.db import migrations

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0006_claim_unfinished")]

    operations = [migrations.RunSQL(read("opening_rows.sql"), read("opening_rows_down.sql"))]
