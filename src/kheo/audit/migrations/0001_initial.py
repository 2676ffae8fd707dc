from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "audit_seal",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("known", models.DateTimeField()),
                ("on", models.DateField()),
                ("act", models.CharField(max_length=80)),
                ("actor_id_text", models.CharField(blank=True, max_length=40)),
                ("actor_name", models.CharField(max_length=200)),
                ("subject_kind", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.CharField(blank=True, max_length=60)),
                ("subject_label", models.CharField(blank=True, max_length=400)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="audit_entry_subject"),
                    models.Index(fields=["act", "on"], name="audit_entry_act"),
                ],
            },
        ),
    ]
