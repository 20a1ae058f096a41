"""What the database keeps of the quarterly dispatch: see allocation/sql/dispatch.sql."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0003_dispatch")]

    operations = [migrations.RunSQL(read("dispatch.sql"), read("dispatch_down.sql"))]
