"""What the database keeps about claims: see reserve/sql/claims.sql."""

from django.db import migrations

from reserve.sql import read


class Migration(migrations.Migration):
    dependencies = [("reserve", "0001_claims")]

    operations = [migrations.RunSQL(read("claims.sql"), read("claims_down.sql"))]
