"""The public face on the command line: walk every page and say what is wrong."""

from __future__ import annotations

import click
from django.conf import settings
from django.utils.translation import gettext as _

from kheo.base.command import Call, common
from kheo.portal.crawler import KINDS, Walk, walk

SHOWN = 20  # faults of a language that are told one by one; --json tells all


class Languages(click.ParamType[tuple[str, ...]]):
    """Languages of ours, parted by commas."""

    name = "languages"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        known = [code for code, _name in settings.LANGUAGES]
        asked = tuple(dict.fromkeys(code.strip() for code in str(value).split(",") if code.strip()))
        if not asked or not set(asked) <= set(known):
            text = _("%(value)s is not a list of our languages; write them as %(known)s.")
            self.fail(text % {"value": value, "known": ",".join(known)}, param, ctx)
        return asked


@click.command
@click.option("--langs", type=Languages(), default="vi,en,ar,pt", show_default=True, help="Which languages.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many pages of each language.")
@common
def crawl(call: Call, langs: tuple[str, ...], limit: int | None) -> None:
    """Walk every public page from the front page and the site map: nothing broken, untranslated or from elsewhere."""
    walks = []
    for lang in langs:

        def say(pages: int, lang: str = lang) -> None:
            call.progress(_("%(lang)s: %(n)s pages ...") % {"lang": lang, "n": pages})

        walks.append(walk(lang, limit=limit, say=say))
    _tell(call, walks)
    found = sum(len(one.faults) for one in walks)
    call.answer({"ok": not found, "rows": [_row(one) for one in walks]})
    if found:
        raise SystemExit(1)


def _tell(call: Call, walks: list[Walk]) -> None:
    names = {
        "broken": _("broken"),
        "untranslated": _("untranslated"),
        "third_party": _("other hosts"),
        "no_alt": _("without alt"),
        "language": _("wrong lang or dir"),
        "cookie": _("with a cookie"),
    }
    heads: list[object] = ["", _("pages"), _("links"), *(names[kind] for kind in KINDS)]
    rows: list[list[object]] = [[one.lang, one.pages, one.links, *(one.count(kind) for kind in KINDS)] for one in walks]
    widths = [max(len(str(row[at])) for row in (heads, *rows)) for at in range(len(heads))]
    for row in (heads, *rows):
        call.say("  ".join(str(cell).rjust(width) for cell, width in zip(row, widths, strict=True)))
    for one in walks:
        for fault in one.faults[:SHOWN]:
            call.say(f"{fault.page}: {names[fault.kind]}: {fault.what}")
        if more := len(one.faults[SHOWN:]):
            call.say(_("%(lang)s: %(n)s more; --json tells all.") % {"lang": one.lang, "n": more})


def _row(one: Walk) -> dict[str, object]:
    return {
        "lang": one.lang,
        "pages": one.pages,
        "links": one.links,
        "outside": one.outside,
        **{kind: one.count(kind) for kind in KINDS},
        "faults": [{"kind": fault.kind, "page": fault.page, "what": fault.what} for fault in one.faults],
    }


COMMANDS: dict[str, click.Command] = {
    "portal": click.Group("portal", commands={"crawl": crawl}, help="The public pages."),
}
