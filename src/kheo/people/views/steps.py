"""Second steps on allauth's views, which check codes and devices; what they find is written by our actions."""

from __future__ import annotations

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.base import clock
from kheo.base.errors import Refused
from kheo.people import actions


def _deed(request: HttpRequest) -> dict[str, Any]:
    """Who does it for whom and when: always the person themselves, now."""
    return {
        "actor": request.actor,  # type: ignore[attr-defined]
        "person": request.user,
        "on": clock.today(),
        "known": clock.now(),
    }


_theirs = [method_decorator(login_required, name="dispatch"), method_decorator(never_cache, name="dispatch")]


def theirs(view: type) -> type:
    """For who is signed in, and never kept by a cache."""
    for wrap in _theirs:
        view = wrap(view)
    return view


@theirs
class AddApp(ActivateTOTPView):  # type: ignore[misc]
    """Codes from an app on the telephone: shown as a picture to photograph, checked by the first code."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the secret; show the recovery codes when they are new."""
        try:
            first = actions.add_codes_app(secret=form.secret, **_deed(self.request))
        except Refused as no:
            form.add_error("code", str(no.refusal.text))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        clear_totp_secret(self.request)
        return _added(self.request, first)


@theirs
class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """A passkey: the telephone's or computer's own lock, or a security key."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep what the device answered; show the recovery codes when they are new."""
        given = form.cleaned_data
        first = actions.add_passkey(name=given["name"], credential=given["credential"], **_deed(self.request))
        return _added(self.request, first)


def _added(request: HttpRequest, first: bool) -> HttpResponse:
    messages.success(request, _("The second step is added."))
    return redirect("mfa_view_recovery_codes" if first else "people:me")


@theirs
class RemoveApp(DeactivateTOTPView):  # type: ignore[misc]
    """The app is no longer used."""

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - allauth's signature
        """Remove it."""
        return _removed(self.request, self.authenticator)


@theirs
class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """A passkey is no longer used."""

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - allauth's signature
        """Remove it."""
        return _removed(self.request, self.get_object())


def _removed(request: HttpRequest, step: Any) -> HttpResponse:
    actions.remove_second_step(step=step, **_deed(request))
    messages.success(request, _("The second step is removed."))
    return redirect("people:me")


@theirs
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, the one time they are shown."""


@theirs
class RenewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes for those that were used or lost."""

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - allauth's signature
        """Make them and show them."""
        actions.renew_recovery_codes(**_deed(self.request))
        return redirect("mfa_view_recovery_codes")
