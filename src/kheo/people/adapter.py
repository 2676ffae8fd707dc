"""How allauth and axes behave here: nobody signs up by themselves, our own sentences, the page of a locked sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kheo.people.queries import login_name

_MISMATCH = _("The name, the telephone number or the password is not right. Check both and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by user name or telephone number and password, given by the office."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "incorrect_password": _("This is not your password until now."),
        "enter_current_password": _("Write your password until now."),
        "too_many_login_attempts": _("Too many tries; wait a while."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Accounts are given, never taken."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """One spelling before anybody counts the tries: P68, p68 and their telephone number lock together."""
        if "username" in credentials:
            credentials["username"] = login_name(credentials["username"])
        return super().authenticate(request, **credentials)  # type: ignore[no-any-return]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The person's desk, in the language they chose."""
        with translation.override(request.user.language):  # type: ignore[union-attr]
            return reverse(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """allauth's own messages are not shown; the pages say what a person needs to hear."""


def locked_out(request: HttpRequest, *_more: object) -> HttpResponse:
    """The page for somebody who tried too often: for how long, and what to do. Status 429."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    limit = settings.AXES_FAILURE_LIMIT
    response = render(request, "people/locked.html", {"minutes": minutes, "limit": limit}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
