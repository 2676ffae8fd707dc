"""The registry on the command line: the same lists, rules and actions as the pages."""

import click

from kheo.initiatives.commands import doing, finding, life, lists, progress, reading
from kheo.initiatives.commands.group import initiatives

COMMANDS: dict[str, click.Command] = {"initiatives": initiatives}

__all__ = ["COMMANDS", "doing", "finding", "initiatives", "life", "lists", "progress", "reading"]
