"""Lines of a draft that cannot stand as lines yet, so that filing can say what they lack."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reserve", "0005_admissions")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="unfinished",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
    ]
