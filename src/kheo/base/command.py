"""House rules of the command line (design 9): common options, one JSON object on stdout, exits 0 to 3, no traceback."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import click
from django.db import DatabaseError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import OPERATOR, Actor
from kheo.base.errors import Invisible, NotAllowed, Refused

DONE, REFUSED, BAD_USE, NOT_ALLOWED = 0, 1, 2, 3


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(_("%(value)s is not a date; write YYYY-MM-DD.") % {"value": value}, param, ctx)


DAY = Day()


@dataclass
class Call:
    """What the common options say: who acts, on which day, in which shape to answer."""

    actor: Actor
    on: date
    json: bool
    map: str

    def say(self, text: str) -> None:
        """Text for people: stdout, or stderr when stdout must hold one JSON object and nothing else."""
        click.echo(text, err=self.json)

    def progress(self, text: str) -> None:
        click.echo(text, err=True)

    def answer(self, data: dict[str, Any]) -> None:
        """The one JSON object, when asked for."""
        if self.json:
            click.echo(json.dumps(data, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


# Finds the actor for --as USER; filled once by config/wiring.py (people builds actors, base may not import it).
_actor_of: Callable[[str, date], Actor | None] | None = None


def wire_actors(find: Callable[[str, date], Actor | None]) -> None:
    """Fill the slot of actors once, from config/wiring.py."""
    global _actor_of
    _actor_of = find


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --as --on --map --json --lang, and end it with the right exit code and one clear sentence.

    The command receives `call: Call` as its first argument.
    """

    @click.option("--as", "as_user", metavar="USER", help="Act as this user; without it, as the local operator.")
    @click.option("--on", type=DAY, metavar="DATE", help="The day it happens or is looked at (default: today).")
    @click.option("--map", "map_", default="now", metavar="now|recorded|DATE", show_default=True, help="Which map.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
    @click.option("--lang", default="vi", type=click.Choice(["vi", "en", "ar", "pt"]), show_default=True)
    @functools.wraps(command)
    def run(*args: Any, as_user: str | None, on: date | None, map_: str, as_json: bool, lang: str, **rest: Any) -> None:
        with translation.override(lang), plain_endings(as_json):
            day = on or clock.today()
            actor = OPERATOR
            if as_user is not None:
                # Rights are those of today, never of a past --on.
                found = _actor_of(as_user, clock.today()) if _actor_of else None
                if found is None:
                    raise Invisible
                actor = found
            command(Call(actor, day, as_json, map_), *args, **rest)

    return run


@contextlib.contextmanager
def plain_endings(as_json: bool = False) -> Iterator[None]:
    """Turn refusals, missing rights and database trouble into one sentence and the exit codes of design 9."""
    try:
        yield
    except Refused as no:
        _end(REFUSED, [r.as_json() for r in no.refusals], as_json)
    except NotAllowed as no:
        _end(NOT_ALLOWED, [no.refusal.as_json()], as_json)
    except Invisible:
        _end(NOT_ALLOWED, [_bare("access.not_found", _("There is nothing here for you under that name."))], as_json)
    except OperationalError as fault:
        _end(REFUSED, [_bare("database.trouble", _database_sentence(fault))], as_json)
    except DatabaseError as fault:
        _end(REFUSED, [_bare("database.refused", _("The database refused: %(reason)s") % {"reason": fault})], as_json)
    except BrokenPipeError:
        # Whoever read us (`| head`) has enough: nothing is wrong, and nothing must be said at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as fault:
        text = _("The file %(name)s cannot be used: %(reason)s.") % {"name": fault.filename, "reason": fault.strerror}
        _end(REFUSED, [_bare("file.trouble", text)], as_json)


def _bare(code: str, text: str) -> dict[str, object]:
    return {"code": code, "row": None, "column": None, "text": text}


def _database_sentence(fault: OperationalError) -> str:
    text = str(fault)
    if "full" in text or "No space left" in text:
        return _("The disk or the database is full. Nothing was saved; make room and try again.")
    if "no such table" in text or "does not exist" in text:
        return _("This database is not set up yet. Run: kheo init --accounts")
    if "locked" in text:
        return _("Others are writing just now. Nothing was saved; try again in a moment.")
    return _("The database cannot be used: %(reason)s") % {"reason": text.splitlines()[0] if text else ""}


def _end(code: int, refusals: list[dict[str, object]], as_json: bool) -> None:
    for refusal in refusals:
        place = " ".join(str(refusal[k]) for k in ("row", "column") if refusal[k] is not None)
        click.echo(f"{place}: {refusal['text']}" if place else str(refusal["text"]), err=True)
    if as_json:
        click.echo(json.dumps({"error": refusals[0], "refused": refusals}, ensure_ascii=False, default=_plain))
    sys.exit(code)
