"""Commands that belong to the whole installation: set it up, sum it up, serve it, look it over."""

from __future__ import annotations

import io
from datetime import datetime

import click
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from kheo.audit.actions import turn
from kheo.audit.guards import put_guards
from kheo.base import clock
from kheo.base.access import OPERATOR
from kheo.base.command import Call, common
from kheo.config import doctor, serving, wiring
from kheo.demo.actions import build
from kheo.figures.actions import load_periods, load_quoted
from kheo.figures.queries import quoted, table
from kheo.initiatives.figures import INITIATIVES
from kheo.initiatives.queries import demonstration_models
from kheo.law.actions import load_calendar, load_numbers
from kheo.people.actions import demo_accounts, demo_password, load_roles
from kheo.people.queries import number_of_accounts
from kheo.units.actions import load_map
from kheo.units.queries import unit_count, units_on
from kheo.units.words import Level


def _prepare(known: datetime) -> None:
    """Tables and the data every installation needs. Each step is idempotent: a second run keeps what is there."""
    call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    for table_name in doctor.GUARDED:
        put_guards(table_name)
    load_map(known=known)
    load_numbers()
    load_calendar()
    load_periods()
    load_quoted()
    load_roles()
    with transaction.atomic():
        turn()  # pages that a running server keeps show the data of before


@click.command
@click.option("--accounts", is_flag=True, help="Also make the demonstration accounts.")
@click.option("--demo", is_flag=True, help="Also build the demonstration country, with its accounts.")
@click.option("--full", is_flag=True, help="With --demo: also a province of 70,000 models; takes minutes.")
@click.option("--seed", default=1, show_default=True, help="Decides the demonstration and its password.")
@common
def init(call: Call, accounts: bool, demo: bool, full: bool, seed: int) -> None:
    """Set the database up: map, law, periods, roles, quoted figures. Running it again keeps everything."""
    if full and not demo:
        raise click.UsageError(_("--full goes with --demo."))
    known, accounts = clock.now(), accounts or demo
    call.progress(_("Setting up %(database)s ...") % {"database": settings.DATABASES["default"]["NAME"]})
    _prepare(known)
    made = demo_accounts(seed=seed, on=clock.today(), known=known) if accounts else []
    if accounts:
        call.say(
            _("Demonstration accounts; the password of all of them is %(password)s") % {"password": demo_password(seed)}
        )
        for username, what in made[:3]:
            call.say(f"  {username:<8} {what}")
        more = _("%(n)s in all; the others: kheo people accounts") % {"n": len(made)}
        call.say(f"  {more}")
    if demo:
        count = _build(call, full, seed, known)
        call.say(_("Demonstration models: %(n)s") % {"n": count})
    call.answer(
        {"units": unit_count(), "accounts": number_of_accounts()}
        | ({"initiatives": demonstration_models()} if demo else {})
    )


def _build(call: Call, full: bool, seed: int, known: datetime) -> int:
    """The demonstration country, told province by province."""

    def say(name: str, n: int) -> None:
        call.progress(_("Building %(province)s, %(n)s models ...") % {"province": name, "n": n})

    return build(actor=OPERATOR, full=full, seed=seed, on=clock.today(), known=known, say=say)


@click.command
@common
def summary(call: Call) -> None:
    """A short table of what this installation holds."""
    counted = table("initiatives", of=None, by=["field"], period=None, map="now", on=call.on, actor=call.actor)
    fields = INITIATIVES.dimension("field")
    names = dict(fields.members.values()) if fields else {}
    lines = [
        (_("Provinces and cities today"), len(units_on(call.on, level=Level.PROVINCE))),
        (_("Communes, wards and special zones today"), len(units_on(call.on, level=Level.COMMUNE))),
        (_("Accounts"), number_of_accounts()),
        (_("Quoted figures, from reports"), len(quoted())),
        (_("Models in the list, counted"), counted.total),
        *((f"  {names[str(row['field'])]}", row["n"]) for row in counted.rows),
    ]
    for label, n in lines:
        call.say(f"  {label!s:<45}{n:>8}")
    call.answer({"rows": [{"what": str(label).strip(), "n": n} for label, n in lines]})


@click.command
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@common
def serve(call: Call, host: str, port: int, workers: int) -> None:
    """Serve the pages and seal the audit trail every minute, until Ctrl-C."""
    serving.serve(host=host, port=port, workers=workers, say=call.say)


@click.command("doctor")
@common
def look_over(call: Call) -> None:
    """Look the installation over: database, map, guards, figures, audit chain."""
    with transaction.atomic():
        findings = doctor.findings(wiring.MEASURES, known=clock.now(), actor=call.actor)
    for finding in findings:
        call.say(finding)
    if not findings:
        call.say(_("All is well."))
    call.answer({"ok": not findings, "findings": findings})
    if findings:
        raise SystemExit(1)


COMMANDS: dict[str, click.Command] = {"init": init, "summary": summary, "serve": serve, "doctor": look_over}
