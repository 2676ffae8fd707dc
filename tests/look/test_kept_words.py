"""What templates keep in the process: sentences and addresses, each in its language, nothing unescaped."""

from __future__ import annotations

from django.template import engines
from django.urls import reverse
from django.utils import translation


def written(template: str, **context: object) -> str:
    return engines["jinja2"].from_string(template).render(context)


def test_one_sentence_and_one_address_in_every_language_whoever_came_first() -> None:
    for _turn in range(2):
        for code in ("vi", "en", "ar", "pt"):
            with translation.override(code):
                assert written("{{ _('Home') }}") == translation.gettext("Home")
                assert written("{{ url('portal:model', pk=7) }}") == f"/{code}/models/7/"
                assert written("{{ url('portal:place', uid='u1') }}") == reverse("portal:place", args=["u1"])
    with translation.override("vi"):
        assert written("{{ _('Home') }}") == "Trang chủ"


def test_what_is_put_into_a_sentence_is_escaped_and_a_percent_sign_stays() -> None:
    with translation.override("en"):
        sentence = "{{ _('Drop the filter %(text)s', text=text) }}"
        assert written(sentence, text="<b>") == "Drop the filter &lt;b&gt;"
        assert written("{{ _('100%%') }}") == "100%"
        assert written("{{ _('<b>') }}") == "<b>"  # the sentence itself is ours
