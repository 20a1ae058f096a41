"""The ledger's promises and its posting functions: see reserve/sql/ledger_*.sql."""

from django.db import migrations

from reserve.sql import read

PARTS = (
    "ledger_0_transfers.sql",
    "ledger_1_only_grows.sql",
    "ledger_2_balances.sql",
    "ledger_3_sources.sql",
    "ledger_4_write.sql",
    "ledger_5_post.sql",
    "ledger_6_undo.sql",
    "ledger_7_seals.sql",
    "ledger_8_opening.sql",
    "ledger_9_grants.sql",
)


class Migration(migrations.Migration):
    dependencies = [("reserve", "0003_ledger")]

    operations = [
        migrations.RunSQL("\n".join(read(part) for part in PARTS), read("ledger_down.sql"))
    ]
