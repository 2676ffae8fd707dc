"""Signing in and changing one's own password; signing out is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.errors import Refused
from kheo.people.actions import set_password


class SignIn(LoginView):  # type: ignore[misc]
    """User name and password; after it the page asked for, else the person's desk in their language."""

    def get_success_url(self) -> str | None:
        """Where the reader was going, if that is here; None lets the adapter choose."""
        return self.get_next_url() or None


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """The person's own new password; their other sessions end."""

    def get_form(self, form_class: Any = None) -> Any:
        """The rules of a password as sentences, not as a list in markup."""
        form = super().get_form(form_class)
        form.fields["password1"].help_text = " ".join(password_validators_help_texts())
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it through the action, so that the trail says it happened."""
        try:
            set_password(
                actor=self.request.actor,
                person=self.request.user,
                password=form.cleaned_data["password1"],
                on=clock.today(),
                known=clock.now(),
            )
        except Refused as no:
            for refusal in no.refusals:
                form.add_error("password1", str(refusal.text))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, _("Your password is changed."))
        return HttpResponseRedirect(self.get_success_url())
