"""Each check of the language catches a planted fault, and leaves the right way of writing it alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.architecture.house import Complaint, House
from tests.architecture.plants import Plant, plant, read_plants
from tests.language import unmarked
from tests.language.catalogues import (
    check_complete,
    check_fields,
    check_fresh,
    check_plurals,
    check_sentences,
    check_wording,
    tool,
)

CHECKS: dict[str, Callable[[House], Iterable[Complaint]]] = {check.__name__: check for check in unmarked.ALL}
PLANTS = read_plants(Path(__file__).with_name("plants.txt"))

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext


def f(n):
    return _("No unit is named %(name)s."), ngettext("%(n)s unit", "%(n)s units", n), pgettext("verb", "List")
"""
NO_UNIT, UNITS, LIST = ("", "No unit is named %(name)s."), ("", "%(n)s unit"), ("verb", "List")


@pytest.mark.parametrize("case", PLANTS, ids=str)
def test_an_unmarked_word_is_caught_and_named(case: Plant, tmp_path: Path) -> None:
    complaints = list(CHECKS[case.check](House(plant(tmp_path, case.path, case.wrong))))
    assert any(case.says in c.text and case.path in c.path for c in complaints), complaints


@pytest.mark.parametrize("case", [case for case in PLANTS if case.right is not None], ids=str)
def test_the_right_way_is_left_alone(case: Plant, tmp_path: Path) -> None:
    assert list(CHECKS[case.check](House(plant(tmp_path, case.path, str(case.right))))) == []


def test_every_check_is_shown_to_bite() -> None:
    assert {case.check for case in PLANTS} == set(CHECKS)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with three sentences in one room and one in another."""
    plant(tmp_path, "kheo/units/views.py", CODE)
    plant(tmp_path, "kheo/desk/templates/desk/home.html", '{{ _("My work") }} {# Translators: not taken #}')
    plant(tmp_path, "kheo/desk/tests/test_x.py", "from x import _\n_('Only a test')\n")
    return tmp_path / "kheo"


def catalogue(language: str, **strings: str) -> Catalog:
    """A catalogue as the tool keeps it, of single sentences."""
    catalog = Catalog(locale=language)
    catalog.mime_headers = [("Plural-Forms", tool.PLURALS[language])]
    for text, string in strings.items():
        catalog.add(text, string)
    return catalog


def said(complaints: Iterable[Complaint]) -> str:
    return "\n".join(map(str, complaints))


def test_sentences_are_found_in_python_and_jinja_and_not_in_tests(package: Path) -> None:
    found = tool.extract(package)
    assert set(found) == {NO_UNIT, UNITS, LIST, ("", "My work")}
    assert found[UNITS].plural == "%(n)s units"
    assert found["", "My work"].places == [("desk/templates/desk/home.html", 1)]


def test_updating_keeps_translations_drops_what_is_gone_and_is_stable(package: Path, tmp_path: Path) -> None:
    locale, found = tmp_path / "locale", tool.extract(package)
    assert tool.update("vi", found, locale) == (4, 0)
    file = tool.po("vi", locale)
    file.write_text(file.read_text().replace('msgid "My work"\nmsgstr ""', 'msgid "My work"\nmsgstr "Việc của tôi"'))
    assert tool.update("vi", found, locale) == (3, 0)
    once = file.read_bytes()
    tool.update("vi", found, locale)
    assert file.read_bytes() == once
    assert "Việc của tôi" in once.decode()
    assert b"views.py" not in once, "places change with every line written above them"
    del found["", "My work"]
    assert tool.update("vi", found, locale) == (3, 1)
    assert "Việc của tôi" not in file.read_text()


def test_a_changed_sentence_is_a_new_one_and_nothing_is_guessed(package: Path, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    tool.update("vi", tool.extract(package), locale)
    file = tool.po("vi", locale)
    file.write_text(file.read_text().replace('msgid "My work"\nmsgstr ""', 'msgid "My work"\nmsgstr "Việc của tôi"'))
    plant(package, "desk/templates/desk/home.html", '{{ _("My works") }}')
    assert tool.update("vi", tool.extract(package), locale) == (4, 1)
    assert "fuzzy" not in file.read_text()


def test_english_says_the_sentence_itself_in_both_forms(package: Path, tmp_path: Path) -> None:
    assert tool.update("en", tool.extract(package), tmp_path / "locale") == (0, 0)
    assert tool.read("en", tmp_path / "locale")["%(n)s unit"].string == ("%(n)s unit", "%(n)s units")


def test_a_compiled_catalogue_answers_without_gettext_programs(package: Path, tmp_path: Path) -> None:
    import gettext

    locale, found = tmp_path / "locale", tool.extract(package)
    for language in tool.LANGUAGES:
        tool.update(language, found, locale)
    file = tool.po("ar", locale)
    for place, word in enumerate(("صفر", "واحدة", "وحدتان", "%(n)s وحدات", "%(n)s وحدة", "%(n)s وحدة.")):
        file.write_text(file.read_text().replace(f'msgstr[{place}] ""', f'msgstr[{place}] "{word}"'))
    assert tool.compile_all(locale) == 4
    assert tool.compile_all(locale) == 0, "nothing changed, nothing is written"
    arabic = gettext.translation("django", locale, ["ar"])
    numbers = (0, 1, 2, 7, 23, 100)
    forms = [arabic.ngettext("%(n)s unit", "%(n)s units", n) for n in numbers]
    assert len(set(forms)) == 6


@pytest.mark.parametrize("language", ["vi", "ar", "pt"])
def test_a_sentence_without_translation_is_caught(language: str, package: Path) -> None:
    found = tool.extract(package)
    complaints = said(check_complete(language, catalogue(language, **{"My work": "Việc của tôi"}), found))
    assert f"units/views.py:6: not translated into {language}: 'No unit is named %(name)s.'" in complaints
    assert "My work" not in complaints


def test_a_plural_with_one_empty_form_is_not_translated(package: Path) -> None:
    catalog = catalogue("ar")
    catalog.add(("%(n)s unit", "%(n)s units"), ("a", "b", "c", "d", "", "f"))
    assert "'%(n)s unit'" in said(check_complete("ar", catalog, tool.extract(package)))


def test_a_catalogue_behind_the_code_is_caught(package: Path) -> None:
    catalog = catalogue("vi", **{"My work": "Việc của tôi", "Old words": "Từ cũ"})
    catalog.add("List", "Liệt kê", context="verb", flags=["fuzzy"])
    catalog.add("%(n)s unit", "%(n)s đơn vị")
    complaints = said(check_fresh("vi", catalog, tool.extract(package)))
    assert "'No unit is named %(name)s.' is said in the code and not in the catalogue" in complaints
    assert "'Old words' is said nowhere any more" in complaints
    assert "'List' is marked fuzzy" in complaints
    assert "'%(n)s unit' has another plural" in complaints
    assert "My work" not in complaints


@pytest.mark.parametrize(
    ("text", "wrong", "says", "right"),
    [
        ("No unit %(name)s.", "Không có đơn vị.", "loses %(name)s", "Không có đơn vị %(name)s."),
        ("No unit %(name)s.", "Không có %(ten)s %(name)s.", "invents %(ten)s", "%(name)s: không có."),
        ("%(n)s%% of all", "%(n)s% của tất cả", "stray percent", "%(n)s%% của tất cả"),
        ("%(n)s of %(total)s", "%(n)s trên %(n)s", "loses %(total)s", "%(total)s / %(n)s"),
    ],
)
def test_a_lost_or_invented_field_is_caught(text: str, wrong: str, says: str, right: str) -> None:
    assert says in said(check_fields("vi", catalogue("vi", **{text: wrong})))
    assert not said(check_fields("vi", catalogue("vi", **{text: right})))


def test_plurals_may_drop_the_number_only_where_the_word_says_it() -> None:
    catalog = catalogue("ar")
    catalog.add(("%(n)s unit", "%(n)s units"), ("صفر", "واحدة", "وحدتان", "%(n)s وحدات", "%(n)s وحدة", "%(n)s وحدة"))
    assert not said(check_fields("ar", catalog))
    catalog = catalogue("ar")
    catalog.add(("%(n)s unit", "%(n)s units"), ("صفر", "واحدة", "وحدتان", "وحدات", "%(n)s وحدة", "%(n)s وحدة"))
    assert "loses %(n)s in 'وحدات'" in said(check_fields("ar", catalog))


def test_too_few_plural_forms_or_another_rule_is_caught() -> None:
    catalog = catalogue("ar")
    catalog.add(("%(n)s unit", "%(n)s units"), ("وحدة", "وحدات"))
    assert "needs 6 forms, has 2" in said(check_plurals("ar", catalog))
    catalog.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n > 1);")]
    assert "Plural-Forms must be: nplurals=6" in said(check_plurals("ar", catalog))


@pytest.mark.parametrize(
    ("text", "wrong", "says", "right"),
    [
        ("Open the list of models", "Open the list of models", "the English copied", "Mở danh sách mô hình"),
        ("Read <b>this</b>", "Đọc điều này", "other markup", "Đọc <b>điều này</b>"),
        ("Save", " Lưu", "another space", "Lưu"),
        ("Unit", unicodedata.normalize("NFD", "Đơn vị"), "composed letters", "Đơn vị"),
    ],
)
def test_careless_wording_is_caught(text: str, wrong: str, says: str, right: str) -> None:
    assert says in said(check_wording("vi", catalogue("vi", **{text: wrong})))
    assert not said(check_wording("vi", catalogue("vi", **{text: right})))


def test_layout_inside_a_sentence_is_caught(package: Path) -> None:
    plant(package, "desk/templates/desk/b.html", "{% trans %}\n  Two lines\n{% endtrans %}{{ _(' edge') }}")
    complaints = said(check_sentences(tool.extract(package)))
    assert complaints.count("one line, no edges") == 2
    plant(package, "desk/templates/desk/b.html", "{% trans trimmed %}\n  Two\n  lines\n{% endtrans %}")
    assert not said(check_sentences(tool.extract(package)))
