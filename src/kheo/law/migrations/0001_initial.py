from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LegalNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                ("value", models.DecimalField(decimal_places=6, max_digits=18)),
                ("unit", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("citation", models.CharField(max_length=300)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "law_number",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="law_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="law_number_half_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("citation", ""), _negated=True), name="law_number_cited"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("works", models.BooleanField()),
                ("name", models.CharField(max_length=200)),
                ("citation", models.CharField(max_length=300)),
            ],
            options={
                "db_table": "law_special_day",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("citation", ""), _negated=True), name="law_special_day_cited"
                    )
                ],
            },
        ),
    ]
