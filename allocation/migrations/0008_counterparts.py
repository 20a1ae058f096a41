"""Another city's certificate brings mass once, and nothing comes in but by a posted trade."""

from django.db import migrations, models

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0007_trade_unused"), ("reserve", "0011_lines_at_once")]

    operations = [
        migrations.AddConstraint(
            model_name="trade",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("counterpart", ""), _negated=True),
                    ("status__in", ["accepted", "posted"]),
                ),
                fields=("kind", "city", "counterpart"),
                name="another_citys_certificate_brings_mass_once",
            ),
        ),
        migrations.RunSQL(read("inbound.sql"), read("inbound_down.sql")),
    ]
