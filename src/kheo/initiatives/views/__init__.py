"""Pages of the registry: the list, one model, the registration sheet, and the deeds done from them."""

from kheo.initiatives.views.change import change
from kheo.initiatives.views.life import step
from kheo.initiatives.views.lineage import lineage
from kheo.initiatives.views.listing import accept_ticked, confirm_ticked, export, listing, return_ticked, template
from kheo.initiatives.views.model import accept, detail, resubmit, return_
from kheo.initiatives.views.progress import evidence, progress, void_progress
from kheo.initiatives.views.sheet import discard, keep, keepable, new

__all__ = [
    "accept",
    "accept_ticked",
    "change",
    "confirm_ticked",
    "detail",
    "discard",
    "evidence",
    "export",
    "keep",
    "keepable",
    "lineage",
    "listing",
    "new",
    "progress",
    "resubmit",
    "return_",
    "return_ticked",
    "step",
    "template",
    "void_progress",
]
