from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0002_append_only"),
        ("initiatives", "0005_drafts_and_kept_once"),
        ("people", "0002_phone_and_first_password"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("counted_on__isnull", False), ("voided_at__isnull", True)),
                fields=["-counted_on", "-id", "period", "field"],
                name="initiative_news",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("counted_on__isnull", False), ("voided_at__isnull", True)),
                fields=["now_p", "-counted_on", "-id", "period", "field", "now_c"],
                name="initiative_news_of",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("counted_on__isnull", False), ("voided_at__isnull", True)),
                fields=["now_p", "sort_key", "id", "period", "field", "now_c"],
                name="initiative_titles_of",
            ),
        ),
    ]
