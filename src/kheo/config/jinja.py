"""The one Jinja2 environment: unknown names fail, all is escaped, numbers and days follow the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale, dates, numbers
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from kheo.base import clock
from kheo.base.text import day_text, in_digits
from kheo.config import wiring
from kheo.demo.queries import holds_demonstration

OWN_NAMES = {"vi": "Tiếng Việt", "en": "English", "ar": "العربية", "pt": "Português"}
_translated = translation.gettext  # templates hold the sentences, this only looks them up
_HOUSE_LOCALES = {"vi": "vi_VN", "en": "en_GB", "ar": "ar_EG", "pt": "pt_PT"}


def language() -> str:
    """The reader's language as one of our four codes."""
    return (translation.get_language() or "vi").split("-")[0]


def locale() -> Locale:
    """The country's habits we write this language with."""
    return Locale.parse(_HOUSE_LOCALES[language()])


def num(value: float | Decimal | None, places: int | None = None) -> str:
    """A number as the reader's language writes it: 5.813 · 5,813 · ٥٬٨١٣ · 5 813; None is an en dash (not reported)."""
    return "–" if value is None else _written(value, places, language())


@lru_cache(maxsize=8192)
def _written(value: float | Decimal, places: int | None, lang: str) -> str:
    """Kept, because a page writes the same small numbers many times and Babel takes 0.1 ms for each."""
    pattern = "#,##0" if places == 0 else f"#,##0.{'0' * places}" if places else "#,##0.####"
    system = "arab" if lang == "ar" else "latn"
    text = numbers.format_decimal(
        value, format=pattern, locale=Locale.parse(_HOUSE_LOCALES[lang]), numbering_system=system
    )
    return in_digits(text)


def digits(text: object) -> str:
    """The same text with the language's digits; for codes of periods and years, never for codes people type."""
    return in_digits(str(text))


def day(value: date | datetime | None) -> str:
    """A day in short: 05/11/2025, in the language's digits; None is an en dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(clock.VIETNAM).date()
    return day_text(value)


def moment(value: datetime) -> str:
    """A day and the time of day in Viet Nam."""
    return digits(dates.format_datetime(value.astimezone(clock.VIETNAM), "dd/MM/yyyy HH:mm", locale=locale()))


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a named page, in the reader's language."""
    if not args and not kwargs:
        return wiring.address(name)
    return _reversed(name, args, tuple(kwargs.items()), translation.get_language(), settings.ROOT_URLCONF)


@lru_cache(maxsize=4096, typed=True)
def _reversed(
    name: str, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...], _language: str | None, _patterns: str
) -> str:
    """Kept, because a map or a list writes the same addresses at each reading."""
    return reverse(name, args=args or None, kwargs=dict(named) or None)


@pass_context
def gettext(_context: Context, text: str, /, **variables: Any) -> str:
    """A sentence in the reader's language, for templates: safe itself, what is put into it escaped."""
    code = translation.get_language()
    return _sentence(code, text) % variables if variables else _without_variables(code, text)


@lru_cache(maxsize=8192)
def _sentence(_code: str | None, text: str) -> Markup:
    """Kept, because a page asks for a hundred sentences and each takes a walk through Django and Jinja."""
    return Markup(_translated(text))  # noqa: S704 - a sentence of our own


@lru_cache(maxsize=8192)
def _without_variables(code: str | None, text: str) -> Markup:
    return _sentence(code, text) % {}  # %% is a percent sign there too


@pass_context
def query(context: Context, **changes: Any) -> str:
    """This page's query string with keys changed or (None) dropped; page goes back to 1 unless it is what changes."""
    params: QueryDict = context["request"].GET.copy()
    if "page" not in changes:
        params.pop("page", None)
    for key, value in changes.items():
        params.pop(key, None)
        if value is not None:
            params[key] = str(value)
    return "?" + params.urlencode()


def _when_read(filter_: Callable[..., str]) -> Callable[..., str]:
    """A filter asked at each reading; else `{{ 0|num }}` is worked out once, in the language of whoever came first."""

    @pass_context
    def asked(_context: Context, *args: Any, **kwargs: Any) -> str:
        return filter_(*args, **kwargs)

    return asked


def environment(**options: Any) -> Environment:
    """What Django builds once a process for all templates (settings.TEMPLATES)."""
    env = Environment(  # noqa: S701 - autoescape is on, in the options below
        **{**options, "undefined": StrictUndefined, "autoescape": True},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the i18n extension
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(static=static, url=url, query=query, gettext=gettext, _=gettext)
    env.filters.update({f.__name__: _when_read(f) for f in (num, digits, day, moment)})
    env.filters["help"] = conditional_escape  # Django's own help texts are lazy and may be marked safe
    env.filters["day_iso"] = lambda d: d.isoformat() if d else ""
    return env


def _in_language(request: HttpRequest, code: str) -> str:
    """This page's address in another language: every page stands under its language, so only the prefix changes."""
    _empty, _lang, rest = request.get_full_path().split("/", 2)
    return f"/{code}/{rest}"


@dataclass(frozen=True)
class Here:
    """Where a page stands: its site, its whole address without empty filters, and the same page in every language."""

    site: str
    address: str
    alternates: tuple[tuple[str, str], ...]  # (language, address); x-default is where a reader of none of ours goes


def _here(request: HttpRequest) -> Here:
    if request.path.count("/") < 2:
        return Here("", "", ())
    _empty, _lang, rest = request.path.split("/", 2)
    asked = urlencode([(key, value) for key, values in request.GET.lists() for value in values if value])
    site, query = f"{request.scheme}://{request.get_host()}", f"?{asked}" if asked else ""
    address = {code: f"{site}/{code}/{quote(rest)}{query}" for code in OWN_NAMES}
    default = f"{site}/" if not rest else address["vi"]
    return Here(site, address[language()], (*address.items(), ("x-default", default)))


def page_context(request: HttpRequest) -> Mapping[str, Any]:
    """What every page may use. Cheap: one query a minute for the band, none otherwise."""
    code = language()
    return {
        "lang": code,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": [(c, name, _in_language(request, c)) for c, name in OWN_NAMES.items()],
        "actor": request.actor,  # type: ignore[attr-defined]
        "nav": wiring.navigation(request),
        "here": SimpleLazyObject(lambda: _here(request)),
        "today": clock.today(),
        "demo": holds_demonstration(),
        "messages": get_messages(request),
    }
