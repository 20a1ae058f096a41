"""The person that dated jobs act as."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    person = apps.get_model("kernel", "Person")
    person.objects.get_or_create(
        username="system", defaults={"name": "系统", "password": "!", "is_active": False}
    )


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]
