"""All templates of all rooms: one direction-free hand, and no icon that is not drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from jinja2 import nodes

PACKAGE = Path(__file__).resolve().parents[2] / "src/kheo"
SPRITE = (PACKAGE / "static/kheo/icons.svg").read_text(encoding="utf-8")
DRAWN = set(re.findall(r'<symbol id="i-(\w+)"', SPRITE))
TEMPLATES = sorted(PACKAGE.glob("templates/**/*.html")) + sorted(PACKAGE.glob("*/templates/**/*.html"))
SIDED = re.compile(
    r"(?<![\w-])(?:[mp][lr]-(?:\w+-)?(?:\d|auto)|(?:text|float|border|rounded|offcanvas|dropdown-menu)-(?:\w+-)?(?:left|right))(?![\w-])"
)


def named(template: Path) -> str:
    return str(template.relative_to(PACKAGE))


def parsed(text: str) -> nodes.Template:
    return engines["jinja2"].env.parse(text)  # type: ignore[attr-defined]


def sign_places() -> dict[str, dict[int | str, None]]:
    """Macro of ui.html -> where it takes the name of an icon: by position and by word."""
    macros = parsed((PACKAGE / "templates/ui.html").read_text(encoding="utf-8")).find_all(nodes.Macro)
    places: dict[str, dict[int | str, None]] = {}
    for macro in macros:
        words = [argument.name for argument in macro.args]
        wanted = [w for w in words if w == "sign" or (macro.name == "icon" and w == "name")]
        places[macro.name] = {place: None for word in wanted for place in (words.index(word), word)}
    return places


def signs(text: str) -> Iterator[str]:
    """Icons that a template names in so many words, in calls of the components and in bare markup."""
    places = sign_places()
    for call in parsed(text).find_all(nodes.Call):
        macro = getattr(call.node, "attr", None) or getattr(call.node, "name", "")
        given = [*enumerate(call.args), *((word.key, word.value) for word in call.kwargs)]
        for place, value in given:
            if place in places.get(macro, {}):
                yield from (str(part.value) for part in _constants(value) if isinstance(part.value, str) and part.value)
    yield from re.findall(r"#i-(\w+)", text)


def _constants(value: nodes.Node) -> Iterator[nodes.Const]:
    """The texts an argument may be: itself, or both ends of `a if b else c`, never what is compared in b."""
    if isinstance(value, nodes.Const):
        yield value
    elif isinstance(value, nodes.CondExpr):
        for end in (value.expr1, value.expr2):
            if end is not None:
                yield from _constants(end)


def test_the_sprite_is_read() -> None:
    assert {"kt", "vh", "qp", "ht", "mark", "check", "map"} <= DRAWN
    assert {"check", "x"} <= set(
        signs("{{ ui.icon('check') }}{{ ui.link_button('a', 'b', 'dark', 'x' if c == 'y' else None) }}")
    )
    assert set(signs("{{ ui.alert(sign='eye') }}<use href='{{ a }}#i-ht'/>")) == {"eye", "ht"}


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_every_icon_a_template_names_is_in_the_sprite(template: Path) -> None:
    assert set(signs(template.read_text(encoding="utf-8"))) <= DRAWN


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_takes_no_side(template: Path) -> None:
    assert SIDED.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "word", ["ml-3", "pr-md-2", "mr-auto", "text-left", "text-md-right", "float-right", "border-left"]
)
def test_words_of_a_side_are_caught(word: str) -> None:
    assert SIDED.search(f'<p class="d-flex {word}">')


@pytest.mark.parametrize(
    "word", ["ms-3", "pe-md-2", "me-auto", "text-start", "text-md-end", "float-end", "border-start"]
)
def test_words_without_a_side_pass(word: str) -> None:
    assert not SIDED.search(f'<p class="d-flex {word}">')


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_is_read_by_the_one_environment(template: Path) -> None:
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    environment.compile(template.read_text(encoding="utf-8"), named(template))


def test_the_menus_use_drawn_icons() -> None:
    from kheo.config import wiring

    named_in_menus = {item[2] for menu in (wiring._OFFICE, wiring._PUBLIC) for item in menu}
    assert named_in_menus <= DRAWN


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_middle_dot_stands_only_inside_sentences_that_are_translated(template: Path) -> None:
    """In Arabic it reads as the digit zero; the translator of a sentence writes a comma instead."""
    bare = re.sub(r"\{#.*?#\}|gettext\([^)]*\)|_\((['\"]).*?\1", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert "·" not in bare
