"""Where the data do not tell, a month says neither that the trigger held nor that it did not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_readings_and_orders")]

    operations = [
        migrations.AlterField(
            model_name="placewarning",
            name="trigger",
            field=models.BooleanField(null=True),
        ),
    ]
