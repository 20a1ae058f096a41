"""What the database keeps of the desk: see allocation/sql."""

from django.db import migrations

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0001_desk"),
        ("kernel", "0008_births"),
        ("reserve", "0011_lines_at_once"),
    ]

    operations = [
        migrations.RunSQL(read("desk.sql"), read("desk_down.sql")),
        migrations.RunSQL(read("cover.sql"), read("cover_down.sql")),
    ]
