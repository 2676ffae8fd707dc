from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "kheo.figures"
    default_auto_field = "django.db.models.BigAutoField"
