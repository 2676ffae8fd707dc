"""Long lists are written ahead in short commits: nobody meets a row before all are out, and others keep writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.errors import Refused
from kheo.exchange import actions as imports
from kheo.exchange.actions import ahead, saving
from kheo.exchange.models import ImportRun, WrittenRow
from kheo.exchange.words import RunState
from kheo.figures.models import FigLine, FigNow
from kheo.initiatives.actions import ahead as writing
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import SEARCHED, lagging, visible
from kheo.initiatives.tests.ground import DAY, KNOWN, LAM_DONG, SEE, differences, province, registered
from kheo.initiatives.tests.lists import book, fates, officer, reasons, row, save, stage
from kheo.initiatives.words import COMING
from kheo.search import queries as search

pytestmark = pytest.mark.django_db
TITLES = (
    "Đường hoa thôn 1",
    "Camera an ninh",
    "Tiếng kẻng",
    "Hũ gạo tình thương",
    "Ngân hàng bò",
    "Sân chơi",
    "Tủ sách",
)
LIST = book([row(title=title, households=n) for n, title in enumerate(TITLES)])


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of more than three new rows are long here, written two by two."""
    monkeypatch.setattr(saving, "LONG", 3)
    monkeypatch.setattr(ahead, "AT_ONCE", 2)


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Do something once, after the first commit of rows that are coming."""

    def set_to(deed: Callable[[], Any]) -> None:
        waiting = [deed]
        monkeypatch.setattr(ahead.time, "sleep", lambda _seconds: waiting.pop()() if waiting else None)

    return set_to


def nothing_left() -> bool:
    return not (Initiative.objects.filter(version=COMING).exists() or WrittenRow.objects.exists() or lagging())


def test_a_long_list_comes_out_whole_and_counted() -> None:
    actor = officer(LAM_DONG)
    seen: list[tuple[int, int]] = []
    run = save(actor, stage(actor, LIST), progress=lambda done, total: seen.append((done, total)))
    assert run.state == RunState.SAVED
    models = Initiative.objects.order_by("households")
    assert [(m.title, m.version, m.voided_at, m.counted_on) for m in models] == [(t, 1, None, DAY) for t in TITLES]
    assert (FigNow.objects.count(), FigLine.objects.count()) == (7, 7)
    assert differences() == []
    assert lagging() == 0
    assert seen == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert Entry.objects.get(act="initiatives.register_many").facts["new"] == 7
    assert set(WrittenRow.objects.values_list("version", "before")) == {(1, None)}


def test_it_writes_the_same_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = officer(LAM_DONG)
    save(actor, stage(actor, LIST))
    columns = [f.attname for f in Initiative._meta.concrete_fields if f.name != "id"]
    long = list(Initiative.objects.order_by("households").values_list(*columns))
    texts = list(search.indexed(SEARCHED).order_by("title").values_list("title", "marked", "tags", "words"))
    imports.undo(actor=actor, importer=REGISTRATION_LIST, run=ImportRun.objects.get(), on=DAY, known=KNOWN)
    assert visible(province(), SEE).count() == 0
    monkeypatch.setattr(saving, "LONG", 100)
    save(actor, stage(actor, LIST))
    living = Initiative.objects.filter(voided_at__isnull=True).order_by("households")
    assert list(living.values_list(*columns)) == long
    assert list(search.indexed(SEARCHED).order_by("title").values_list("title", "marked", "tags", "words")) == texts


def test_the_same_list_again_changes_nothing() -> None:
    actor = officer(LAM_DONG)
    save(actor, stage(actor, LIST))
    assert fates(stage(actor, LIST)) == {"unchanged": 7}


def test_nobody_meets_a_row_that_is_coming(between: Callable[..., None]) -> None:
    actor, met = officer(LAM_DONG), []

    def look() -> None:
        found = search.found(SEARCHED, "đường hoa", limit=5, among=visible(province(), SEE))
        met.append((visible(province(), SEE).count(), FigNow.objects.count(), found.ids, lagging(), differences()))
        assert Initiative.objects.filter(version=COMING).count() == 2

    between(look)
    save(actor, stage(actor, LIST))
    assert met == [(0, 0, (), 0, [])]


def test_who_registers_the_same_model_meanwhile_is_first(between: Callable[..., None]) -> None:
    actor = officer(LAM_DONG)
    between(lambda: registered(title=TITLES[4]))
    run = stage(actor, LIST)
    with pytest.raises(Refused) as no:
        save(actor, run)
    assert no.value.refusal.code == "exchange.changed_since"
    assert (ImportRun.objects.get().state, fates(run)) == (RunState.STAGED, {"new": 6, "changed": 1})
    assert Initiative.objects.get().title == TITLES[4]
    assert nothing_left()
    save(actor, run)
    assert Initiative.objects.count() == 7
    assert differences() == []


def test_what_others_touched_is_looked_at_again(between: Callable[..., None]) -> None:
    # Nearly the title of a row that was written already: the database's keys would let it pass.
    actor = officer(LAM_DONG)
    between(lambda: registered(title="Đường hoa thôn 1."))
    run = stage(actor, LIST)
    with pytest.raises(Refused) as no:
        save(actor, run)
    assert no.value.refusal.code == "exchange.changed_since"
    assert list(reasons(run).values()) == [["initiatives.near_title"]]
    assert nothing_left()


def test_a_list_that_also_changes_rows_does_both_or_nothing(between: Callable[..., None]) -> None:
    actor = officer(LAM_DONG)
    registered(actor, title=TITLES[0], households=99)
    run = stage(actor, LIST)
    assert fates(run) == {"new": 6, "changed": 1}
    between(lambda: Initiative.objects.exclude(version=COMING).update(version=7))
    with pytest.raises(Refused):
        save(actor, run)
    assert Initiative.objects.get().households == 99
    save(actor, stage(actor, LIST))
    assert [m.households for m in Initiative.objects.order_by("households")] == list(range(7))
    assert differences() == []


def test_a_fault_on_the_way_leaves_nothing(between: Callable[..., None]) -> None:
    def break_off() -> None:
        raise RuntimeError("power cut")

    actor = officer(LAM_DONG)
    between(break_off)
    run = stage(actor, LIST)
    with pytest.raises(RuntimeError):
        save(actor, run)
    assert ImportRun.objects.get().state == run.state == RunState.STAGED
    assert nothing_left()
    save(actor, run)
    assert Initiative.objects.count() == 7


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch, between: Callable[..., None]) -> ImportRun:
    """An import whose process was killed while it was being saved."""

    def die() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(saving, "_take_back", lambda *_all: None)
        between(die)
        actor = officer(LAM_DONG)
        run = stage(actor, LIST)
        with pytest.raises(KeyboardInterrupt):
            save(actor, run)
    assert Initiative.objects.filter(version=COMING).count() == 2
    return ImportRun.objects.get()


def test_what_was_cut_off_waits_for_a_word(cut_off: ImportRun) -> None:
    assert cut_off.state == RunState.SAVING
    with pytest.raises(Refused) as no:
        save(officer(LAM_DONG), cut_off)
    assert no.value.refusal.code == "exchange.being_saved"
    assert (visible(province(), SEE).count(), differences(), lagging()) == (0, [], 0)


def test_what_was_cut_off_can_be_read_again_and_saved(cut_off: ImportRun) -> None:
    actor = officer(LAM_DONG)
    run = imports.read_again(actor=actor, importer=REGISTRATION_LIST, run=cut_off)
    assert (run.state, fates(run)) == (RunState.STAGED, {"new": 7})
    assert nothing_left()
    save(actor, run)
    assert (Initiative.objects.count(), differences()) == (7, [])


def test_what_was_cut_off_can_be_set_aside(cut_off: ImportRun) -> None:
    imports.set_aside(actor=officer(LAM_DONG), importer=REGISTRATION_LIST, run=cut_off)
    assert nothing_left()
    assert ImportRun.objects.get().state == RunState.SET_ASIDE


def test_the_same_file_saved_later_clears_what_was_cut_off(cut_off: ImportRun) -> None:
    actor = officer(LAM_DONG)
    run = save(actor, stage(actor, LIST))
    cut_off.refresh_from_db()
    assert (run.state, cut_off.state) == (RunState.SAVED, RunState.SET_ASIDE)
    assert (Initiative.objects.count(), WrittenRow.objects.filter(run=cut_off).count()) == (7, 0)


def test_a_saving_that_was_taken_over_writes_no_more(between: Callable[..., None]) -> None:
    actor = officer(LAM_DONG)
    run = stage(actor, LIST)

    def take_over() -> None:
        other = ImportRun.objects.get()
        imports.read_again(actor=actor, importer=REGISTRATION_LIST, run=other)

    between(take_over)
    with pytest.raises(Refused) as no:
        save(actor, run)
    assert no.value.refusal.code == "exchange.moved_on"
    assert nothing_left()
    assert ImportRun.objects.get().state == RunState.STAGED


def test_rows_that_came_out_are_never_dropped_as_coming() -> None:
    models = [registered(title=title) for title in TITLES[:2]]
    Initiative.objects.filter(pk=models[0].pk).update(voided_at=KNOWN)
    writing.discard([m.pk for m in models])
    assert Initiative.objects.count() == 2
