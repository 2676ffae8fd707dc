"""The program `kheo`: noun then verb. Each room brings its own commands; this file only puts them together."""

from __future__ import annotations

import os

import click


def main() -> None:
    """Entry point: Django is set up, then click answers. Trouble ends with a sentence, never with a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
    import django

    from kheo.base.command import plain_endings

    with plain_endings():
        django.setup()
        from kheo.config.wiring import commands

        click.Group("kheo", commands=commands(), help="Kheo: registry, figures and official work.")()
