"""A contract makes one trade, a head consents for a reserve alone, another city is none of ours."""

from django.db import migrations, models

from allocation.sql import read


class Migration(migrations.Migration):
    dependencies = [("allocation", "0010_approved_beyond")]

    operations = [
        migrations.AddConstraint(
            model_name="trade",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("consented_by", None), ("seller_place__isnull", False), _connector="OR"
                ),
                name="a_head_consents_for_a_reserve_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="trade",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["refused", "withdrawn"]), _negated=True),
                fields=(
                    "contract",
                    "seller_polluter",
                    "seller_place",
                    "buyer",
                    "project",
                    "city",
                ),
                name="a_contract_makes_one_trade",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(read("another_city.sql"), read("another_city_down.sql")),
    ]
