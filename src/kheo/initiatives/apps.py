from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "kheo.initiatives"
    default_auto_field = "django.db.models.BigAutoField"
