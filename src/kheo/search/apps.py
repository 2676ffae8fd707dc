from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "kheo.search"
    default_auto_field = "django.db.models.BigAutoField"
