"""Accounts are found by name without marks, may share a telephone number, and can be signed out everywhere."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kheo.base.text import fold


def write_keys(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give the accounts that are there the key they are found by."""
    user = apps.get_model("people", "User")
    batch = []
    for person in user.objects.filter(name_key="").only("pk", "full_name").iterator(1000):
        person.name_key = fold(person.full_name)[:400]
        batch.append(person)
    user.objects.bulk_update(batch, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_phone_and_first_password")]

    operations = [
        migrations.AddField(
            model_name="user", name="name_key", field=models.CharField(blank=True, default="", max_length=400)
        ),
        migrations.AddField(model_name="user", name="sign_outs", field=models.IntegerField(default=0)),
        migrations.AlterField(
            model_name="user",
            name="phone",
            field=models.CharField(blank=True, db_index=True, max_length=15, null=True),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]
