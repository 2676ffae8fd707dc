"""Finding models: the list's search box and counts, models like one, lineage; nobody finds what they may not see."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from kheo.base.access import OPERATOR, STRANGER, Actor
from kheo.initiatives import actions, queries
from kheo.initiatives.actions import finding
from kheo.initiatives.forms import InitiativeFilters
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    again,
    commune,
    province,
    registered,
    term,
    unit,
)
from kheo.initiatives.words import Field, Kind, Novelty, Registration, State
from kheo.search import actions as search
from kheo.units.queries import views

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LIST = "/vi/initiatives/"


def listed(client: Client, **query: str) -> list[tuple[int, str]]:
    """(id, title) of the rows of the list page, in its order."""
    text = client.get(LIST, query).content.decode()
    return [(int(id), title) for id, title in re.findall(r'/initiatives/(\d+)/"><bdi>(.*?)</bdi>', text)]


def found(who: Actor, words: str) -> list[int]:
    return list(queries.find(who, words, limit=50).ids)


def test_a_model_is_found_by_name_goal_results_and_unit() -> None:
    model = registered(province(), title="Đường hoa thay bãi rác", goal="Sạch ngõ", outputs="Hai km hoa mười giờ")
    registered(province(), title="Ngân hàng bò sinh sản")
    for words in ("duong hoa", "bai rac duong", "sach ngo", "muoi gio", "hoa phan thiet", "lam dong hoa"):
        assert found(OPERATOR, words) == [model.pk], words


def test_a_changed_model_is_found_as_it_is_and_a_voided_one_no_more() -> None:
    model = registered(province(), title="Đường hoa")
    actions.change(actor=province(), initiative=again(model), values={"title": "Ngân hàng bò"}, on=DAY, known=KNOWN)
    assert (found(OPERATOR, "duong hoa"), found(OPERATOR, "ngan hang bo")) == ([], [model.pk])
    actions.void_many(actor=province(), rows=[(model.pk, 2, None)], on=DAY, known=KNOWN)
    assert found(OPERATOR, "ngan hang bo") == []
    assert queries.lagging() == 0


def test_a_list_is_found_at_once_and_a_refused_deed_leaves_nothing_behind() -> None:
    rows = [
        Registration(title=f"Tủ sách {n}", field="economy", kind="collective", novelty="new", unit_id=unit(PHAN_THIET))
        for n in range(3)
    ]
    ids = actions.register_many(actor=province(), rows=rows, period=term(), on=DAY, known=KNOWN)
    assert sorted(found(OPERATOR, "tu sach")) == sorted(ids)
    assert queries.lagging() == 0


def test_the_index_that_lags_is_told_and_built_anew() -> None:
    model, other = registered(title="Đường hoa"), registered(title="Tủ sách")
    Initiative.objects.filter(pk=model.pk).update(title="Đèn đường", title_key="đèn đường")
    search.drop(queries.SEARCHED, [other.pk])
    assert queries.lagging() == 2
    search.rebuild(queries.SEARCHED, finding.MODELS, actor=OPERATOR)
    assert queries.lagging() == 0
    assert (found(OPERATOR, "den duong"), found(OPERATOR, "tu sach")) == ([model.pk], [other.pk])


def test_nobody_finds_what_they_do_not_see() -> None:
    mine = registered(title="Đường hoa một", note="mật danh")
    theirs = registered(province(), title="Đường hoa hai", unit_id=unit(PHU_THUY), note="mật danh")
    assert found(commune(), "duong hoa") == [mine.pk]
    assert found(commune(PHU_THUY), "duong hoa") == found(commune(PHU_THUY), "mat danh") == [theirs.pk]
    assert sorted(found(province(), "duong hoa")) == sorted([mine.pk, theirs.pk])
    assert found(STRANGER, "duong hoa") == found(province("52"), "duong hoa") == []
    # What everybody may read is found by its public words alone, and only after acceptance.
    assert queries.find_published("duong hoa", limit=9).ids == (theirs.pk,)
    assert queries.find_published("mat danh", limit=9).ids == ()


def test_no_other_spelling_tells_of_hidden_models() -> None:
    registered(province("52"), unit_id=unit("21583"), title="Khiếu nại Suối Tiên")
    registered(title="Đường hoa")
    for words in ("khieu nai", "suoii tien", "khieuu"):
        got = queries.find(commune(), words, limit=9)
        assert (got.ids, got.mended) == ((), ""), words
        held = queries.holding(commune(), words)
        assert (held.mended, held.found.count()) == ("", 0), words


def test_the_list_shows_what_was_mended_and_how_to_ask_as_typed(sign_in: SignIn) -> None:
    registered(title="Camera giữ bình yên")
    client = sign_in("province_commission", "68")
    text = client.get(LIST, {"q": "camrea"}).content.decode()
    assert 'id="mended"' in text
    assert "Camera giữ bình yên" in text
    assert "exact=1" in text
    text = client.get(LIST, {"q": "camrea", "exact": "1"}).content.decode()
    assert "Camera giữ bình yên" not in text
    assert 'id="mended"' not in text


def test_the_cases_of_writing_hold_on_the_page(sign_in: SignIn) -> None:
    # Case A09: lookalikes and every case; case A10: old and new tone, letters taken apart.
    titles = [
        "Đường hoa thử",
        "đường hoa thử 2",
        "Ðường hoa thử 3",
        "Ɖường hoa thử 4",
        "Duong hoa thu 5",
        "Thủy lợi Hòa Thắng",
    ]
    models = [registered(title=title) for title in titles]
    client = sign_in("province_commission", "68")

    def shown(words: str) -> list[int]:
        return [id for id, _title in listed(client, q=words)]

    five = {m.pk for m in models[:5]}
    assert all(set(shown(words)) == five for words in ("duong hoa", "đường hoa", "ĐƯỜNG HOA", "ĐƯƠNG HOA"))
    assert set(shown("đường hoa")[:4]) == {m.pk for m in models[:4]}
    for words in ("hoà thắng", "hòa thắng", "Ho\u0300a Tha\u0306\u0301ng", "thuỷ", "thủy", "thuy hoa"):
        assert shown(words) == [models[5].pk], words


def test_the_list_sorts_by_the_vietnamese_alphabet(sign_in: SignIn) -> None:
    # Case A23.
    right = "An, Ăn, Ân, Ấp, Ập, Âu, Dương, Đa Mi, Đồng, Đức Linh, Ea, Ong, Ông, Ơn, Uyên, Ưng, Zuôn".split(", ")
    mixed = random.Random(5).sample(right, len(right))
    for title in mixed:
        registered(title=title + " thử")
    client = sign_in("province_commission", "68")
    assert [title.removesuffix(" thử") for _id, title in listed(client, sort="title")] == right
    assert [title.removesuffix(" thử") for _id, title in listed(client, sort="-title", q="thu")] == right[::-1]


def test_the_counts_beside_the_choices_are_those_of_counting_by_hand() -> None:
    dice = random.Random(7)
    for n in range(40):
        registered(
            dice.choice([province(), commune()]),
            title=f"{dice.choice(['Đường hoa', 'Tủ sách'])} {n}",
            field=dice.choice(Field.values),
            kind=dice.choice(Kind.values),
            novelty=dice.choice([Novelty.NEW, Novelty.KEPT]),
        )
    registered(province("52"), unit_id=unit("21583"), title="Đường hoa nơi khác")
    for who in (province(), commune(), OPERATOR):
        for given in (
            {},
            {"field": "economy"},
            {"q": "duong hoa", "kind": "collective"},
            {"q": "duong hoa", "field": "economy", "state": "submitted", "novelty": "new"},
            {"unit": views([unit(PHAN_THIET)], DAY)[unit(PHAN_THIET)].uid, "state": "accepted"},
        ):
            filters = InitiativeFilters(given, actor=who, on=DAY, page=True)
            counts = filters.counts()
            for name, choices in (("field", Field), ("state", State), ("kind", Kind), ("novelty", Novelty)):
                for code in choices.values:
                    by_hand = InitiativeFilters({**given, name: code}, actor=who, on=DAY).found().count()
                    assert counts[name].get(code, 0) == by_hand, (given, name, code)


def test_counts_stand_in_the_form_and_those_of_long_lists_are_kept_for_a_minute(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        registered(title=f"Đường hoa {n}", field="economy")
    client = sign_in("province_commission", "68")
    text = client.get(LIST.replace("/vi/", "/en/")).content.decode()
    assert "Economy (3)" in text
    assert "Defence and security (0)" in text
    monkeypatch.setattr(queries.finding, "MOST_COUNTED", 2)
    text = client.get(LIST.replace("/vi/", "/en/")).content.decode()
    assert "Economy (3)" in text
    assert "within the last minute" in text
    registered(title="Đường hoa thứ tư", field="economy")
    text = client.get(LIST.replace("/vi/", "/en/")).content.decode()
    assert "Economy (3)" in text
    other = sign_in("province_commission", "52").get(LIST.replace("/vi/", "/en/")).content.decode()
    assert "Economy (0)" in other  # who sees other models never gets these numbers
    caches["counts"].clear()
    text = sign_in("province_commission", "68").get(LIST.replace("/vi/", "/en/")).content.decode()
    assert "Economy (4)" in text
    assert text.count("k-rowlink") == 4


def test_very_many_matches_are_told(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        registered(title=f"Đường hoa {n}")
    monkeypatch.setattr("kheo.initiatives.forms.filters.MOST_LOOKED_AT", 3)
    monkeypatch.setattr("kheo.search.queries.MOST_RANKED", 2)
    client = sign_in("province_commission", "68")
    assert len(listed(client, q="duong hoa")) == 3
    assert 'id="newest"' in client.get(LIST, {"q": "duong hoa"}).content.decode()
    assert InitiativeFilters({"q": "duong hoa"}, actor=OPERATOR, on=DAY).found().count() == 5


@pytest.mark.parametrize("words", ["*", '"', "NEAR(a b)", "\0", "x" * 5000, "title:a", "%", "' OR 1=1 --"])
def test_hostile_words_are_only_words(sign_in: SignIn, words: str) -> None:
    registered(title="Đường hoa")
    answer = sign_in("province_commission", "68").get(LIST, {"q": words})
    assert answer.status_code == 200


def test_models_like_one_are_seen_or_public() -> None:
    mine = registered(title="Tủ sách cộng đồng thôn 1")
    public = registered(province("52"), unit_id=unit("21583"), title="Tủ sách cộng đồng làng 2")
    registered(commune(PHU_THUY), unit_id=unit(PHU_THUY), title="Tủ sách cộng đồng xóm 3")
    registered(province(), title="Camera an ninh")
    like = queries.like(again(mine), actor=commune(), on=DAY)
    assert [one.row.id for one in like] == [public.pk]
    assert len(queries.like(again(mine), actor=OPERATOR, on=DAY)) == 2


def copies() -> list[Initiative]:
    """A model, two copies, a copy of the first copy, and a hidden copy of another province."""
    first = registered(province(), title="Gốc")
    one = registered(province(), title="Bản một", novelty="replicated", replicates=first.pk)
    two = registered(province(), title="Bản hai", novelty="replicated", replicates=first.pk)
    below = registered(province(), title="Bản của bản", novelty="replicated", replicates=one.pk)
    hidden = registered(commune("21583"), unit_id=unit("21583"), title="Ẩn", novelty="replicated", replicates=one.pk)
    return [first, one, two, below, hidden]


def test_lineage_is_the_same_tree_from_every_member() -> None:
    first, one, two, below, hidden = copies()
    for asked in (first, one, two, below):
        kin = queries.lineage(again(asked), actor=province(), on=DAY)
        assert [(k.row.id, k.depth) for k in kin] == [(first.pk, 0), (one.pk, 1), (below.pk, 2), (two.pk, 1)]
        assert [k.row.id for k in kin if k.asked] == [asked.pk]
    assert hidden.pk in {k.row.id for k in queries.lineage(again(one), actor=OPERATOR, on=DAY)}


def test_a_ring_of_copies_ends() -> None:
    first, one, *_others = copies()
    Initiative.objects.filter(pk=first.pk).update(replicates=one.pk)
    kin = queries.lineage(again(one), actor=province(), on=DAY)
    assert len({k.row.id for k in kin}) == len(kin) == 4


def test_the_page_of_lineage_shows_the_tree_within_fifteen_queries(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    models = copies()
    client = sign_in("province_commission", "68")
    address = f"/vi/initiatives/{models[1].pk}/lineage/"
    client.get(address)
    with django_assert_max_num_queries(15):
        text = client.get(address).content.decode()
    assert all(m.title in text for m in models[:4])
    assert "Ẩn" not in text
    assert text.count('aria-current="true"') >= 1
    assert sign_in("commune_officer", PHU_THUY).get(address).status_code == 404


def test_the_commands_find_in_the_same_way(day: date) -> None:
    from click.testing import CliRunner

    from kheo.initiatives.commands import initiatives

    models = copies()

    def run(*words: str) -> dict[str, Any]:
        result = CliRunner().invoke(initiatives, [*words, "--json"])
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    answer = run("find", "ban cua")
    assert (answer["count"], answer["rows"][0]["title"], answer["mended"]) == (1, "Bản của bản", "")
    answer = run("lineage", str(models[0].pk))
    assert [row["depth"] for row in answer["rows"]] == [0, 1, 2, 2, 1]
    answer = run("like", str(models[1].pk))
    assert all(row["likeness"] >= 30 for row in answer["rows"])
