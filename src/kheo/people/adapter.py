"""How allauth and axes behave here: nobody signs up, our own sentences, second steps, locks that do not grow."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from kheo.people.queries import login_names

_MISMATCH = _("The name, the telephone number or the password is not right. Check both and try again.")
_WAIT = _("Too many tries; wait a while.")
BACKEND = "kheo.people.backends.PostBackend"

# The browser in which somebody has signed in before: it keeps its own count of wrong tries, so that strangers who
# guess cannot keep its owner out.
KNOWN = "kheo_known"
KNOWN_AGE = 180 * 24 * 3600
MOST_OF_AN_ADDRESS = 100  # wrong tries within the time of a lock, over all names
MOST_OF_A_NAME = 50  # and over all addresses


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by user name or telephone number and password, given by the office."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "incorrect_password": _("This is not your password until now."),
        "enter_current_password": _("Write your password until now."),
        "too_many_login_attempts": _WAIT,
        "rate_limited": _WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Accounts are given, never taken."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """One spelling before anybody counts the tries: P68, p68 and their telephone number lock together."""
        if "username" in credentials:
            credentials["username"] = _whose(request, credentials["username"], credentials.get("password", ""))
        return super().authenticate(request, **credentials)  # type: ignore[no-any-return]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Whichever way somebody signed in, their session is looked after by our one backend."""
        user.backend = BACKEND
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        """The browser is known from now on."""
        response: HttpResponse = super().post_login(request, user, **more)
        nonce = secrets.token_urlsafe(12)
        response.set_cookie(
            KNOWN,
            f"{nonce}.{_sign(user.get_username(), nonce)}",
            max_age=KNOWN_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002 - allauth's
        """A closed account reads like no account."""
        return HttpResponseRedirect(reverse("account_login"))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The person's desk, in the language they chose."""
        with translation.override(request.user.language):  # type: ignore[union-attr]
            return reverse(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """allauth's own messages are not shown; the pages say what a person needs to hear."""


def _whose(request: HttpRequest, written: str, password: str) -> str:
    """The user name behind what was typed: of several accounts with one number, the one whose password this is.

    No password is tried while the first of them is locked: that lock stands for the number.
    """
    first, *others = login_names(written)
    if others and AxesProxyHandler.is_allowed(request, {"username": first.username}):
        for account in (first, *others):
            if account.is_active and check_password(password, account.password):
                return account.username
    return first.username


def _sign(username: str, nonce: str) -> str:
    return salted_hmac("kheo.people.known", f"{nonce}:{username}", algorithm="sha256").hexdigest()[:32]


def _nonce(request: HttpRequest, username: str) -> str:
    """The mark of a browser in which this person has signed in before; "": it is not known."""
    nonce, _dot, signed = request.COOKIES.get(KNOWN, "").partition(".")
    return nonce if nonce and constant_time_compare(signed, _sign(username, nonce)) else ""


def counted_as(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under which name a wrong try is counted: the person's, and apart from it that of each browser known for them."""
    given = credentials or {}
    username = str(given.get("username") or request.POST.get("login", ""))[:60]
    nonce = _nonce(request, username)
    return f"{username} {nonce}" if nonce else username


class Tries(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Wrong tries lock name and address together; many from one address, or at one name, lock those for a while."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether nobody may try now. Asked before any password is hashed; two queries."""
        if super().is_locked(request, credentials):
            return True
        name = str((credentials or {}).get("username", ""))[:60]
        if _nonce(request, name):
            return False
        address: str | None = request.axes_ip_address  # type: ignore[attr-defined]
        of_address, of_name = Q(ip_address=address), Q(username=name)
        counted = AccessAttempt.objects.filter(
            of_address | of_name, attempt_time__gt=get_cool_off_threshold(request)
        ).aggregate(
            address=Sum("failures_since_start", filter=of_address), name=Sum("failures_since_start", filter=of_name)
        )
        return (counted["address"] or 0) >= MOST_OF_AN_ADDRESS or (counted["name"] or 0) >= MOST_OF_A_NAME

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        """Count a wrong try; one at a locked door is not written down and asks nothing."""
        if request is not None and getattr(request, "axes_locked_out", False):
            request.axes_credentials = credentials  # type: ignore[attr-defined]
            return
        super().user_login_failed(sender, credentials, request, **more)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code of a second step at signing in; wrong ones count like wrong passwords."""

    def clean_code(self) -> str:
        """Raises ValidationError for a wrong code; the page of the lock answers when there were too many."""
        request, credentials = context.request, {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True
            raise ValidationError(str(_WAIT))
        try:
            return str(super().clean_code())
        except ValidationError:
            AxesProxyHandler.user_login_failed(type(self), credentials, request)
            raise


_NO_ANSWER = (AttributeError, IndexError, KeyError, TypeError, ValueError, InvalidSignature)  # of a device, but made up


class _Device:
    """A device's answer that somebody made up is refused like a wrong code."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _NO_ANSWER:
            raise SecondStepAdapter().validation_error("incorrect_code") from None


class LoginDeviceForm(_Device, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class DeviceForm(_Device, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class ConfirmDeviceForm(_Device, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey once more, before something that matters."""


class AddDeviceForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    def clean(self) -> Any:
        """Raises ValidationError for what no device answered."""
        try:
            return super().clean()
        except _NO_ANSWER:
            raise SecondStepAdapter().validation_error("incorrect_code") from None


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps of allauth: our sentences, and no secret in the tables as it is."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Codes hold for half a minute: wait for the next and write that."),
        "cannot_generate_recovery_codes": _("Recovery codes are for accounts with a second step; add one first."),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app on the telephone shows beside the code."""
        return str(user.get_username())

    def encrypt(self, text: str) -> str:
        """A secret as the tables keep it."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; with the key lost (var/ was not restored with the tables), one that nobody knows."""
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _keys() -> MultiFernet:
    """From the secret key of the installation, and from those before it."""
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"kheo second step {key!s}".encode()).digest() for key in known]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def locked_out(request: HttpRequest, *_more: object) -> HttpResponse:
    """The page for somebody who tried too often: for how long, and what to do. Status 429."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    limit = settings.AXES_FAILURE_LIMIT
    response = render(request, "people/locked.html", {"minutes": minutes, "limit": limit}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
