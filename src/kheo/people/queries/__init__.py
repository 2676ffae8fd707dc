"""Readers of people: the actor somebody is today, accounts, posts, organisations, and which role holds which power."""

from kheo.people.queries.accounts import (
    Upkeep,
    accounts,
    found,
    keeps,
    kept,
    number_of_accounts,
    organisations,
    organisations_in,
    posts_kept,
    second_steps,
    upkeep,
    visible,
    within,
)
from kheo.people.queries.actors import active, actor_named, actor_of, login_names, person, role_name, roles
from kheo.people.queries.villages import editors, village_fates

__all__ = [
    "Upkeep",
    "accounts",
    "active",
    "actor_named",
    "actor_of",
    "editors",
    "found",
    "keeps",
    "kept",
    "login_names",
    "number_of_accounts",
    "organisations",
    "organisations_in",
    "person",
    "posts_kept",
    "role_name",
    "roles",
    "second_steps",
    "upkeep",
    "village_fates",
    "visible",
    "within",
]
