"""A reward enters the ledger only as a year of the park earned it: see parks/sql/rewards.sql."""

from django.db import migrations

from parks.sql import read


class Migration(migrations.Migration):
    dependencies = [("parks", "0002_parks_guards")]

    operations = [migrations.RunSQL(read("rewards.sql"), read("rewards_down.sql"))]
