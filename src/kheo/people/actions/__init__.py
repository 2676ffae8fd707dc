"""The only writers of accounts, posts, organisations and roles."""

from kheo.people.actions.accounts import close_account, create_account, open_account, set_password
from kheo.people.actions.demonstration import demo_accounts, demo_password, forget_demo_accounts
from kheo.people.actions.organisations import create_organisation
from kheo.people.actions.posts import end_post, give_post, hand_over
from kheo.people.actions.roles import load_roles
from kheo.people.actions.villages import create_village_accounts, reset_village_password

__all__ = [
    "close_account",
    "create_account",
    "create_organisation",
    "create_village_accounts",
    "demo_accounts",
    "demo_password",
    "end_post",
    "forget_demo_accounts",
    "give_post",
    "hand_over",
    "load_roles",
    "open_account",
    "reset_village_password",
    "set_password",
]
