from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
                ("title", models.TextField(blank=True)),
                ("marked", models.TextField(blank=True)),
                ("tags", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "db_table": "search_text",
                "constraints": [models.UniqueConstraint(fields=("kind", "subject_id"), name="search_text_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
                ("n", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "search_word",
                "indexes": [models.Index(fields=["word"], name="search_word_of")],
            },
        ),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "db_table": "search_key",
                "indexes": [models.Index(fields=["key"], name="search_key_of")],
            },
        ),
    ]
