"""Finding: with and without marks, with mistakes, on both databases the same; whatever is typed is only words."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.base.access import OPERATOR, STRANGER
from kheo.base.errors import NotAllowed
from kheo.search import actions, queries
from kheo.search.models import SearchText, SearchWord
from kheo.search.rules import keys_of, words_of
from kheo.search.words import MOST_RANKED, Source, Text

pytestmark = pytest.mark.django_db
KIND = "try"
TYPED = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)


def put(*titles: str, **more: str) -> list[int]:
    start = SearchText.objects.count() + 1
    ids = list(range(start, start + len(titles)))
    actions.put(KIND, [Text(id=id, title=title, **more) for id, title in zip(ids, titles, strict=True)])
    return ids


def rows(several: Iterable[int]) -> QuerySet[SearchText]:
    """A query set with these keys, as the rows of a room have them."""
    keys = [10**9 + id for id in several]
    return SearchText.objects.filter(pk__in=keys)


def put_far(*titles: str) -> list[int]:
    """As `put`, with ids far from the keys the database gives, and a row of each id for `rows`."""
    SearchText.objects.bulk_create(
        SearchText(pk=10**9 + n, kind="row", subject_id=n) for n in range(1, len(titles) + 1)
    )
    actions.put(KIND, [Text(id=10**9 + n, title=title) for n, title in enumerate(titles, 1)])
    return list(range(1, len(titles) + 1))


def ids(words: str, **more: bool | list[str]) -> list[int]:
    return list(queries.found(KIND, words, limit=99, **more).ids)  # type: ignore[arg-type]


def test_what_is_typed_without_marks_finds_every_spelling_and_marks_come_first() -> None:
    # Case A09: rows 3 and 4 hold lookalikes of the letter đ; the newest comes first among equals.
    put(
        "Đường hoa thử",
        "đường hoa thử",
        "Ðường hoa thử",
        "Ɖường hoa thử",
        "Duong hoa thu",
        "Dương hoa thử",
        "Đồng Tháp",
    )
    assert sorted(ids("duong hoa")) == [1, 2, 3, 4, 5, 6]
    assert sorted(ids("đường hoa")[:4]) == sorted(ids("ĐƯỜNG HOA")[:4]) == [1, 2, 3, 4]
    assert ids("dong thap") == [7]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Hòa Thắng", "Hoà Thắng"),
        ("Thủy", "Thuỷ"),
        ("Khỏe", "Khoẻ"),
        ("Lũy", "Luỹ"),
        ("Hòa Thắng", "Ho\u0300a Tha\u0306\u0301ng"),
        ("Đồng Ruộng", "Đô\u0300ng Ruô\u0323ng"),
        ("مدرسة أحمد", "مدرسه احمد"),
        ("إِلى المكتبة", "الي المكتبه"),
        ("كـــتاب", "كتاب"),
    ],
)
def test_two_ways_to_write_one_word_find_each_other(here: str, there: str) -> None:
    put(here, there)
    assert sorted(ids(here)) == sorted(ids(there)) == [1, 2]


def test_all_words_must_be_there_and_the_last_may_be_unfinished() -> None:
    put("Camera giữ bình yên thôn 6", "Ngân hàng bò sinh sản")
    assert ids("yen camera") == ids("camera bi") == ids("thon 6") == [1]
    assert ids("camera bo") == ids("came binh") == []


def test_the_title_comes_before_other_words() -> None:
    actions.put(
        KIND,
        [
            Text(id=1, title="Đường hoa"),
            Text(id=2, title="Ngân hàng bò", text="bên đường hoa"),
            Text(id=3, title="Hoa trên đường"),
            Text(id=4, title="Đường hoa, đường cờ"),
        ],
    )
    assert ids("duong hoa") == [1, 4, 3, 2]


def test_words_of_the_office_are_found_by_the_office_alone() -> None:
    put("Đường hoa", text="công khai", office="mật danh")
    assert ids("cong khai") == ids("mat danh", office=True) == [1]
    assert ids("mat danh") == ids("mat dan") == []


def test_a_mistake_is_mended_and_told() -> None:
    put("Camera giữ bình yên", "Nghiêng mình")
    for typed, right in (
        ("camrea", "camera"),
        ("camear giu", "camera giu"),
        ("cmera", "camera"),
        ("nghinegg", "nghieng"),
    ):
        found = queries.found(KIND, typed, limit=9)
        assert (found.ids != (), found.mended) == (True, right), typed
    assert queries.found(KIND, "camrea", limit=9, mend=False).ids == ()
    assert queries.found(KIND, "yem", limit=9).ids == ()  # three letters are too few to guess
    assert queries.found(KIND, "camera", limit=9).mended == ""


def test_no_spelling_tells_of_what_the_reader_may_not_see() -> None:
    put_far("Đường hoa", "Khiếu kiện Suối Tiên", "Khiều hoa", "Đường khieng")
    for typed in ("khieu kien", "khieukien", "suoi tien", "suoii", "kiem"):
        assert queries.found(KIND, typed, limit=9, among=rows([1])) == queries.Found()
    # What is mended is the same, whether the hidden text is there or not.
    typed = ("khieu", "khien", "suoi", "tienn", "khieng hoa")
    with_it = [queries.found(KIND, one, limit=9, among=rows([1, 3, 4])) for one in typed]
    actions.drop(KIND, [10**9 + 2])
    assert [queries.found(KIND, one, limit=9, among=rows([1, 3, 4])) for one in typed] == with_it


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "*", '"', "''", '" OR "', "hoa*", "hoa NEAR duong", "NEAR(hoa duong, 2)", "title:hoa", "{title}:hoa",
        "^hoa", "hoa AND", "NOT hoa", "hoa | duong", "hoa & !duong", "hoa <-> duong", "hoa:*", "\0", "a\0b", "%", "_",
        "\\", "'; DROP TABLE search_text; --", "x" * 10_000, "hoa " * 10_000, "(" * 500, "t·hoa", "k·p1", "b·",
        "\ud7ff\U0010ffff", "ßŒﬁ", "١٢٣", "e\u0301" * 300,
    ],
)  # fmt: skip
def test_whatever_is_typed_is_only_words(typed: str) -> None:
    actions.put(KIND, [Text(id=1, title="Đường hoa", office="kín", tags=("p1",))])
    for mend in (True, False):
        found = queries.found(KIND, typed, limit=9, mend=mend)
        assert set(found.ids) <= {1}
    list(
        SearchText.objects.filter(subject_id__in=queries.matching(KIND, queries.read(typed))) if words_of(typed) else []
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TYPED, text=TYPED)
def test_every_text_is_found_by_each_of_its_words(title: str, text: str) -> None:
    actions.put(KIND, [Text(id=1, title=title, text=text)])
    for typed in f"{title} {text}".split():
        if words_of(typed):
            assert ids(typed) == [1], typed


def test_a_change_is_found_and_what_was_is_not() -> None:
    put("Đường hoa")
    assert actions.put(KIND, [Text(id=1, title="Đường hoa")]) == 0
    assert actions.put(KIND, [Text(id=1, title="Ngân hàng bò")]) == 1
    assert (ids("duong hoa"), ids("ngan hang")) == ([], [1])
    actions.drop(KIND, [1])
    assert ids("ngan hang") == []
    _check_index()


def test_a_part_is_found_by_its_tags() -> None:
    actions.put(KIND, [Text(id=n, title="Đường hoa", tags=(f"p{n % 3}", f"c{n}")) for n in range(1, 10)])
    assert ids("hoa", tags=["p1"]) == [7, 4, 1]
    assert ids("hoa", tags=["c2", "c3"]) == [3, 2]
    assert ids("hoa", tags=[]) == ids("p1") == []


def test_who_sees_little_of_very_much_still_finds_it() -> None:
    put_far(*(f"Đường hoa {n}" for n in range(MOST_RANKED + 40)))
    assert len(queries.found(KIND, "duong hoa", limit=9, among=rows([1, 2, 3])).ids) == 3


def test_the_same_texts_put_twice_learn_words_once() -> None:
    put("Đường hoa hoa")
    put("Đường hoa")
    assert sorted(SearchWord.objects.values_list("word", "n")) == [("duong", 1), ("hoa", 1)]


def test_building_anew_makes_the_same_index_and_counts_the_words() -> None:
    put("Đường hoa", "Ngân hàng bò", "Hoa hồng")
    before = list(SearchText.objects.order_by("subject_id").values_list("subject_id", "words"))
    texts = [Text(id=1, title="Đường hoa"), Text(id=2, title="Ngân hàng bò"), Text(id=3, title="Hoa hồng")]
    source = Source(texts=lambda: iter([texts]), lag=lambda: 0)
    with pytest.raises(NotAllowed):
        actions.rebuild(KIND, source, actor=STRANGER)
    assert actions.rebuild(KIND, source, actor=OPERATOR) == 3
    assert list(SearchText.objects.order_by("subject_id").values_list("subject_id", "words")) == before
    assert dict(SearchWord.objects.values_list("word", "n"))["hoa"] == 2
    assert ids("hoa") == [3, 1]
    _check_index()


def test_what_is_alike_shares_rare_words() -> None:
    put_far("Mô hình tủ sách thôn 1", "Mô hình tủ sách xóm 2", "Mô hình camera an ninh", "Sách hay")
    near = queries.near(KIND, "Mô hình tủ sách thôn 9", among=rows([1, 2, 3, 4]), limit=9)
    assert [id - 10**9 for id, _likeness in near][:2] == [1, 2]
    assert all(30 <= likeness <= 100 for _id, likeness in near)
    assert [id - 10**9 for id, _l in queries.near(KIND, "Tủ sách", among=rows([2]), limit=9)] == [2]
    assert queries.near(KIND, "", among=rows([1]), limit=9) == []


def test_keys_meet_within_the_allowed_distance() -> None:
    assert keys_of("camera") & keys_of("camrea")
    assert keys_of("nghieng") & keys_of("nghineg")
    assert keys_of("h0a") == keys_of("ab") == set()


def _check_index() -> None:
    """SQLite compares its full-text index with the table; a trigger that missed something is an error here."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_full(search_full, rank) VALUES ('integrity-check', 1)")
