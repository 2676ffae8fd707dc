import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("figures", "0001_initial"),
        ("people", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Initiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300)),
                ("title_key", models.CharField(max_length=300)),
                ("search_key", models.CharField(max_length=300)),
                ("sort_key", models.CharField(max_length=400)),
                ("code", models.CharField(blank=True, max_length=60)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("economy", "Economy"),
                            ("culture_society", "Culture and society"),
                            ("defence_security", "Defence and security"),
                            ("political_system", "Political system"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("collective", "Collective"), ("individual", "Individual")], max_length=12
                    ),
                ),
                (
                    "novelty",
                    models.CharField(
                        choices=[("new", "New"), ("kept", "Kept"), ("replicated", "Replicated")], max_length=12
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Registered"),
                            ("returned", "Returned for completion"),
                            ("accepted", "In the list"),
                            ("launched", "Launched"),
                            ("running", "Running"),
                            ("reviewed", "Surveyed and reviewed"),
                            ("recognised", "Recognised"),
                            ("removed", "Removed from the list"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        blank=True,
                        choices=[("", "No mark"), ("kept", "Kept"), ("spreading", "Spreading")],
                        default="",
                        max_length=12,
                    ),
                ),
                ("now_p", models.IntegerField()),
                ("now_c", models.IntegerField(blank=True, null=True)),
                ("goal", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("start", models.DateField(blank=True, null=True)),
                ("end", models.DateField(blank=True, null=True)),
                ("households", models.IntegerField(blank=True, null=True)),
                ("list_number", models.CharField(blank=True, max_length=60)),
                ("return_reason", models.CharField(blank=True, max_length=500)),
                ("registered_on", models.DateField()),
                ("state_on", models.DateField()),
                ("counted_on", models.DateField(blank=True, null=True)),
                ("version", models.IntegerField(default=1)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="figures.period"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.place"),
                ),
                (
                    "replicates",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "db_table": "initiative",
            },
        ),
        migrations.CreateModel(
            name="InitiativeTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tag", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=60)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "db_table": "initiative_tag",
            },
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(fields=["now_p", "now_c", "-id"], name="initiative_now"),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(fields=["period", "state"], name="initiative_period"),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("place", "period", "title_key"),
                name="initiative_once_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True), models.Q(("code", ""), _negated=True)),
                fields=("place", "period", "code"),
                name="initiative_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("field__in", ["economy", "culture_society", "defence_security", "political_system"])
                ),
                name="initiative_one_field",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["collective", "individual"])), name="initiative_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("novelty__in", ["new", "kept", "replicated"])), name="initiative_novelty"
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "submitted",
                            "returned",
                            "accepted",
                            "launched",
                            "running",
                            "reviewed",
                            "recognised",
                            "removed",
                        ],
                    )
                ),
                name="initiative_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("households__isnull", True), ("households__gte", 0), _connector="OR"),
                name="initiative_households",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start__isnull", True), ("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"
                ),
                name="initiative_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="initiative_titled"
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("return_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="initiative_return_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiativetag",
            constraint=models.UniqueConstraint(fields=("initiative", "key"), name="initiative_tag_once"),
        ),
    ]
