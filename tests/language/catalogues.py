"""What must hold of a catalogue: complete, fresh, with the same fields, forms and markup as the sentence it says."""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.architecture.house import REPO, Complaint

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("kheo_tools_messages", REPO / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = _load()

Sentences = Mapping[tuple[str, str], Any]  # by context and text, as tools/messages.py finds them

# Words that Vietnamese, Arabic or Portuguese write as English does.
SAME_WORDS: frozenset[str] = frozenset()


def check_complete(language: str, catalog: Catalog, sentences: Sentences) -> Iterator[Complaint]:
    """Every sentence is translated."""
    for sentence in tool.missing(catalog, sentences):
        name, line = sentence.places[0]
        yield Complaint(f"src/kheo/{name}", line, f"not translated into {language}: '{sentence.text}'")


def check_fresh(language: str, catalog: Catalog, sentences: Sentences) -> Iterator[Complaint]:
    """The catalogue holds the sentences of the code, no more and no fewer."""
    held = {(m.context or "", tool._first(m.id)): m for m in tool.entries(catalog)}
    for key in sorted(sentences.keys() - held.keys()):
        yield _of(language, key[1], "is said in the code and not in the catalogue: make messages")
    for key in sorted(held.keys() - sentences.keys()):
        yield _of(language, key[1], "is said nowhere any more: make messages")
    for key, message in held.items():
        if key in sentences and tuple(_ids(message)) != tuple(_flat(sentences[key].id)):
            yield _of(language, key[1], "has another plural in the code: make messages")
        if message.fuzzy:
            yield _of(language, key[1], "is marked fuzzy: a translation is right or it is not there")
    for gone in catalog.obsolete:
        yield _of(language, str(gone), "is kept as obsolete: make messages")


_FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^>]*>")


def check_fields(language: str, catalog: Catalog) -> Iterator[Complaint]:
    """A translation has the fields of its sentence: none lost, none invented. One and two may go without number."""
    for message in tool.entries(catalog):
        ids, forms = _ids(message), _forms(message)
        allowed = set(_FIELD.findall(" ".join(ids)))
        for place, form in enumerate(forms):
            fields = _FIELD.findall(form)
            wanted = set(_FIELD.findall(ids[-1])) if place in {3, 4, len(forms) - 1} and form else set()
            for lost in sorted(wanted - set(fields)):
                yield _of(language, ids[0], f"loses {lost} in '{form}'")
            for invented in sorted(set(fields) - allowed):
                yield _of(language, ids[0], f"invents {invented} in '{form}'")
            if allowed and form.replace("%%", "").count("%") != sum(f.startswith("%") for f in fields):
                yield _of(language, ids[0], f"has a stray percent sign in '{form}': write %%")


def check_plurals(language: str, catalog: Catalog) -> Iterator[Complaint]:
    """As many plural forms as the language has, and the rule that chooses among them."""
    rule = dict(catalog.mime_headers).get("Plural-Forms", "")
    if _tight(rule) != _tight(tool.PLURALS[language]):
        yield _of(language, "", f"Plural-Forms must be: {tool.PLURALS[language]}")
    for message in tool.entries(catalog):
        if message.pluralizable and len(_forms(message)) != tool.FORMS[language]:
            yield _of(language, _ids(message)[0], f"needs {tool.FORMS[language]} forms, has {len(_forms(message))}")


def check_wording(language: str, catalog: Catalog) -> Iterator[Complaint]:
    """Composed letters, the same markup and edges as the sentence, and not the English itself."""
    for message in tool.entries(catalog):
        source = _ids(message)[0]
        for form in filter(None, _forms(message)):
            if unicodedata.normalize("NFC", form) != form:
                yield _of(language, source, f"is not in composed letters (NFC): '{form}'")
            if sorted(_TAG.findall(form)) != sorted(_TAG.findall(source)):
                yield _of(language, source, f"has other markup: '{form}'")
            if form != form.strip() and source == source.strip():
                yield _of(language, source, f"begins or ends with another space: '{form}'")
            words = re.findall(r"[A-Za-z]{2,}", _FIELD.sub("", source))
            if language != "en" and form == source and len(words) > 2 and source not in SAME_WORDS:
                yield _of(language, source, "is the English copied, not translated")


def check_sentences(sentences: Sentences) -> Iterator[Complaint]:
    """A sentence is one line without blanks at its edges; layout is not translated (", " between items is)."""
    for (_context, text), sentence in sentences.items():
        if (text != text.strip() and any(map(str.isalpha, text))) or "\n" in text:
            name, line = sentence.places[0]
            yield Complaint(f"src/kheo/{name}", line, f"'{text}': one line, no edges ({{% trans trimmed %}})")


def _of(language: str, text: str, fault: str) -> Complaint:
    return Complaint(f"src/kheo/locale/{language}/LC_MESSAGES/django.po", 1, f"'{text}' {fault}")


def _flat(identity: Any) -> tuple[str, ...]:
    return (identity,) if isinstance(identity, str) else tuple(identity)


def _ids(message: Message) -> tuple[str, ...]:
    return _flat(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return _flat(message.string or "")


def _tight(rule: str) -> str:
    return re.sub(r"[\s;()]", "", rule)
