from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kheo.portal"
    default_auto_field = "django.db.models.BigAutoField"
