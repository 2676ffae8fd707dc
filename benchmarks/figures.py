"""How long the figures take with 200,000 records and 487,000 changes on the real map. Prints figures; no test.

.venv/bin/python benchmarks/figures.py [records]                                       (SQLite, a database of its own)
.venv/bin/python tools/cluster.py -- .venv/bin/python benchmarks/figures.py [records]     (PostgreSQL, the same)

Beside each question stands a naive count of the same answer in the same run: a GROUP BY on plain rows, or for a past
day the latest line of every record. The ratio holds on any machine; the milliseconds only on this one. On SQLite the
time of this process is taken (the database runs in it), so that a busy machine does not spoil the figures.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django

KNOWN, FIRST = datetime(2026, 10, 1, tzinfo=UTC), date(2021, 1, 1)
BATCH = 10_000


def main() -> None:
    folder = tempfile.mkdtemp(prefix="kheo-figures-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("KHEO_DATABASE", str(Path(folder) / "figures.sqlite3"))
    os.environ.setdefault("KHEO_VAR", folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from kheo.units.actions import load_map

    call_command("migrate", verbosity=0)
    load_map(known=KNOWN)
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(f"{connection.vendor}, {records:,} records")
    Bench(records).run()


class Bench:
    """One load, the questions, the naive counts."""

    def __init__(self, records: int) -> None:
        from kheo.figures.words import Dimension, Measure, wire_measures

        names = {i: (str(i), str(i)) for i in range(1, 7)}
        columns = (("field", "d1"), ("kind", "d2"), ("novelty", "d3"), ("state", "state"))
        dimensions = tuple(Dimension(code, column, code, names) for code, column in columns)
        self.measure = Measure(1, "bench", "bench", "records", dimensions, frozenset({1, 2, 3, 4, 5}), tuple)
        wire_measures([self.measure])
        self.records, self.random = records, random.Random(1)

    def run(self) -> None:
        from kheo.figures import actions, queries
        from kheo.units import queries as units

        self.province = next(v.id for v in units.units_on(date.max, level="province") if v.code == "01")
        self.load()
        on, start, end = date(2024, 6, 30), date(2024, 1, 1), date(2024, 4, 1)
        now = date(2030, 1, 1)

        def ask(of: int | None, *by: str, on: date = now, period: Any = None, map: Any = "now") -> Callable[[], object]:
            return lambda: queries.table("bench", of=of, by=by, period=period, on=on, map=map, actor=self.nobody)

        def matrix(of: int | None, rows: Any = None) -> Callable[[], object]:
            return lambda: queries.coverage("bench", of=of, period=None, on=now, actor=self.nobody, rows=rows)

        def term(first: date, last: date) -> Any:
            from kheo.figures.words import PeriodView

            return PeriodView(0, "p", "p", first, last, "")

        whole = term(FIRST, now)
        here = f"AND now_p = {self.province}"
        count = "SELECT {}, field, count(*) FROM bench_row WHERE state < 6 {} GROUP BY 1, 2"
        entered = "SELECT {}, field, count(*) FROM bench_row WHERE entered >= '{}' AND entered < '{}' {} GROUP BY 1, 2"
        past = (
            "SELECT p.now_p, l.d1, count(*) FROM fig_line l JOIN (SELECT fact, max(id) AS id FROM fig_line WHERE"
            f" measure = 1 AND day <= '{on}' GROUP BY fact) x ON x.id = l.id JOIN place p ON p.id = l.place"
            " WHERE l.n > 0 AND l.state < 6 GROUP BY 1, 2"
        )
        print(f"{'question':52}{'ms':>9}{'naive ms':>10}{'ratio':>8}")
        self.line("Q1 stock, country by province and field", ask(None, "province", "field"), count.format("now_p", ""))
        self.line(
            "Q1 stock, Hà Nội by commune and field", ask(self.province, "commune", "field"), count.format("now_c", here)
        )
        self.line("Q1 stock, Hà Nội by novelty", ask(self.province, "novelty"), count.format("novelty", here))
        self.line("   matrix of Hà Nội with zeros", matrix(self.province), count.format("now_c", here))
        self.line("   matrix of 3,321 communes with zeros", matrix(None, "commune"), count.format("now_c", ""))
        self.line(
            "Q2 flow of three months",
            ask(None, "province", "field", period=term(start, end)),
            entered.format("now_p", start, end, ""),
        )
        self.line(
            "Q2 flow of all years",
            ask(None, "province", "field", period=whole),
            entered.format("now_p", FIRST, now, ""),
        )
        self.line(
            "Q2 flow of all years, Hà Nội",
            ask(self.province, "commune", "field", period=whole),
            entered.format("now_c", FIRST, now, here),
        )
        self.line("Q3 stock of a past day, today's map", ask(None, "province", "field", on=on), past)
        self.line("Q3 stock of a past day, map of that day", ask(None, "province", "field", on=on, map=on), past)
        self.line("Q3 stock of a past day, Hà Nội", ask(self.province, "commune", "field", on=on))
        from kheo.base.access import OPERATOR

        self.rooms()
        self.line(
            "recount of everything", lambda: actions.recount([self.measure], heal=False, known=KNOWN, actor=OPERATOR)
        )

    def load(self) -> None:
        from django.db import connection, transaction

        from kheo.base.access import STRANGER
        from kheo.figures import actions
        from kheo.figures.words import Cause, Image
        from kheo.units import queries as units

        self.nobody = STRANGER
        communes = [v.id for v in units.units_on(date.max, level="commune")]
        capital = [v.id for v in units.communes_of(self.province, date.max)]
        draw, images = self.random, []
        for fact in range(1, self.records + 1):
            place = draw.choice(capital if fact % 20 < 7 else communes)
            day = FIRST + timedelta(days=draw.randrange(1500))
            images.append(Image(fact, place, draw.randint(1, 4), draw.randint(1, 2), draw.randint(1, 3), 1, 1, 0, day))
        self.took("the same lines and images by bare inserts", self.records, lambda: self.bare(images))
        self.took("post of all records", self.records, lambda: self.post(images))
        changes = list(images)
        for step in (2, 3, 4):
            changes = [im for im in changes if draw.random() < (1.0, 0.9, 0.55)[step - 2]]
            changes = [
                Image(
                    im.fact,
                    im.place,
                    im.d1,
                    im.d2,
                    im.d3,
                    6 if step == 4 else step,
                    1,
                    0,
                    im.day + timedelta(days=30),
                    Cause.MOVE,
                )
                for im in changes
            ]
            self.took(f"post of state changes, {step - 1}", len(changes), partial(self.post, changes))
            images += changes
        self.last = {im.fact: im for im in images}
        self.took(
            "post of all last images again: nothing to write",
            len(self.last),
            lambda: self.post(list(self.last.values())),
        )
        one = Image(self.records + 1, communes[0], 1, 1, 1, 1, 1, 0, FIRST)

        def single() -> None:
            for i in range(200):
                with transaction.atomic():
                    actions.post(self.measure, [replace(one, fact=one.fact + i)], known=KNOWN)

        self.took("one record in a transaction of its own", 200, single)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bench_row AS SELECT f.fact AS id, f.d1 AS field, f.d3 AS novelty, f.state, p.now_p,"
                " p.now_c, l.day AS entered FROM fig_now f JOIN place p ON p.id = f.place"
                " JOIN fig_line l ON l.measure = 1 AND l.fact = f.fact AND l.cause = 1"
            )
            cursor.execute("CREATE INDEX bench_row_now ON bench_row(now_p, now_c)")
            cursor.execute("CREATE INDEX bench_row_entered ON bench_row(entered)")
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
            cursor.execute("SELECT count(*) FROM fig_line")
            print(f"{cursor.fetchone()[0]:,} lines in the journal")

    def bare(self, images: list[Any]) -> None:
        """What the database alone needs: tables of the same columns and indexes, filled without looking."""
        from django.db import connection, transaction

        from kheo.figures.actions.journal import _LINE, _NOW, _insert

        day, known = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value(KNOWN)
        with connection.cursor() as cursor:
            for table, key in (("fig_now", "measure, fact"), ("fig_line", "known, fact")):
                cursor.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} WHERE 1 = 0")
                cursor.execute(f"CREATE UNIQUE INDEX bare_{table}_key ON bare_{table} ({key})")
            cursor.execute("CREATE INDEX bare_place ON bare_fig_now(place, measure, d1, state, n)")
            cursor.execute("CREATE INDEX bare_day ON bare_fig_line(measure, day, cause, d1, place, n, state)")
            cursor.execute("CREATE INDEX bare_fact ON bare_fig_line(measure, fact)")
        for start in range(0, len(images), BATCH):
            some = images[start : start + BATCH]
            with transaction.atomic():
                cells = [(im.place, im.d1, im.d2, im.d3, im.state) for im in some]
                _insert("bare_fig_now", _NOW, [(1, im.fact, *cell, 1, 0) for im, cell in zip(some, cells, strict=True)])
                lines = [(known, day(im.day), 1, im.fact, *cell, 1, 1, 0) for im, cell in zip(some, cells, strict=True)]
                _insert("bare_fig_line", _LINE, lines)

    def rooms(self) -> None:
        """What a room would say it holds, for the recount."""
        self.measure = replace(self.measure, facts=lambda: self.last.values())

    def post(self, images: list[Any]) -> None:
        from django.db import transaction

        from kheo.figures import actions

        for start in range(0, len(images), BATCH):
            with transaction.atomic():
                actions.post(self.measure, images[start : start + BATCH], known=KNOWN)

    def took(self, what: str, n: int, deed: Callable[[], None]) -> None:
        start = tick()
        deed()
        spent = tick() - start
        print(f"{what:52}{spent:8.2f} s {1000 * spent / n:9.4f} ms each, {n:,}")

    def line(self, what: str, deed: Callable[[], object], naive: str = "") -> None:
        mine = best(deed)
        if not naive:
            print(f"{what:52}{mine:9.1f}")
            return
        other = best(lambda: rows(naive))
        print(f"{what:52}{mine:9.1f}{other:10.1f}{mine / other:8.2f}")


def rows(sql: str) -> Iterable[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def tick() -> float:
    """Seconds: of this process on SQLite, of the wall elsewhere."""
    from django.db import connection

    return time.process_time() if connection.vendor == "sqlite" else time.perf_counter()


def best(deed: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, ms."""
    spent = []
    for _ in range(times):
        start = tick()
        deed()
        spent.append(tick() - start)
    return 1000 * min(spent)


if __name__ == "__main__":
    main()
