"""A matter has one open task, whatever the quarter; rounds are compared by what they found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allocation", "0008_counterparts")]

    operations = [
        migrations.RemoveField(model_name="dispatchround", name="digest"),
        migrations.AddConstraint(
            model_name="dispatchtask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done", False)),
                fields=("key",),
                name="a_matter_has_one_open_task",
            ),
        ),
    ]
