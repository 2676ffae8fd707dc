"""Finds words for people that no translator would ever see, in templates and in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.architecture.house import Complaint, House, Source, Template

# Said alike in all four languages: the name of the platform and of kinds of files.
SAME_EVERYWHERE = frozenset({"Kheo", "Excel", "CSV", "JSON", "PDF", "Word"})
# Pages no reader is led to, and why their words may stay as they are.
EXEMPT = {
    "templates/styleguide.html": "made-up words to draw every component with, for maintainers; linked from nowhere",
}
_SHOWN_ATTRS = frozenset(
    {"title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label", "data-l"}
)
_ATTRIBUTES = re.compile(r"""^\s*[a-z-]+=("[^"]*"|'[^']*')\s*$""")  # a block that fills in a tag of its parent
_NOT_WORDS = frozenset({"code", "kbd", "samp", "script", "style"})
_MARK = 'mark it: {{ _("...") }} or {% trans %}'
_GETTEXTS = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}


def check_template_text(house: House) -> Iterator[Complaint]:
    """Text and shown attributes of a template are translated."""
    for template in house.templates:
        if template.rel in EXEMPT:
            continue
        for piece in template.html:
            if piece.tag not in _NOT_WORDS and _letters(_ATTRIBUTES.sub("", piece.text)):
                yield template.at(piece.line, f"'{piece.text.strip()}' is not translated; {_MARK}")
            for name, value in piece.attrs:
                shown = name in _SHOWN_ATTRS or (name == "value" and dict(piece.attrs).get("type") == "submit")
                if (shown or (name == "content" and ("name", "description") in piece.attrs)) and _letters(value):
                    yield template.at(piece.line, f"{name}='{value.strip()}' is not translated; {_MARK}")


def check_template_strings(house: House) -> Iterator[Complaint]:
    """Words given to macros are translated, and what is translated is written out, not built."""
    macros = _macros(house)
    for template in house.templates:
        if template.rel not in EXEMPT:
            yield from _jinja(template, macros)


# What people read among the arguments of a macro.
_MACRO_WORDS = frozenset(
    [
        "label",
        "title",
        "lead",
        "caption",
        "text",
        "head",
        "unit",
        "territory",
        "period",
        "source",
        "note",
        "gap",
        "empty",
        "confirm",
        "link_label",
        "line",
    ]
)


def _parse(template: Template) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(template.text)


def _macros(house: House) -> dict[str, list[str]]:
    """Names of the arguments of every shared macro."""
    shared = [template for template in house.templates if template.rel.startswith("templates/")]
    macros = [macro for template in shared for macro in _parse(template).find_all(nodes.Macro)]
    return {macro.name: [argument.name for argument in macro.args] for macro in macros}


def _jinja(template: Template, macros: dict[str, list[str]]) -> Iterator[Complaint]:
    tree = _parse(template)
    marked: set[int] = set()
    for call in tree.find_all(nodes.Call):
        for word, value in _given(call, macros):
            text = getattr(value, "value", None)
            if word in _MACRO_WORDS and isinstance(text, str) and _letters(text):
                marked.add(id(value))
                yield template.at(call.lineno, f"{word}='{text}' is not translated; {_MARK}")
        if not isinstance(call.node, nodes.Name) or call.node.name not in _GETTEXTS:
            continue
        for argument in call.args[: _GETTEXTS[call.node.name]]:
            marked.add(id(argument))
            if not (isinstance(argument, nodes.Const) and isinstance(argument.value, str)):
                yield template.at(call.lineno, "write the sentence itself inside _(): a built one is never collected")
            elif re.search(r"%(?!\()", argument.value.replace("%%", "")):
                yield template.at(
                    call.lineno, f"'{argument.value}': write %% for a percent sign (Jinja fills in names)"
                )
    for const in tree.find_all(nodes.Const):
        if id(const) not in marked and isinstance(const.value, str) and for_people(const.value):
            yield template.at(const.lineno, f"'{const.value}' is not translated; {_MARK}")


def _given(call: nodes.Call, macros: dict[str, list[str]]) -> list[tuple[str, nodes.Expr]]:
    """Arguments of a macro's call by name; nothing for other calls."""
    name = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
    if name not in macros:
        return []
    return [*zip(macros[name], call.args, strict=False), *((keyword.key, keyword.value) for keyword in call.kwargs)]


def _letters(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return any(word not in SAME_EVERYWHERE for word in words)


def for_people(text: str) -> bool:
    """Whether a bare string reads like words for people, not a code: a capital then small letters, or non-ASCII."""
    text = text.strip()
    if text in SAME_EVERYWHERE or re.search(
        r"\d+/\d{4}/\S", text
    ):  # a document keeps its name: Quyết định 19/2025/QĐ-TTg
        return False
    return bool(re.match(r"[A-Z][a-z]*\s|[A-Z][a-z]+[.!?:]?$", text)) or any(c.isalpha() and ord(c) > 127 for c in text)


# Which argument of which call people read: the last name of the call, position, keyword.
_READ = {
    "Refusal": (1, "text"),
    "Act": (2, "text"),
    "Dimension": (2, "label"),
    "Measure": (2, "label"),
    "ValidationError": (0, "message"),
    "add_error": (1, "error"),
    "HttpResponse": (0, "content"),
    "HttpResponseBadRequest": (0, "content"),
    "HttpResponseForbidden": (0, "content"),
    "say": (0, "text"),
    "progress": (0, "text"),
    "echo": (0, "message"),
    "fail": (0, "message"),
    "UsageError": (0, "message"),
    "BadParameter": (0, "message"),
    "ClickException": (0, "message"),
    "messages.error": (1, "message"),
    "messages.warning": (1, "message"),
    "messages.success": (1, "message"),
    "messages.info": (1, "message"),
    "messages.add_message": (2, "message"),
}
_READ_KEYWORDS = frozenset(
    {"label", "help_text", "text", "title", "lead", "unit_of_count", "empty_label", "placeholder"}
)
_CHOICES = frozenset({"TextChoices", "IntegerChoices"})
_MARK_PY = 'mark it: _("...") with from django.utils.translation import gettext as _ (gettext_lazy outside functions)'


def check_python_strings(house: House) -> Iterator[Complaint]:
    """Refusals, messages, labels, answers of commands and words in a page's context are translated."""
    for source in house.code:
        for node in source.nodes:
            if isinstance(node, ast.Call):
                for given in _read_by_people(source, node):
                    if text := _bare(given):
                        yield source.at(given, f"'{text}' is not translated; {_MARK_PY}")
            elif isinstance(node, ast.ClassDef) and {_last(source, b) for b in node.bases} & _CHOICES:
                yield from _choices(source, node)


def _read_by_people(source: Source, call: ast.Call) -> Iterator[ast.expr]:
    origin = source.origin(call.func) or (call.func.attr if isinstance(call.func, ast.Attribute) else "")
    names = origin.split(".")
    position, keyword = _READ.get(".".join(names[-2:]), _READ.get(names[-1], (None, "")))
    if position is not None and len(call.args) > position:
        yield call.args[position]
    for given in call.keywords:
        if given.arg == keyword or given.arg in _READ_KEYWORDS:
            yield given.value
        elif given.arg == "error_messages" and isinstance(given.value, ast.Dict):
            yield from given.value.values
        elif given.arg == "choices" and isinstance(given.value, ast.List | ast.Tuple):
            yield from (
                pair.elts[1] for pair in given.value.elts if isinstance(pair, ast.Tuple) and len(pair.elts) == 2
            )
    if names[-1] == "render" and len(call.args) > 2 and isinstance(call.args[2], ast.Dict):
        yield from (v for v in call.args[2].values if isinstance(v, ast.Constant) and for_people(str(v.value)))


def _bare(node: ast.expr | None) -> str:
    """The words of a literal that nobody translates, "" when there are none (codes, signs, addresses, commands)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value.strip()
        code = re.fullmatch(r"[\W\d_]*[a-z0-9_.:/-]*[\W\d_]*", text) or text in SAME_EVERYWHERE
        return "" if code or text.startswith(("kheo ", "http://", "https://")) else text
    if isinstance(node, ast.JoinedStr):
        fixed = " ".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        return fixed.strip() if re.search(r"[^\W\d_]{2}", fixed) else ""
    if isinstance(node, ast.BinOp):
        return _bare(node.left) or _bare(node.right)
    if isinstance(node, ast.IfExp):
        return _bare(node.body) or _bare(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}:
        return _bare(node.func.value)
    return ""


def _choices(source: Source, node: ast.ClassDef) -> Iterator[Complaint]:
    for member in node.body:
        if not isinstance(member, ast.Assign):
            continue
        value = member.value
        label = value.elts[1] if isinstance(value, ast.Tuple) and len(value.elts) > 1 else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield source.at(member, f'{value.value!r} has no label people can read: NAME = "code", _("Label")')
        elif isinstance(label, ast.Constant) and isinstance(label.value, str) and any(map(str.isalpha, label.value)):
            yield source.at(member, f"'{label.value}' is not translated; {_MARK_PY}")


def _last(source: Source, node: ast.expr) -> str:
    return source.origin(node).split(".")[-1]


_TRANSLATION = "django.utils.translation."
# Files that translate a word of their package data; the words themselves are written out there with gettext_noop.
WORDS_OF_DATA = {"figures/words.py": "units of count and qualifiers of the quoted figures"}


def check_gettext_calls(house: House) -> Iterator[Complaint]:
    """What is translated is one literal, lazily where the file is only being loaded, and `_` stays gettext."""
    for source in house.code:
        inside = _inside_functions(source)
        gettexts = {name for name, origin in source.origins.items() if origin.startswith(_TRANSLATION)}
        for node in source.nodes:
            if isinstance(node, ast.Call) and source.origin(node.func).startswith(_TRANSLATION):
                name = source.origin(node.func).removeprefix(_TRANSLATION)
                count = _GETTEXTS.get(name.removesuffix("_lazy").replace("gettext_noop", "gettext"), 0)
                built = any(not (isinstance(a, ast.Constant) and isinstance(a.value, str)) for a in node.args[:count])
                if built and source.rel not in WORDS_OF_DATA:
                    text = (
                        'write the sentence itself inside _() and fill it in after: _("No %(name)s.") % {"name": name}'
                    )
                    yield source.at(node, text)
                if count and not name.endswith(("_lazy", "_noop")) and id(node) not in inside:
                    yield source.at(node, "it is said before the reader's language is known: use gettext_lazy")
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in gettexts:
                yield source.at(node, f"{node.id} is gettext in this file: call what you throw away _name")


def _inside_functions(source: Source) -> set[int]:
    return {
        id(inner)
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for statement in (node.body if isinstance(node.body, list) else [node.body])
        for inner in ast.walk(statement)
    }


ALL = (check_template_text, check_template_strings, check_python_strings, check_gettext_calls)
