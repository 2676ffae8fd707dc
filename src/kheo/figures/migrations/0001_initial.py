import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuotedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("value", models.DecimalField(decimal_places=4, max_digits=20)),
                ("denominator", models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                ("qualifier", models.CharField(blank=True, max_length=40)),
                ("unit_of_count", models.CharField(max_length=120)),
                ("state", models.CharField(blank=True, max_length=200)),
                ("stock_or_flow", models.CharField(blank=True, max_length=120)),
                ("territory", models.CharField(max_length=200)),
                ("map_date", models.CharField(blank=True, max_length=20)),
                ("period_from", models.CharField(blank=True, max_length=20)),
                ("period_to", models.CharField(blank=True, max_length=20)),
                ("source", models.CharField(max_length=400)),
                ("source_address", models.CharField(blank=True, max_length=400)),
                ("source_date", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "quoted_figure",
            },
        ),
        migrations.CreateModel(
            name="FigLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("known", models.DateTimeField()),
                ("day", models.DateField()),
                ("measure", models.SmallIntegerField()),
                ("fact", models.BigIntegerField()),
                ("place", models.IntegerField()),
                ("d1", models.SmallIntegerField()),
                ("d2", models.SmallIntegerField()),
                ("d3", models.SmallIntegerField()),
                ("state", models.SmallIntegerField()),
                ("cause", models.SmallIntegerField()),
                ("n", models.IntegerField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "db_table": "fig_line",
                "indexes": [
                    models.Index(fields=["measure", "day", "cause", "d1", "place", "n", "state"], name="fig_line_day"),
                    models.Index(fields=["measure", "fact"], name="fig_line_fact"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("cause__in", (1, 2, 3))), name="fig_line_cause")
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("issued_by", models.CharField(blank=True, max_length=300)),
                ("registers", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "period",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("start"))), name="period_half_open")
                ],
            },
        ),
        migrations.CreateModel(
            name="FigNow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "measure", "fact", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("measure", models.SmallIntegerField()),
                ("fact", models.BigIntegerField()),
                ("d1", models.SmallIntegerField(db_default=0, default=0)),
                ("d2", models.SmallIntegerField(db_default=0, default=0)),
                ("d3", models.SmallIntegerField(db_default=0, default=0)),
                ("state", models.SmallIntegerField()),
                ("n", models.IntegerField()),
                ("amount", models.BigIntegerField(db_default=0, default=0)),
                (
                    "place",
                    models.ForeignKey(
                        db_column="place",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.place",
                    ),
                ),
            ],
            options={
                "db_table": "fig_now",
                "indexes": [models.Index(fields=["place", "measure", "d1", "state", "n"], name="fig_now_place")],
                "constraints": [models.CheckConstraint(condition=models.Q(("n__gte", 0)), name="fig_now_not_negative")],
            },
        ),
    ]
