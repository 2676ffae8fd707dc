from django.db import migrations

from kheo.audit.guards import drop_guards, put_guards

TABLES = ("audit_entry", "audit_seal")


def put(_apps, schema_editor):
    for table in TABLES:
        put_guards(table, connection=schema_editor.connection)


def drop(_apps, schema_editor):
    for table in TABLES:
        drop_guards(table, connection=schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(put, drop)]
