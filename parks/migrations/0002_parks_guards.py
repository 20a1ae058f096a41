"""What the database keeps of parks: see parks/sql."""

from django.db import migrations

from parks.sql import read


class Migration(migrations.Migration):
    dependencies = [("parks", "0001_parks"), ("reserve", "0011_lines_at_once")]

    operations = [
        migrations.RunSQL(read("totals.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("year.sql"), read("parks_down.sql")),
    ]
