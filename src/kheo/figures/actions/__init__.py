"""The only writers of figures: post, correct, recount, and the loaders of periods and quoted figures."""

from kheo.figures.actions.forgetting import forget
from kheo.figures.actions.journal import correct, correct_many, enter, post
from kheo.figures.actions.recount import recount
from kheo.figures.actions.rows import load_periods, load_quoted

__all__ = ["correct", "correct_many", "enter", "forget", "load_periods", "load_quoted", "post", "recount"]
