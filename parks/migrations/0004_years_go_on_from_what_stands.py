"""A park's year goes on from what stands of its judgements and totals: see parks/sql/grounds.sql."""

from django.db import migrations

from parks.sql import read


class Migration(migrations.Migration):
    dependencies = [("parks", "0003_rewards_are_earned")]

    operations = [migrations.RunSQL(read("grounds.sql"), read("grounds_down.sql"))]
