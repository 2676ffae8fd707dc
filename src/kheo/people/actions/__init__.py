"""The only writers of accounts, posts, organisations and roles."""

from kheo.people.actions.accounts import (
    change_account,
    close_account,
    create_account,
    open_account,
    set_password,
    sign_out_elsewhere,
)
from kheo.people.actions.demonstration import demo_accounts, demo_password, forget_demo_accounts
from kheo.people.actions.following import follow_map
from kheo.people.actions.organisations import create_organisation
from kheo.people.actions.passwords import give_passwords
from kheo.people.actions.posts import end_post, give_post, hand_over
from kheo.people.actions.roles import load_roles
from kheo.people.actions.second_steps import (
    add_codes_app,
    add_passkey,
    forget_second_step,
    remove_second_step,
    renew_recovery_codes,
)
from kheo.people.actions.villages import create_village_accounts, reset_village_password

__all__ = [
    "add_codes_app",
    "add_passkey",
    "change_account",
    "close_account",
    "create_account",
    "create_organisation",
    "create_village_accounts",
    "demo_accounts",
    "demo_password",
    "end_post",
    "follow_map",
    "forget_demo_accounts",
    "forget_second_step",
    "give_passwords",
    "give_post",
    "hand_over",
    "load_roles",
    "open_account",
    "remove_second_step",
    "renew_recovery_codes",
    "reset_village_password",
    "set_password",
    "sign_out_elsewhere",
]
