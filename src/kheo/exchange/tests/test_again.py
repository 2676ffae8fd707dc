"""Case A14: a bad row half way, the corrected list, the same list again. Neither doubled nor half saved."""

from __future__ import annotations

from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.exchange import actions
from kheo.exchange.models import ImportFile, ImportRun, StagedRow
from kheo.exchange.queries import in_the_way
from kheo.exchange.tests.conftest import CASES, KNOWN, ON
from kheo.exchange.tests.toy import Toy, ToyImporter, rows_held, somebody
from kheo.exchange.words import Fate, RunState

FIRST = CASES / "A" / "A14_lan1-loi-dong-57.xlsx"
SECOND = CASES / "A" / "A14_lan2-sua-va-them.xlsx"


def stage(person: Actor, importer: ToyImporter, path: Any = FIRST, **more: Any) -> ImportRun:
    return actions.stage(
        actor=person,
        importer=importer,
        data=path.read_bytes(),
        filename=path.name,
        options={},
        on=ON,
        known=KNOWN,
        **more,
    )


def save(person: Actor, importer: ToyImporter, run: ImportRun, **more: Any) -> ImportRun:
    return actions.save(actor=person, importer=importer, run=run, known=KNOWN, **more)


def fates(run: ImportRun) -> dict[str, int]:
    return {fate: run.counts[fate] for fate in Fate.values if run.counts[fate]}


def codes(run: ImportRun, fate: str) -> list[str]:
    rows = StagedRow.objects.filter(run=run, fate=fate).order_by("number")
    return [row.values["code"] for row in rows]


def test_one_bad_row_stops_the_whole_list_and_is_named(person: Actor, importer: ToyImporter) -> None:
    run = stage(person, importer)
    assert fates(run) == {"new": 105, "refused": 1}
    [bad] = in_the_way(run)
    assert bad.row == 58
    assert [(r["code"], r["text"], r["column"]) for r in bad.reasons] == [
        ("units.unknown", "Row 58: no unit is named Xã Không Có Thật.", "C (Đơn vị)")
    ]
    with pytest.raises(Refused) as no:
        save(person, importer, run)
    assert no.value.refusal.code == "exchange.rows_in_the_way"
    assert Toy.objects.count() == 0
    assert ImportRun.objects.get().state == RunState.STAGED


def test_the_good_rows_are_saved_by_explicit_choice(person: Actor, importer: ToyImporter) -> None:
    run = save(person, importer, stage(person, importer), good_rows=True)
    assert len(rows_held()) == 105
    assert "MH-0057" not in rows_held()
    assert (run.state, run.saved_at) == (RunState.SAVED, KNOWN)
    entries = Entry.objects.order_by("pk").values_list("act", "facts")
    assert [(act, facts.get("left_out")) for act, facts in entries] == [("exchange.stage", None), ("exchange.save", 1)]


def test_the_corrected_list_after_nothing_was_saved(person: Actor, importer: ToyImporter) -> None:
    run = stage(person, importer, SECOND)
    assert fates(run) == {"new": 106, "asked": 1, "refused": 2}
    assert codes(run, "refused") == ["MH-0001", "MH-0001"]
    bad = {row.row: row for row in in_the_way(run)}
    assert sorted(bad) == [6, 17, 45]
    assert bad[6].reasons[0]["text"] == bad[17].reasons[0]["text"]
    assert "6, 17" in bad[6].reasons[0]["text"]
    assert bad[45].reasons[0]["code"] == "toy.no_code"


def test_the_corrected_list_after_105_were_saved_and_once_more(person: Actor, importer: ToyImporter) -> None:
    save(person, importer, stage(person, importer), good_rows=True)
    stored = rows_held()["MH-0001"]

    run = stage(person, importer, SECOND)
    assert fates(run) == {"new": 2, "changed": 2, "unchanged": 102, "asked": 1, "refused": 2}
    assert sorted(codes(run, "new")) == ["MH-0057", "MH-0107"]
    assert sorted(codes(run, "changed")) == ["MH-0004", "MH-0010"]
    assert codes(run, "refused") == ["MH-0001", "MH-0001"]
    with pytest.raises(Refused):
        save(person, importer, run)
    assert len(rows_held()) == 105

    save(person, importer, run, good_rows=True)
    assert len(rows_held()) == 107
    assert rows_held()["MH-0001"] == stored
    assert rows_held()["MH-0004"][0] == "Mô hình thử số 4 (đổi tên)"
    assert rows_held()["MH-0010"][2] == "đã nhân rộng"

    again = stage(person, importer, SECOND)
    assert fates(again) == {"unchanged": 106, "asked": 1, "refused": 2}
    with pytest.raises(Refused) as no:
        save(person, importer, again, good_rows=True)
    assert no.value.refusal.code == "exchange.nothing_new"


def test_an_answer_given_once_lets_the_row_in_and_the_list_again_asks_no_more(
    person: Actor, importer: ToyImporter
) -> None:
    run = stage(person, importer, SECOND)
    run = actions.answer(actor=person, importer=importer, run=run, answers={"45:code": "new"})
    assert fates(run) == {"new": 107, "refused": 2}
    run = actions.answer(actor=person, importer=importer, run=run, answers={"45:code": ""})
    assert fates(run) == {"new": 106, "asked": 1, "refused": 2}
    assert stage(person, importer, SECOND, answers={"45": "new"}).counts["new"] == 107


def test_undo_voids_the_new_and_puts_back_the_changed(person: Actor, importer: ToyImporter) -> None:
    save(person, importer, stage(person, importer), good_rows=True)
    before = rows_held()
    run = save(person, importer, stage(person, importer, SECOND), good_rows=True)
    undone = actions.undo(actor=person, importer=importer, run=run, on=ON, known=KNOWN)
    assert undone == (2, 2)
    assert rows_held() == before
    assert ImportRun.objects.get(pk=run.pk).state == RunState.UNDONE
    with pytest.raises(Refused) as no:
        actions.undo(actor=person, importer=importer, run=run, on=ON, known=KNOWN)
    assert no.value.refusal.code == "exchange.undone_already"
    assert Entry.objects.order_by("-pk").values_list("act", "facts")[0] == (
        "exchange.undo",
        {"kind": "toy", "voided": 2, "restored": 2},
    )


def test_undo_is_refused_when_a_row_was_changed_since_and_nothing_moves(person: Actor, importer: ToyImporter) -> None:
    run = save(person, importer, stage(person, importer), good_rows=True)
    Toy.objects.filter(code="MH-0100").update(version=2, title="Another hand")
    with pytest.raises(Refused) as no:
        actions.undo(actor=person, importer=importer, run=run, on=ON, known=KNOWN)
    assert no.value.refusal.row == 101
    assert len(rows_held()) == 105
    assert ImportRun.objects.get(pk=run.pk).state == RunState.SAVED


def test_saving_twice_saves_once(person: Actor, importer: ToyImporter) -> None:
    run = stage(person, importer)
    same = ImportRun.objects.get(pk=run.pk)
    save(person, importer, run, good_rows=True)
    with pytest.raises(Refused) as no:
        save(person, importer, same, good_rows=True)
    assert no.value.refusal.code == "exchange.saved_already"
    assert Toy.objects.count() == 105


def test_others_saved_meanwhile_so_the_preview_is_brought_up_to_date(person: Actor, importer: ToyImporter) -> None:
    mine, other = stage(person, importer), somebody("khac")
    theirs = stage(other, importer)
    save(other, importer, theirs, good_rows=True)
    with pytest.raises(Refused) as no:
        save(person, importer, mine, good_rows=True)
    assert (no.value.refusal.code, no.value.refusal.facts["rows"]) == ("exchange.changed_since", 105)
    shown = ImportRun.objects.get(pk=mine.pk)
    assert (shown.state, fates(shown)) == (RunState.STAGED, {"unchanged": 105, "refused": 1})
    assert Toy.objects.count() == 105


def test_a_value_changed_by_others_since_the_preview_is_shown_before_it_is_overwritten(
    person: Actor, importer: ToyImporter
) -> None:
    save(person, importer, stage(person, importer), good_rows=True)
    run = stage(person, importer, SECOND)
    Toy.objects.filter(code="MH-0010").update(state="đã dừng", version=2)
    with pytest.raises(Refused) as no:
        save(person, importer, run, good_rows=True)
    assert no.value.refusal.facts["rows"] == 1
    row = StagedRow.objects.get(run=run, values__code="MH-0010")
    assert (row.reasons[0]["old"], row.reasons[0]["new"]) == ("đã dừng", "đã nhân rộng")
    save(person, importer, run, good_rows=True)
    assert rows_held()["MH-0010"][2] == "đã nhân rộng"


def test_the_file_is_kept_while_it_waits_and_not_after(person: Actor, importer: ToyImporter) -> None:
    run = stage(person, importer)
    assert bytes(ImportFile.objects.get(run=run).data) == FIRST.read_bytes()
    save(person, importer, run, good_rows=True)
    assert not ImportFile.objects.filter(run=run).exists()
    assert StagedRow.objects.filter(run=run).count() == 106


def test_the_same_file_again_and_a_corrected_file_set_the_older_aside(person: Actor, importer: ToyImporter) -> None:
    first = stage(person, importer)
    second = stage(person, importer)
    third = stage(person, importer, SECOND, replaces=second)
    states = dict(ImportRun.objects.values_list("pk", "state"))
    assert states == {first.pk: RunState.SET_ASIDE, second.pk: RunState.SET_ASIDE, third.pk: RunState.STAGED}
    assert not StagedRow.objects.filter(run__in=[first.pk, second.pk]).exists()
    with pytest.raises(Refused) as no:
        save(person, importer, ImportRun.objects.get(pk=first.pk), good_rows=True)
    assert no.value.refusal.code == "exchange.not_waiting"


def test_another_persons_file_is_not_set_aside(person: Actor, importer: ToyImporter) -> None:
    mine = stage(person, importer)
    stage(somebody("khac"), importer, replaces=mine)
    assert ImportRun.objects.get(pk=mine.pk).state == RunState.STAGED
