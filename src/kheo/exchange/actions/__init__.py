"""The only writers of imports: read a file, answer what it asks, save it, take it back, set it aside."""

from kheo.exchange.actions.at_once import bring_in
from kheo.exchange.actions.saving import save, set_aside, undo
from kheo.exchange.actions.staging import answer, read_again, stage, understand

__all__ = ["answer", "bring_in", "read_again", "save", "set_aside", "stage", "understand", "undo"]
