"""The only writers of the registry: register, accept, return, send again, change; and their set forms for lists."""

from kheo.initiatives.actions.changing import change, change_many, void_many
from kheo.initiatives.actions.demonstration import Life, Step, forget_demonstration, register_demonstration
from kheo.initiatives.actions.moving import accept, accept_many, resubmit, return_, return_many
from kheo.initiatives.actions.registering import register, register_many

__all__ = [
    "Life",
    "Step",
    "accept",
    "accept_many",
    "change",
    "change_many",
    "forget_demonstration",
    "register",
    "register_demonstration",
    "register_many",
    "resubmit",
    "return_",
    "return_many",
    "void_many",
]
