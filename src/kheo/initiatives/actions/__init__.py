"""The only writers of the registry: every deed of a model's life from its draft on, its changes, their set forms."""

from kheo.initiatives.actions.changing import change, change_many, void_many
from kheo.initiatives.actions.demonstration import Life, Step, Told, forget_demonstration, register_demonstration
from kheo.initiatives.actions.drafting import discard_draft, draft, keep, redraft, submit
from kheo.initiatives.actions.following import follow_map
from kheo.initiatives.actions.life import confirm, confirm_many, launch, recognise, remove, review, settle, start
from kheo.initiatives.actions.moving import accept, accept_many, resubmit, return_, return_many
from kheo.initiatives.actions.registering import register, register_many
from kheo.initiatives.actions.telling import tell, void_progress

__all__ = [
    "Life",
    "Step",
    "Told",
    "accept",
    "accept_many",
    "change",
    "change_many",
    "confirm",
    "confirm_many",
    "discard_draft",
    "draft",
    "follow_map",
    "forget_demonstration",
    "keep",
    "launch",
    "recognise",
    "redraft",
    "register",
    "register_demonstration",
    "register_many",
    "remove",
    "resubmit",
    "return_",
    "return_many",
    "review",
    "settle",
    "start",
    "submit",
    "tell",
    "void_many",
    "void_progress",
]
