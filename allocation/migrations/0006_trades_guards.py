"""What the database keeps of trades: see allocation/sql."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0005_trades")]

    operations = [migrations.RunSQL(read("trades.sql"), read("trades_down.sql"))]
