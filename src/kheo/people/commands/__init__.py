"""Accounts, posts, organisations and powers on the command line."""

import click

from kheo.people.commands.accounts import (
    accounts,
    change,
    close,
    create,
    forget_second_step,
    open_,
    password_,
    powers,
    show,
)
from kheo.people.commands.posts import end_post, give_post, hand_over, organisation_
from kheo.people.commands.villages import create_accounts, reset_village

COMMANDS: dict[str, click.Command] = {
    "people": click.Group(
        "people",
        commands={
            "accounts": accounts,
            "show": show,
            "powers": powers,
            "create": create,
            "change": change,
            "forget-second-step": forget_second_step,
            "create-accounts": create_accounts,
            "reset-village": reset_village,
            "hand-over": hand_over,
            "password": password_,
            "close": close,
            "open": open_,
            "give-post": give_post,
            "end-post": end_post,
            "organisation": organisation_,
        },
        help="Accounts, posts, and which role holds which power.",
    )
}
