from django.db import migrations

from kheo.audit.guards import drop_guards, put_guards


def put(_apps, schema_editor):
    put_guards("fig_line", connection=schema_editor.connection)


def drop(_apps, schema_editor):
    drop_guards("fig_line", connection=schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial"), ("audit", "0001_initial")]
    operations = [migrations.RunPython(put, drop)]
