from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "kheo.config"

    def ready(self) -> None:
        from kheo.config.wiring import wire

        wire()
