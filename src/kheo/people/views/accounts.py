"""Accounts an office looks after: the list, one account, passwords on paper, posts ended and handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kheo.base import clock
from kheo.base.access import Actor
from kheo.base.errors import Invisible, NotAllowed, Refusal, Refused
from kheo.base.powers import Power
from kheo.base.sheets import file_kind, in_batches, table_file
from kheo.base.web import page_of
from kheo.people import actions, queries
from kheo.people.forms import AccountFilter, AccountForm, EndForm, HandOverForm, OfficeForm, ReasonForm
from kheo.people.models import Post, User
from kheo.people.words import MOST_VILLAGES, Slip


@require_safe
@login_required
def powers(request: HttpRequest) -> HttpResponse:
    """Which role holds which power, on one page a lawyer can check. Two queries beside the reader's own."""
    return render(request, "people/powers.html", {"roles": queries.roles(), "powers": list(Power)})


def office(request: HttpRequest) -> Actor:
    """Who asks, if they look after accounts at all."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.may(Power.PEOPLE_MANAGE) or actor.may(Power.PEOPLE_VILLAGE)):
        raise NotAllowed(Refusal("access.no_power", _("You do not have the right to do this here.")))
    return actor


def _reach(actor: Actor, pk: int) -> User:
    """The account, if the actor looks after it; else Invisible."""
    person = queries.kept(actor, clock.today()).filter(pk=pk).first()
    if person is None:
        raise Invisible
    return person


def _post(actor: Actor, pk: int) -> Post:
    """The post, if the actor may end it or hand it over; else Invisible."""
    today = clock.today()
    post = Post.objects.filter(pk=pk).select_related("person", "role", "organisation").first()
    if post is None or not queries.posts_kept(actor, post.person, today).filter(pk=pk).exists():
        raise Invisible
    return post


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponseBase:
    """The accounts the actor looks after, page by page, found by name, user name or number."""
    actor, today = office(request), clock.today()
    form = AccountFilter(request.GET)
    if kind := file_kind(request):
        found = in_batches(form.narrow(queries.kept(actor, today)).iterator(chunk_size=500))
        lines = (
            (
                row.username,
                row.full_name,
                row.phone,
                "; ".join(", ".join(filter(None, (str(p.role_name), p.seat))) for p in row.posts),
            )
            for batch in found
            for row in queries.accounts(batch, today)
        )
        headings = (_("User name"), _("Full name"), _("Telephone number"), _("Posts"))
        return table_file(kind, name="accounts", headings=headings, rows=lines, on=today)
    page = page_of(form.narrow(queries.kept(actor, today)), request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": queries.accounts(page.rows, today),
        "today": today,
        "makes": bool(actor.reach_of(Power.PEOPLE_VILLAGE).communes),
        "narrowed": bool(request.GET.get("q") or request.GET.get("state")),
    }
    return render(request, "people/accounts.html", context)


@require_safe
@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it is, its posts, and what the office may do with it."""
    actor = office(request)
    return _page(request, actor, _reach(actor, pk))


def _page(request: HttpRequest, actor: Actor, person: User, **forms: OfficeForm) -> HttpResponse:
    today = clock.today()
    (row,) = queries.accounts([person], today)
    initial = {"full_name": person.full_name, "phone": person.phone or ""}
    context = {
        "person": person,
        "row": row,
        "today": today,
        "keeps": queries.keeps(actor, person, today),
        "posts_kept": {post.pk for post in queries.posts_kept(actor, person, today)},
        "change": AccountForm(initial=initial),
        "forget": ReasonForm(prefix="forget"),
    }
    return render(request, "people/account.html", context | forms)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put name and telephone number right."""
    actor = office(request)
    person, form = _reach(actor, pk), AccountForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_account(
                actor=actor,
                person=person,
                full_name=given["full_name"],
                phone=given["phone"],
                on=clock.today(),
                known=clock.now(),
            )
        except Refused as no:
            form.take(no)
        else:
            messages.success(request, _("The account is saved."))
            return redirect("people:account", pk)
    return _page(request, actor, person, change=form)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account: nobody signs in with it any more."""
    return _turn(request, pk, actions.close_account, _("The account %(name)s is closed."))


@require_POST
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    return _turn(request, pk, actions.open_account, _("The account %(name)s is open."))


def _turn(request: HttpRequest, pk: int, deed: Callable[..., User], said: str) -> HttpResponse:
    actor = office(request)
    person = deed(actor=actor, person=_reach(actor, pk), on=clock.today(), known=clock.now())
    messages.success(request, said % {"name": person.username})
    return redirect("people:account", pk)


@require_POST
def forget_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a second step that was lost, with its reason."""
    actor = office(request)
    person, form = _reach(actor, pk), ReasonForm(request.POST, prefix="forget")
    if form.is_valid():
        try:
            actions.forget_second_step(
                actor=actor,
                person=person,
                reason=form.cleaned_data["reason"],
                on=clock.today(),
                known=clock.now(),
            )
        except Refused as no:
            form.take(no)
        else:
            messages.success(request, _("The second step is taken away. The person signs in with the password alone."))
            return redirect("people:account", pk)
    return _page(request, actor, person, forget=form)


@require_POST
@never_cache
def reset(request: HttpRequest) -> HttpResponse:
    """New first passwords for the ticked accounts, shown once as slips to be printed."""
    actor = office(request)
    ticked = {
        int(value) for value in request.POST.getlist("tick")[: MOST_VILLAGES + 1] if value.isascii() and value.isdigit()
    }
    people = list(queries.kept(actor, clock.today()).filter(pk__in=ticked))
    if len(people) != len(ticked):
        raise Invisible
    try:
        slips = actions.give_passwords(actor=actor, people=people, on=clock.today(), known=clock.now())
    except Refused as no:
        for refusal in no.refusals:
            messages.error(request, str(refusal.text))
        return redirect("people:accounts")
    return paper(request, slips)


def paper(request: HttpRequest, slips: list[Slip], changed: int = 0) -> HttpResponse:
    """Slips to be cut and handed over. They are on this page alone: the caller keeps it out of every cache."""
    context = {"slips": slips, "changed": changed, "address": request.build_absolute_uri("/")}
    return render(request, "people/slips.html", context)


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post from a day on."""
    return _let_go(request, pk, EndForm)


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a post over: from a day on it is another person's."""
    return _let_go(request, pk, HandOverForm)


def _let_go(request: HttpRequest, pk: int, kind: type[EndForm]) -> HttpResponse:
    actor, today = office(request), clock.today()
    post = _post(actor, pk)
    form = kind(request.POST) if request.method == "POST" else kind(initial={"day": today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        when: dict[str, Any] = {"on": today, "known": clock.now()}
        try:
            if kind is HandOverForm:
                heir = _heir(actor, given["to"])
                actions.hand_over(actor=actor, post=post, to=heir, day=given["day"], reason=given["reason"], **when)
                messages.success(request, _("The post is handed over to %(name)s.") % {"name": heir.full_name})
            else:
                actions.end_post(actor=actor, post=post, end=given["day"], reason=given["reason"], **when)
                messages.success(request, _("The post ends."))
        except Refused as no:
            form.take(no)
        else:
            # With its last post in reach an account goes out of sight: then the list is where to go on.
            seen = queries.kept(actor, today).filter(pk=post.person_id).exists()
            return redirect("people:account", post.person_id) if seen else redirect("people:accounts")
    (row,) = queries.accounts([post.person], today)
    shown = next(held for held in row.posts if held.id == post.pk)
    context = {"form": form, "person": post.person, "post": shown, "over": kind is HandOverForm}
    return render(request, "people/let_go.html", context)


def _heir(actor: Actor, written: str) -> User:
    """The one account the actor looks after that this user name or number means."""
    meant = {user.pk for user in queries.login_names(written) if user.pk}
    found = list(queries.kept(actor, clock.today()).filter(pk__in=meant))
    if len(found) != 1:
        raise Refused(Refusal("people.same_person", _("You look after no account of this name or number.")))
    return found[0]
