"""Pages of bringing tables in: the list of imports, the file, the preview, and the deeds on it. No script is needed."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kheo.base import clock
from kheo.base.access import Actor
from kheo.base.errors import Invisible, NotAllowed, Refusal, Refused
from kheo.base.sheets import file_kind, table_file, write_xlsx
from kheo.base.web import page_of
from kheo.exchange import actions, queries, rules
from kheo.exchange.forms import UploadForm, answers_from, meanings_from
from kheo.exchange.models import ImportRun, StagedRow
from kheo.exchange.words import Fate, Importer, RunState, wired_importers

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM_ITSELF = 64 * 1024  # bytes of an upload that are not the file


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _importers(actor: Actor) -> list[Importer]:
    """The lists this actor may bring in; none: not allowed here."""
    mine = [importer for importer in wired_importers().values() if actor.may(importer.power)]
    if not mine:
        raise NotAllowed(Refusal("access.no_power", _("You do not have the right to do this here.")))
    return mine


def _of(actor: Actor, pk: int) -> tuple[ImportRun, Importer]:
    """The import and what its kind of list offers; outside one's own: not there."""
    mine = {importer.kind: importer for importer in _importers(actor)}
    run = queries.reach(actor, pk)
    if run.kind not in mine:
        raise Invisible
    return run, mine[run.kind]


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponseBase:
    """The imports this person made, newest first."""
    actor = _actor(request)
    kinds = {importer.kind: importer.label for importer in _importers(actor)}
    if kind := file_kind(request):
        lines = (
            (
                *(r.pk, r.filename, str(kinds.get(r.kind, r.kind)), r.get_state_display(), r.on),
                *(r.staged_at, r.saved_at),
                *(r.counts.get(fate, 0) for fate in Fate.values),
            )
            for r in queries.visible(actor).iterator(chunk_size=500)
        )
        headings = (_("Number"), _("File"), _("List"), _("State"), _("Day"), _("Read"), _("Saved"), *Fate.labels)
        return table_file(kind, name="imports", headings=headings, rows=lines, on=clock.today())
    page = page_of(queries.visible(actor), request.GET.get("page"))
    return render(request, "exchange/list.html", {"page": page, "kinds": kinds})


@csrf_exempt  # only so that the size is looked at before the body is read; `_new` is protected like any form
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The form for a file. Bounded before it is read: a larger body is not even taken in."""
    importers = _importers(_actor(request))
    if request.method == "POST":
        told = str(request.META.get("CONTENT_LENGTH") or "")
        size = int(told) if told.isdecimal() else 0
        if refusal := rules.why_not_upload(size - _FORM_ITSELF, settings.UPLOAD_LIMIT):
            form = UploadForm(importers[0], _actor(request), clock.today())
            return _form(request, form, importers[0], refusals=[refusal], status=413)
    return _new(request)


@csrf_protect
def _new(request: HttpRequest) -> HttpResponse:
    actor, today = _actor(request), clock.today()
    mine = {importer.kind: importer for importer in _importers(actor)}
    given = request.POST if request.method == "POST" else request.GET
    importer = mine.get(given.get("kind", ""), next(iter(mine.values())))
    if request.method != "POST":
        return _form(request, UploadForm(importer, actor, today), importer)
    form = UploadForm(importer, actor, today, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, importer, status=422)
    sent = form.cleaned_data["file"]
    try:
        found = actions.stage(
            actor=actor,
            importer=importer,
            data=sent.read(),
            filename=sent.name,
            options=form.chosen(),
            on=form.cleaned_data["on"],
            known=clock.now(),
            replaces=_replaced(actor, given.get("replaces", "")),
        )
    except Refused as no:
        return _form(request, form, importer, refusals=list(no.refusals), status=422)
    return redirect("exchange:run", pk=found.pk)


def _replaced(actor: Actor, pk: str) -> ImportRun | None:
    return queries.visible(actor).filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _form(
    request: HttpRequest,
    form: UploadForm,
    importer: Importer,
    *,
    refusals: list[Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    for refusal in refusals or [] if form.is_bound else []:
        form.add_error(refusal.column if refusal.column in form.fields else None, str(refusal.text))
    given = "" if status == 413 else (request.POST or request.GET).get("replaces", "")
    context = {
        "form": form,
        "sentences": [] if form.is_bound else [str(refusal.text) for refusal in refusals or []],
        "importer": importer,
        "importers": _importers(_actor(request)),
        "replaces": given if given.isdecimal() else "",
        "limit": settings.UPLOAD_LIMIT // rules.MB,
        "meanings": [(importer.names[meaning], names) for meaning, names in _told(importer).items()],
    }
    return render(request, "exchange/new.html", context, status=status)


def _told(importer: Importer) -> dict[str, list[str]]:
    """What each column may be called, a few names each, for people who make a list."""
    told: dict[str, list[str]] = {}
    for meaning, names in importer.meanings.items():
        told.setdefault(meaning.partition("=")[0], []).extend(names[:3] if "=" not in meaning else names[:1])
    return {meaning: names for meaning, names in told.items() if importer.names.get(meaning)}


@require_safe
@never_cache
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The preview: every row with its fate and reason, what is asked, and whether it can be saved."""
    actor = _actor(request)
    found, importer = _of(actor, pk)
    needs_look = rules.bad(found.counts)
    show = request.GET.get("show") or ("look" if needs_look else "all")
    if kind := file_kind(request):
        lines = (
            (row.number, str(Fate(row.fate).label), " ".join(map(str, row.shown.values())), _whys(row))
            for row in queries.rows(found, show).iterator(chunk_size=500)
        )
        headings = (_("Row in the file"), _("What becomes of it"), _("As it is written"), _("Why"))
        return table_file(kind, name=f"import-{found.pk}", headings=headings, rows=lines, on=clock.today())
    page = page_of(queries.rows(found, show), request.GET.get("page"))
    remembered = queries.remembered(actor, importer.kind) if found.state == RunState.STAGED else {}
    context = {
        "run": found,
        "importer": importer,
        "page": page,
        "asked_here": any(why.get("choices") for row in page.rows for why in row.reasons),
        "show": show,
        "fates": [(fate, found.counts.get(fate, 0)) for fate in Fate.values],
        "good": rules.good(found.counts),
        "bad": needs_look,
        "why_not": rules.why_not_save(found),
        "why_not_good": rules.why_not_save(found, good_rows=True),
        "why_not_undo": rules.why_not_undo(found),
        "sums": _sums(found.reading.get("checks", [])),
        "why_not_begin_again": rules.why_not_begin_again(found),
        "written": queries.written(found) if found.state == RunState.SAVING else 0,
        "waits": rules.why_not_answer(found) is None,
        "other_language": found.language != (translation.get_language() or "vi"),
        "headings": found.reading.get("headings", []),
        "meanings": [("", _("– passed over –")), *((m, str(name)) for m, name in _named(importer))],
        "as_last_time": [
            (heading["text"], importer.names.get(heading["meaning"], heading["meaning"]))
            for heading in found.reading.get("headings", [])
            if remembered.get(heading["key"])
        ],
    }
    return render(request, "exchange/run.html", context)


def _sums(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sums the sheet states: each that differs by itself, those of one row that agree together."""
    said = [
        {**check, "stated": [Decimal(check["stated"])], "summed": Decimal(check["summed"])}
        for check in checks
        if not check["ok"]
    ]
    rows: dict[int, list[Decimal]] = {}
    for check in checks:
        if check["ok"]:
            rows.setdefault(check["row"], []).append(Decimal(check["stated"]))
    return said + [{"ok": True, "row": row, "stated": stated} for row, stated in rows.items()]


def _named(importer: Importer) -> list[tuple[str, object]]:
    return [(meaning, name) for meaning, name in importer.names.items() if meaning in importer.meanings]


def _deed(request: HttpRequest, pk: int, deed: Callable[[Actor, ImportRun, Importer], str]) -> HttpResponseRedirect:
    """Do it, say how it ended, and go back to the import; a refusal is said there too."""
    actor = _actor(request)
    found, importer = _of(actor, pk)
    try:
        said = deed(actor, found, importer)
    except Refused as no:
        for refusal in no.refusals[:20]:
            messages.error(request, str(refusal.text))
    else:
        if said:
            messages.success(request, said)
    return redirect("exchange:run", pk=pk)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the answers of this page and read the file anew."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        given = answers_from(request.POST.dict())
        if given:
            actions.answer(actor=actor, importer=importer, run=found, answers=given)
        n = len(given)
        return ngettext("%(n)s answer was kept.", "%(n)s answers were kept.", n) % {"n": n}

    return _deed(request, pk, deed)


@require_POST
def understand(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what headings mean, for this file and the next ones of this person."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        now = {heading["key"]: heading["meaning"] for heading in found.reading.get("headings", [])}
        given = meanings_from(request.POST.dict(), now)
        if given:
            actions.understand(actor=actor, importer=importer, run=found, meanings=given)
        n = len(given)
        return ngettext("%(n)s heading was corrected.", "%(n)s headings were corrected.", n) % {"n": n}

    return _deed(request, pk, deed)


@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the kept file anew: in another language, or after a reading that was cut off."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        actions.read_again(actor=actor, importer=importer, run=found)
        return _("The file was read again.")

    return _deed(request, pk, deed)


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save all of it or nothing, or the good rows when the box is ticked."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        ticked = request.POST.get("good_rows") == "1"
        actions.save(actor=actor, importer=importer, run=found, good_rows=ticked, known=clock.now())
        said = {"new": found.counts.get(Fate.NEW, 0), "changed": found.counts.get(Fate.CHANGED, 0)}
        return _("Saved: %(new)s new, %(changed)s changed.") % said

    return _deed(request, pk, deed)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a saved import back."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        undone = actions.undo(actor=actor, importer=importer, run=found, on=clock.today(), known=clock.now())
        said = {"voided": undone.voided, "restored": undone.restored}
        return _("Undone: %(voided)s new rows taken back, %(restored)s changed rows put back.") % said

    return _deed(request, pk, deed)


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a file that waits to be saved."""

    def deed(actor: Actor, found: ImportRun, importer: Importer) -> str:
        actions.set_aside(actor=actor, importer=importer, run=found)
        return _("The file was set aside. Nothing of it was saved.")

    return _deed(request, pk, deed)


def _whys(row: StagedRow) -> str:
    return " ".join(str(reason["text"]) for reason in row.reasons)


@require_safe
@never_cache
def rows_to_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were asked about or refused, as a workbook to correct and send again, each with its reason."""
    found, _importer = _of(_actor(request), pk)
    file = io.BytesIO()
    headings, rows = queries.to_correct(found)
    write_xlsx(file, sheet=_("To correct"), headings=headings, rows=rows)
    answer = HttpResponse(file.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="rows-to-correct-{found.pk}.xlsx"'
    return answer
