"""The only writers of accounts, posts, organisations and roles."""

from kheo.people.actions.accounts import close_account, create_account, open_account, set_password
from kheo.people.actions.demonstration import demo_accounts, demo_password, forget_demo_accounts
from kheo.people.actions.organisations import create_organisation
from kheo.people.actions.posts import end_post, give_post
from kheo.people.actions.roles import load_roles

__all__ = [
    "close_account",
    "create_account",
    "create_organisation",
    "demo_accounts",
    "demo_password",
    "end_post",
    "forget_demo_accounts",
    "give_post",
    "load_roles",
    "open_account",
    "set_password",
]
