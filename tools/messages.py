"""Collects the sentences of Kheo and keeps the four catalogues; no gettext program is needed.

    python tools/messages.py               new sentences into every catalogue, gone ones out, translations kept
    python tools/messages.py compile       .po into .mo, where the .po is newer (the same as pybabel compile)
    python tools/messages.py missing vi    what is not translated, with the places where it is said

A catalogue holds no line numbers and no dates, so that its changes are only changes of words. A changed sentence is a
new sentence: nothing is guessed. Where a sentence stands is found anew each time (`extract`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from babel.messages.catalog import Message

REPO = Path(__file__).resolve().parents[1]
PACKAGE = REPO / "src" / "kheo"
LOCALE = PACKAGE / "locale"

# Numbers of plural forms as CLDR has them and as Django's own catalogues write them.
PLURALS = {
    "vi": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 && n%100<=99 ? 4 : 5;",
    "pt": "nplurals=2; plural=(n != 1);",
}
FORMS = {"vi": 1, "en": 2, "ar": 6, "pt": 2}
LANGUAGES = tuple(PLURALS)

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# Sentences of libraries that a reader meets and that the library has not, or not well, in Vietnamese or Portuguese.
BORROWED: dict[str, tuple[str | tuple[str, str], ...]] = {
    "allauth": (
        "The username and/or password you specified are not correct.",
        "This account is currently inactive.",
        "Too many failed login attempts. Try again later.",
        "Incorrect password.",
        "Please type your current password.",
        "You must type the same password each time.",
        "Password successfully changed.",
        "Successfully signed in as %(name)s.",
        "You have signed out.",
    ),
    "django/contrib/auth": (
        (
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
        ),
    ),
    "django/conf": (
        "Null characters are not allowed.",
        "This field is required.",
        "Enter a whole number.",
        "Enter a valid date.",
        "Select a valid choice. %(value)s is not one of the available choices.",
        "No file was submitted.",
        "The submitted file is empty.",
        (
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        ),
    ),
}

Key = tuple[str, str]  # context ("" for none), sentence


@dataclass
class Sentence:
    """A sentence as the code says it, and the files (relative to the package) where it stands."""

    text: str
    plural: str = ""
    context: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.text

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.text, self.plural) if self.plural else self.text


def extract(package: Path = PACKAGE) -> dict[Key, Sentence]:
    """Every sentence of the package, and the borrowed ones (their place is the library), by key."""
    with (REPO / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Key, Sentence] = {}
    rows = extract_from_dir(
        package, methods, options, _KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for name, line, message, comments, context in rows:
        text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        if not text:
            continue
        sentence = found.setdefault((context or "", text), Sentence(text, context=context or ""))
        sentence.plural = sentence.plural or plural
        sentence.places.append((Path(name).as_posix(), line))
        sentence.comments += [c for c in comments if c not in sentence.comments]
    if package == PACKAGE:
        for library, texts in BORROWED.items():
            for borrowed in texts:
                text, plural = (borrowed, "") if isinstance(borrowed, str) else borrowed
                found.setdefault(("", text), Sentence(text, plural)).places.append((f"{library}/", 0))
    return found


def po(language: str, locale: Path = LOCALE) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """The catalogue as it is on disk; empty when there is none."""
    file = po(language, locale)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def entries(catalog: Catalog) -> Iterator[Message]:
    """The entries of a catalogue without its header."""
    return (message for message in catalog if message.id)


def update(language: str, sentences: dict[Key, Sentence], locale: Path = LOCALE) -> tuple[int, int]:
    """Write the catalogue anew; same words keep their translation. How many are untranslated, how many were dropped."""
    old = {(m.context or "", _first(m.id)): m for m in entries(read(language, locale))}
    new = Catalog(locale=language)
    untranslated = 0
    for key, sentence in sorted(sentences.items(), key=lambda item: (item[0][1], item[0][0])):
        held = old.get(key)
        string = _string(held) if held and held.id == sentence.id else _blank(sentence, language)
        if language == "en" and not _all(string):
            string = (sentence.text, sentence.plural) if sentence.plural else sentence.text
        untranslated += not _all(string)
        new.add(sentence.id, string, auto_comments=sentence.comments, context=sentence.context or None)
    file = po(language, locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(_header(language).encode())
        write_po(stream, new, omit_header=True, no_location=True, width=110)
    return untranslated, len(old.keys() - sentences.keys())


def _header(language: str) -> str:
    return (
        f"# Kheo in {Catalog(locale=language).locale.english_name}. Kept by tools/messages.py; write only msgstr.\n"
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Kheo\\n"\n'
        f'"Language: {language}\\n"\n"Plural-Forms: {PLURALS[language]}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )


def _first(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _string(message: Message) -> str | tuple[str, ...]:
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


def _blank(sentence: Sentence, language: str) -> str | tuple[str, ...]:
    return ("",) * FORMS[language] if sentence.plural else ""


def _all(string: str | tuple[str, ...]) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def missing(catalog: Catalog, sentences: dict[Key, Sentence]) -> Iterator[Sentence]:
    """What the language does not say yet."""
    done = {(m.context or "", _first(m.id)) for m in entries(catalog) if _all(_string(m))}
    return (s for key, s in sentences.items() if key not in done)


def compile_all(locale: Path = LOCALE) -> int:
    """Write the .mo beside every .po that is newer; how many were written."""
    written = 0
    for language in LANGUAGES:
        source = po(language, locale)
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            with target.open("wb") as stream:
                write_mo(stream, read(language, locale))
            written += 1
    return written


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["update"]:
            sentences = extract()
            for language in LANGUAGES:
                untranslated, dropped = update(language, sentences)
                print(f"{language}: {len(sentences)} sentences, {untranslated} untranslated, {dropped} dropped")
            compile_all()
        case ["compile"]:
            compile_all()
        case ["missing", language] if language in LANGUAGES:
            for sentence in missing(read(language), extract()):
                print(f"{sentence.text}\n    {', '.join(f'{name}:{line}' for name, line in sentence.places)}")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
