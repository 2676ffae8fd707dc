"""A test importer with toy units of its own: a code, a name, a unit, a state.

Its rows lie in a real table, so that what is rolled back is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from kheo.base.access import Actor, Reach
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.base.text import same_key
from kheo.exchange.reader import Row, Table, as_text
from kheo.exchange.words import Difference, Key, Match, Option, Outcome, Question, RowReading, SavedRow, Undone
from kheo.people.models import User

UNITS = {same_key(f"Xã Thử {n}"): f"Xã Thử {n}" for n in range(1, 8)}
COLUMNS = ("code", "title", "unit", "state")


class Toy(models.Model):
    """What the toy room holds."""

    code = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001 (several rows without a code)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    state = models.CharField(max_length=60)
    version = models.IntegerField(default=1)
    voided = models.BooleanField(default=False)

    class Meta:
        app_label = "exchange"
        managed = False
        db_table = "toy"


def make_table() -> None:
    """The toy table, outside the migrations."""
    serial = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS toy (id {serial} PRIMARY KEY, code varchar(20) UNIQUE,"
            " title varchar(200) NOT NULL, unit varchar(60) NOT NULL, state varchar(60) NOT NULL,"
            " version integer NOT NULL, voided boolean NOT NULL)"
        )


def drop_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS toy")


def somebody(username: str = "thu", *, power: bool = True, nation: bool = False) -> Actor:
    """A person who may import (or not)."""
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": username})
    reach = {Power.INITIATIVES_REGISTER: Reach(provinces=frozenset({1}))} if power else {}
    if nation:
        reach = {p: Reach(all=True) for p in Power}
    return Actor(id=user.pk, name=username, reach=reach, label=username)


@dataclass(frozen=True)
class ToyImporter:
    kind: str = "toy"
    label: str = "Toy list"
    power: Power = Power.INITIATIVES_REGISTER

    @property
    def meanings(self) -> Mapping[str, Sequence[str]]:
        return {
            "code": ["Mã mô hình"],
            "title": ["Tên mô hình"],
            "unit": ["Đơn vị"],
            "state": ["Trạng thái"],
        }

    @property
    def names(self) -> Mapping[str, str]:
        return {"code": "Code", "title": "Name", "unit": "Unit", "state": "State"}

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        return (("title", "Name"), ("unit", "Unit"))

    def options(self, actor: Actor, on: date) -> Sequence[Option]:
        return ()

    def why_not_options(self, actor: Actor, options: Mapping[str, Any], on: date) -> Refusal | None:
        return Refusal("toy.bad", "Not this option.") if options.get("bad") else None

    def open(
        self, actor: Actor, options: Mapping[str, Any], on: date, table: Table | None, answers: Mapping[str, str]
    ) -> ToySession:
        return ToySession(table)


class ToySession:
    questions: Sequence[Question] = ()

    def __init__(self, table: Table | None) -> None:
        self.at = {name: table.column(name) for name in COLUMNS} if table else {}
        self.coded = bool(self.at.get("code"))

    def _cell(self, row: Row, name: str) -> str:
        heading = self.at[name]
        return as_text(row.cells[heading.index]) if heading else ""

    def is_blank(self, row: Row) -> bool:
        return False

    def read_row(self, row: Row, answers: Mapping[str, str]) -> RowReading:
        values = {name: self._cell(row, name) for name in COLUMNS}
        reading = RowReading(row.number, values, {"title": values["title"], "unit": values["unit"]}, answers=answers)
        if same_key(values["unit"]) not in UNITS:
            column = self.at["unit"].name if self.at["unit"] else None
            text = f"Row {row.number}: no unit is named {values['unit']}."
            reading.refused.append(Refusal("units.unknown", text, row.number, column))
        if self.coded and not values["code"]:
            choice = answers.get("code") or answers.get("")
            if choice != "new":
                refusal = Refusal("toy.no_code", f"Row {row.number} has no code.", row.number, None)
                reading.asked.append(Question("code", refusal, (("new", "A new one"),)))
        return reading

    def group(self, reading: RowReading) -> int:
        return 0

    def keys(self, reading: RowReading) -> Sequence[Key]:
        code = reading.values["code"]
        return (Key(f"code {code}", None, code),) if code else ()

    def match(self, readings: Sequence[RowReading], in_file: Set[str]) -> Mapping[int, Outcome]:
        codes = [r.values["code"] for r in readings if r.values["code"]]
        held = {toy.code: toy for toy in Toy.objects.filter(code__in=codes, voided=False)}
        names = [r.values["title"] for r in readings if not r.values["code"]]
        bare = {toy.title: toy for toy in Toy.objects.filter(code=None, title__in=names, voided=False)}
        found: dict[int, Outcome] = {}
        for r in readings:
            toy = held.get(r.values["code"]) if r.values["code"] else bare.get(r.values["title"])
            if toy:
                new = {n: r.values[n] for n in ("title", "unit", "state") if getattr(toy, n) != r.values[n]}
                before = {n: getattr(toy, n) for n in new}
                said = [Difference(n, before[n], new[n]) for n in new]
                found[r.number] = Match(toy.pk, toy.version, new, before, said, f"Same as {toy.title}.")
        return found

    def save_many(
        self, readings: Sequence[RowReading], matches: Mapping[int, Match], *, run: int, known: datetime
    ) -> Sequence[SavedRow]:
        fresh = [r for r in readings if r.number not in matches]
        made = Toy.objects.bulk_create([Toy(**{**r.values, "code": r.values["code"] or None}) for r in fresh])
        saved = [SavedRow(r.number, toy.pk, 1) for r, toy in zip(fresh, made, strict=True)]
        for r in readings:
            if match := matches.get(r.number):
                Toy.objects.filter(pk=match.id, version=match.version).update(
                    version=match.version + 1, **match.changes
                )
                saved.append(SavedRow(r.number, match.id, match.version + 1, match.before))
        return saved

    def void(self, rows: Sequence[SavedRow], *, run: int, known: datetime) -> Undone:
        voided = restored = 0
        for row in rows:
            values = {"voided": True, "code": None} if row.before is None else dict(row.before)
            if not Toy.objects.filter(pk=row.id, version=row.version).update(version=row.version + 1, **values):
                raise Refused(Refusal("toy.changed", f"Row {row.number} was changed since.", row.number))
            voided, restored = voided + (row.before is None), restored + (row.before is not None)
        return Undone(voided, restored)

    def totals(self, readings: Iterable[RowReading]) -> dict[str, Any]:
        return {"rows": sum(1 for _ in readings)}


def rows_held() -> dict[str | None, tuple[str, str, str]]:
    """code -> title, unit, state of what is held."""
    return {t.code: (t.title, t.unit, t.state) for t in Toy.objects.filter(voided=False)}
