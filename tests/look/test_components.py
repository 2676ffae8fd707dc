"""The components keep the look's promises: a figure is never alone, a zero is a hole, a button says why it is grey."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError

from kheo.base.access import STRANGER
from kheo.base.errors import Refusal
from kheo.base.web import Page
from kheo.demo.queries import HELD
from kheo.exchange.words import Fate
from kheo.initiatives.words import Field, Mark, State
from tests.look import guide
from tests.look.test_bundle import BUNDLE

ICON = re.compile(r'<svg class="i[^"]*" aria-hidden="true"><use href="[^"]*icons[^"]*\.svg#i-\w+"/></svg>')


def english(label: Any) -> str:
    """A word of a room as the English page says it; the components repeat these words and must not drift from them."""
    with translation.override("en"):
        return str(label)


def draw(body: str, *, address: str = "/vi/", lang: str = "vi", **context: Any) -> str:
    """What the reader of `lang` gets for a piece of template that uses the components."""
    request = RequestFactory().get(address)
    request.actor = STRANGER  # type: ignore[attr-defined]
    with translation.override(lang):
        template = engines["jinja2"].from_string('{% import "ui.html" as ui with context %}' + body)
        return template.render(context, request)


class Reading(HTMLParser):
    """Ids and what points at them, tags with their attributes, and elements left open."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "use", "rect", "source", "col"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.pointed += given.get(name, "").split()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


def page(lang: str, view: Callable[[HttpRequest], HttpResponse] = guide.styleguide) -> str:
    request = RequestFactory().get(f"/{lang}/components/")
    request.actor = STRANGER  # type: ignore[attr-defined]
    with translation.override(lang):
        return view(request).content.decode()


FACES = pytest.mark.parametrize("view", [guide.styleguide, guide.workbench], ids=["public", "office"])


@FACES
@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
def test_the_component_page_is_well_formed_and_points_only_at_what_is_there(lang: str, view: Any) -> None:
    read = Reading(page(lang, view))
    assert read.crossed == []
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert set(read.pointed) <= set(read.ids)


@FACES
@pytest.mark.parametrize("lang", ["vi", "ar"])
def test_the_component_page_writes_nothing_inline(lang: str, view: Any) -> None:
    for tag, given in Reading(page(lang, view)).tags:
        assert "style" not in given, (tag, given)
        assert not [name for name in given if name.startswith("on")], (tag, given)
        assert tag != "script" or "src" in given


def test_arabic_pages_use_the_mirrored_style_and_say_so() -> None:
    html = page("ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert "bootstrap.rtl.min" in html
    assert "bootstrap.min" not in html


def test_the_office_says_who_acts_what_was_done_and_that_the_data_is_not_real() -> None:
    cache.set(HELD, True)
    html = page("en", guide.workbench)
    for said in (
        "Xã Kông Chro",
        "Xã Đức Cơ",
        "alert-success",
        "alert-danger",
        "Demonstration data",
        'action="/en/account/',
    ):
        assert said in html
    cache.set(HELD, False)
    assert "Demonstration data" not in page("en")


def test_citizens_pages_carry_no_script() -> None:
    assert not [given for tag, given in Reading(page("vi")).tags if tag == "script"]


@FACES
def test_every_icon_that_the_components_choose_is_drawn(view: Any) -> None:
    drawn = set(re.findall(r'id="(i-\w+)"', (BUNDLE / "icons.svg").read_text(encoding="utf-8")))
    assert set(re.findall(r'<use href="[^"#]*#([\w-]+)"', page("vi", view))) <= drawn


def test_every_component_is_on_the_component_page() -> None:
    source = engines["jinja2"].env.loader.get_source(engines["jinja2"].env, "styleguide.html")[0]
    module = engines["jinja2"].get_template("ui.html").template.make_module({"csrf_input": "", "query": None})
    inner = {
        "mark",
        "fate_name",
        "state_name",
        "heat_class",
        "heat_legend",
        "hidden_inputs",
        "page_step",
        "panel_head",
        "flashes",
        "kept",
        "downloads",
    }
    inner |= {name for name in vars(module) if name.startswith(("field_", "_"))} | {
        name for name in vars(module) if name.isupper()
    }
    unused = {name for name in vars(module) if f"ui.{name}(" not in source} - inner
    assert unused == set()


@pytest.mark.parametrize("field", Field)
def test_a_field_has_shape_and_word(field: Field) -> None:
    html = draw("{{ ui.field_chip(code) }}", code=field.value, lang="en")
    assert ICON.search(html)
    assert english(field.label) in html
    assert 'data-f="' in html


@pytest.mark.parametrize("state", State)
def test_a_state_has_icon_and_word(state: State) -> None:
    html = draw("{{ ui.state_chip(code) }}", code=state.value, lang="en")
    assert ICON.search(html)
    assert html.strip().endswith(f"{english(state.label)}</span>")


@pytest.mark.parametrize("mark", [Mark.KEPT, Mark.SPREADING])
def test_a_mark_stands_for_a_running_model_but_never_hides_a_removed_one(mark: Mark) -> None:
    assert english(mark.label) in draw("{{ ui.state_chip('running', code) }}", code=mark.value, lang="en")
    assert english(State.REMOVED.label) in draw("{{ ui.state_chip('removed', code) }}", code=mark.value, lang="en")


@pytest.mark.parametrize("fate", Fate)
def test_a_fate_has_icon_and_word(fate: Fate) -> None:
    html = draw("{{ ui.fate_chip(code) }}", code=fate.value, lang="en")
    assert ICON.search(html)
    assert html.strip().endswith(f"{english(fate.label)}</span>")


def test_a_code_nobody_knows_fails_at_once() -> None:
    with pytest.raises(UndefinedError):
        draw("{{ ui.state_chip('cancelled') }}")


@pytest.mark.parametrize(
    ("days", "tone", "words"), [(8, "", "8"), (2, " warn", "2"), (0, " warn", "today"), (-3, " bad", "3")]
)
def test_a_deadline_is_said_in_working_days(days: int, tone: str, words: str) -> None:
    html = draw("{{ ui.due_chip(days) }}", days=days, lang="en")
    assert f'class="k-s{tone}"' in html
    assert words in html


FIGURE = "{{ ui.figure(n, 'models', 'Ninh Binh before 1/7/2025', '2023', 'Report', **more) }}"


def test_a_figure_says_unit_territory_period_and_source() -> None:
    html = draw(FIGURE, n=1635, more={"source_url": "/r/"}, lang="en")
    for word in (
        "1,635",
        "models",
        "Ninh Binh before 1/7/2025",
        "2023",
        '<a href="/r/">Report</a>',
        "Counted from records",
    ):
        assert word in html


def test_a_figure_without_territory_or_period_cannot_be_drawn() -> None:
    with pytest.raises((UndefinedError, TypeError)):
        draw("{{ ui.figure(71, 'models') }}")


def test_a_quoted_figure_is_hollow_and_keeps_its_qualifier() -> None:
    html = draw(FIGURE, n=70000, more={"quoted": True, "qualifier": "nearly"}, lang="en")
    assert 'class="k-fig quoted"' in html
    assert re.search(r"<small>nearly</small>\s*70,000", html)
    assert "Counted" not in html


def test_a_share_shows_both_terms() -> None:
    html = draw(FIGURE, n=301, more={"of": 314}, lang="en")
    assert "301" in html
    assert "314" in html
    assert "95.9%" in html


def test_numbers_are_written_for_each_reader_anew() -> None:
    body = "{{ 5813|num }} {{ 0|num }}"
    assert draw(body, lang="vi").strip() == "5.813 0"
    assert draw(body, lang="ar").strip() == "٥٬٨١٣ ٠"
    assert draw(body, lang="en").strip() == "5,813 0"


def matrix(lang: str = "en", gap_url: str = "None") -> str:
    with translation.override(lang):
        sample = guide.sample()
    body = "{% macro to(row, code) %}/new?{{ row.unit_code }}{% endmacro %}"
    return draw(
        body + "{{ ui.coverage(s.coverage, s.members, s.caption, 'Unit', gap_url=" + gap_url + ") }}",
        s=sample,
        lang=lang,
    )


def test_a_zero_is_a_hole_and_says_where() -> None:
    cells = re.findall(r'<td class="(\w+)">(.*?)</td>', matrix(), re.S)
    assert [css for css, text in cells if text.startswith("0")] == ["gap"] * 3
    assert not [text for css, text in cells if css != "gap" and text.strip() == "0"]
    said = [re.sub(r"<.*?>", "", text) for css, text in cells if css == "gap"]
    assert said[0].startswith("0 – Xã Kông Chro, ")
    assert said[2].startswith("0 – Xã Đức Cơ, ")
    assert all(text.endswith(": none yet") for text in said)


def test_darker_is_more() -> None:
    shade = {int(n): css for css, n in re.findall(r'<td class="(h\dc)">(\d+)</td>', matrix())}
    assert [shade[n] for n in (1, 5, 6, 12, 18, 26, 52)] == ["h1c", "h1c", "h2c", "h2c", "h3c", "h4c", "h5c"]


def test_a_hole_leads_to_what_fills_it() -> None:
    assert matrix(gap_url="to").count('<td class="gap"><a href="/new?') == 3


def test_the_matrix_carries_its_caption_and_legend() -> None:
    html = matrix("vi")
    assert "<caption>" in html
    assert all(key in html for key in ("k-gapkey", "1–5", "6–12", "13–24", "25–39", "≥ 40"))


def test_a_bar_takes_its_widths_from_svg_and_leaves_out_nothing() -> None:
    html = draw("{{ ui.bar(parts) }}", parts=[("economy", 1), ("culture_society", 2), ("refused", 1), ("new", 0)])
    assert re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', html) == [("0.0", "25.0"), ("25.0", "50.0"), ("75.0", "25.0")]


def test_a_deed_is_posted_with_its_token() -> None:
    html = draw("{{ ui.action_form('/go', 'Accept', hidden={'row': '7'}) }}")
    assert '<form class="" method="post" action="/go">' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert '<input type="hidden" name="row" value="7">' in html


def test_a_grey_button_says_why_and_cannot_be_pressed() -> None:
    html = draw("{{ ui.action_form('/go', 'Accept', refusal=no) }}", no=Refusal("x", "Two rows are still asked."))
    assert " disabled>" in html
    assert "Two rows are still asked." in html
    assert "<form" not in html


def test_a_deed_hard_to_undo_is_asked_again_without_a_script() -> None:
    html = draw("{{ ui.action_form('/go', 'Undo', confirm='Really?') }}")
    assert html.index("<summary") < html.index("Really?") < html.index('type="submit"')
    assert 'name="csrfmiddlewaretoken"' in html


def test_what_people_wrote_is_never_markup() -> None:
    bad = "<script>alert(1)</script>"
    calls = (
        "chip(x)", "tile(x, x, x)", "breadcrumb([(x, x)])", "empty(x, x, x, x)", "facts([(x, x)])",
        "figure(x, x, x, x, x)",
        "link_button(x, x)", "select(x, x, [(x, x)])", "action_form(x, x, hidden={x: x})", "page_head(x, x)",
        "td_num(x, x)",
        "tabs([(x, x, True)], x)", "life([{'label': x, 'note': x, 'state': '', 'icon': ''}])", "work_item(x, x, x, x)",
        "flashes([m])", "check(x, x)", "src(x)", "th(x)", "action_form(x, x, confirm=x)",
    )  # fmt: skip
    body = "".join("{{ ui." + call + " }}" for call in calls) + "{% call ui.alert() %}{{ x }}{% endcall %}"
    html = draw(body, x=bad, m=Message(constants.ERROR, bad))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 40


def test_faults_of_a_form_are_summed_up_and_lead_to_their_fields() -> None:
    with translation.override("en"):
        form = guide.sample_form()
        form.errors  # noqa: B018  # made now, in the language of the reader
    html = draw("{{ ui.error_summary(form) }}", form=form, lang="en")
    assert 'role="alert"' in html
    assert "2 things to put right" in html
    assert re.findall(r'href="#(\w+)"', html) == ["id_field", "id_launch"]


def test_a_faulty_field_is_tied_to_its_help_and_its_fault() -> None:
    class OneField(forms.Form):
        day = forms.DateField(help_text="Day, month, year")

    html = draw("{{ ui.field(form['day']) }}", form=OneField({"day": "31/02/2026"}), lang="en")
    assert 'aria-describedby="id_day-help id_day-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control is-invalid"' in html
    assert '<label class="form-label" for="id_day">' in html


def test_a_form_without_faults_has_no_summary() -> None:
    class OneField(forms.Form):
        word = forms.CharField()

    assert draw("{{ ui.error_summary(form) }}", form=OneField({"word": "x"})).strip() == ""


@pytest.mark.parametrize(
    ("tag", "tone"), [(constants.SUCCESS, "success"), (constants.ERROR, "danger"), (constants.INFO, "info")]
)
def test_what_the_last_deed_answered_is_said(tag: int, tone: str) -> None:
    assert f"alert-{tone}" in draw("{{ ui.flashes([m]) }}", m=Message(tag, "Saved 189 rows."))


def test_pages_keep_the_filters_and_name_where_they_are() -> None:
    html = draw("{{ ui.pager(p) }}", p=Page([], 3, 6204, 50), address="/vi/x/?field=economy&page=3", lang="en")
    assert "101–150 of 6,204 records" in html
    assert 'aria-current="page">3</a>' in html
    assert 'href="?field=economy&amp;page=4" rel="next"' in html
    assert ">125</a>" in html


def test_a_single_page_needs_no_numbers() -> None:
    assert "<ul" not in draw("{{ ui.pager(p) }}", p=Page([], 1, 12, 50))


def test_a_heading_sorts_one_way_then_the_other() -> None:
    html = draw("{{ ui.th('Updated', sort='updated', current='updated') }}", address="/vi/x/?sort=updated")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-updated"' in html


def test_the_error_page_can_be_drawn_with_nothing_at_hand() -> None:
    html = engines["jinja2"].env.get_template("error.html").render()  # type: ignore[attr-defined]
    assert Reading(html).crossed == []
    assert "500" in html


def test_the_error_page_says_every_sentence() -> None:
    html = draw("{% include 'error.html' %}", status=409, sentences=["One.", "Two."])
    assert "<p>One.</p>" in html
    assert "<p>Two.</p>" in html


def account_page(name: str, form: forms.Form | None = None) -> str:
    request = RequestFactory().get("/en/account/")
    request.actor = STRANGER  # type: ignore[attr-defined]
    context = {"form": form, "redirect_field": mark_safe('<input type="hidden" name="next" value="/en/desk/">')}
    with translation.override("en"):
        return engines["jinja2"].get_template(f"account/{name}.html").render(context, request)


def test_signing_in_keeps_where_the_reader_was_going() -> None:
    html = account_page("login", LoginForm())
    assert '<input type="hidden" name="next" value="/en/desk/">' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert html.count("btn-primary") == 1


def test_signing_in_says_what_is_missing_in_our_own_words() -> None:
    with translation.override("en"):
        form = LoginForm({"login": "", "password": "x"})
        form.errors  # noqa: B018  # made now, in the language of the reader
    html = account_page("login", form)
    assert '<a href="#id_login">User name or telephone number: ' in html
    assert Reading(html).crossed == []


@pytest.mark.parametrize("name", ["logout", "password_change", "reauthenticate", "account_inactive", "signup_closed"])
def test_the_other_account_pages_are_whole(name: str) -> None:
    form = (
        ChangePasswordForm()
        if name == "password_change"
        else ReauthenticateForm(user=None)
        if name == "reauthenticate"
        else None
    )
    read = Reading(account_page(name, form))
    assert read.crossed == []
    assert set(read.pointed) <= set(read.ids)
    assert sum("btn-primary" in given.get("class", "") for _tag, given in read.tags) <= 1
