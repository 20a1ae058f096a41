"""What enters is what was admitted, and what was admitted is in: see reserve/sql/admissions.sql."""

from django.db import migrations

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0004_ledger_guards")]

    operations = [migrations.RunSQL(read("admissions.sql"), read("admissions_down.sql"))]
