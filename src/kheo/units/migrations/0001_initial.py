import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "Province level"),
                            ("district", "District level"),
                            ("commune", "Commune level"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "db_table": "unit",
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rec_c", models.IntegerField(blank=True, null=True)),
                ("rec_p", models.IntegerField()),
                ("now_c", models.IntegerField(blank=True, null=True)),
                ("now_p", models.IntegerField()),
                (
                    "refines",
                    models.ForeignKey(
                        blank=True,
                        db_column="refines",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.place",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        db_column="origin",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "db_table": "place",
            },
        ),
        migrations.CreateModel(
            name="PlaceUnit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "place_id", "since", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateField()),
                ("commune", models.IntegerField(blank=True, null=True)),
                ("district", models.IntegerField(blank=True, null=True)),
                ("province", models.IntegerField(blank=True, null=True)),
                (
                    "place",
                    models.ForeignKey(
                        db_column="place",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.place",
                    ),
                ),
            ],
            options={
                "db_table": "place_unit",
            },
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=20)),
                ("type", models.CharField(blank=True, max_length=20)),
                ("code", models.CharField(blank=True, max_length=5)),
                ("source", models.CharField(blank=True, max_length=300)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "db_table": "unit_former_name",
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("in_force_from", models.DateField(blank=True, null=True)),
                ("known_on", models.DateField()),
                ("provinces", models.IntegerField()),
                ("districts", models.IntegerField()),
                ("communes", models.IntegerField()),
                ("decrees", models.CharField(blank=True, max_length=2000)),
                ("decree_dates", models.CharField(blank=True, max_length=1000)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "scope",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "db_table": "unit_edition",
            },
        ),
        migrations.CreateModel(
            name="UnitVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=5)),
                ("code_system", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=120)),
                ("name_ascii", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=120)),
                ("sort_key", models.CharField(max_length=400)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("decree", models.CharField(blank=True, max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "db_table": "unit_version",
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merge", "merged"),
                            ("split", "divided, proposed main piece"),
                            ("partial", "divided, another piece"),
                            ("rename", "renamed"),
                            ("type_change", "type changed"),
                            ("parent_change", "moved to another parent"),
                            ("unchanged", "unchanged"),
                            ("abolished", "abolished"),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_primary", models.BooleanField(default=False)),
                ("whole_or_part", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.edition"
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "db_table": "unit_succession",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("predecessor", "successor", "edition", "kind"), name="unit_succession_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["now_p", "now_c"], name="place_now"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refines__isnull", True)), fields=("origin",), name="place_one_root"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refines__isnull", False)), fields=("refines", "now_c"), name="place_one_child"
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                fields=("unit", "name", "kind", "type", "code"), name="unit_former_name_once"
            ),
        ),
        migrations.AddIndex(
            model_name="formername",
            index=models.Index(fields=["key"], name="unit_former_name_key"),
        ),
        migrations.AddIndex(
            model_name="unitversion",
            index=models.Index(fields=["code"], name="unit_version_code"),
        ),
        migrations.AddIndex(
            model_name="unitversion",
            index=models.Index(fields=["key"], name="unit_version_key"),
        ),
        migrations.AddIndex(
            model_name="unitversion",
            index=models.Index(fields=["parent"], name="unit_version_parent"),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=models.UniqueConstraint(fields=("unit", "valid_from"), name="unit_version_once"),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_from__isnull", True)),
                fields=("unit",),
                name="unit_version_one_unknown_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)), fields=("unit",), name="unit_version_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_to__isnull", True),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="unit_version_half_open",
            ),
        ),
    ]
