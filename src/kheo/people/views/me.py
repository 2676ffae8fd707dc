"""A person's own account: number, language, posts, password, second step, sessions, and what the office may see."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kheo.base import clock
from kheo.base.errors import Refused
from kheo.people import actions, queries
from kheo.people.forms import OwnForm
from kheo.people.models import User
from kheo.people.words import SecondStep


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """The account as its person sees it; number and language are put right here."""
    person, today = _person(request), clock.today()
    initial = {"phone": person.phone or "", "language": person.language}
    form = OwnForm(request.POST) if request.method == "POST" else OwnForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(
                actor=request.actor,  # type: ignore[attr-defined]
                person=person,
                phone=form.cleaned_data["phone"],
                language=form.cleaned_data["language"],
                on=today,
                known=clock.now(),
            )
        except Refused as no:
            form.take(no)
        else:
            with translation.override(person.language):
                messages.success(request, _("Your account is saved."))
                return redirect(reverse("people:me"))
    (row,) = queries.accounts([person], today)
    steps = queries.second_steps(person)
    context = {
        "form": form,
        "row": row,
        "today": today,
        "last_login": person.last_login,
        "app": next((step for step in steps if step.type == SecondStep.TOTP), None),
        "passkeys": [(step, step.wrap().name) for step in steps if step.type == SecondStep.PASSKEY],
        "codes_left": next((len(s.wrap().get_unused_codes()) for s in steps if s.type == "recovery_codes"), None),
    }
    return render(request, "people/me.html", context)


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every other session of the account."""
    person = actions.sign_out_elsewhere(
        actor=request.actor,  # type: ignore[attr-defined]
        person=_person(request),
        on=clock.today(),
        known=clock.now(),
    )
    update_session_auth_hash(request, person)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("people:me")


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # login_required
    return person
