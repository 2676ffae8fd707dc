"""How long finding takes in a million texts. Prints figures; no test.

.venv/bin/python benchmarks/search.py [texts]                                     (SQLite, a database of its own)
.venv/bin/python tools/cluster.py -- .venv/bin/python benchmarks/search.py [texts]   (PostgreSQL, the same)

Texts are the activities of the demonstration country in the villages of all communes there ever were; 300 questions
mix common and rare words, with marks, without, with typing mistakes, words not yet finished, words nobody wrote;
each third is asked of the whole country, of one province, of one commune. On SQLite the time of this process is taken
(the database runs in it), so that a busy machine does not spoil the figures; on PostgreSQL the clock on the wall.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import django

KNOWN, KIND, BATCH, LIMIT = datetime(2026, 10, 1, tzinfo=UTC), "bench", 10_000, 50
TODAY = date(2025, 11, 20)
COMMON = ("mô hình", "thôn", "mo hinh tu quan", "duong", "xã", "ho gia dinh", "nhan dan", "giúp", "khu pho", "an toan")
NOBODY = ("xylophone", "qqqq", "duong xylophone", "hoa 99999999", "zzz mo hinh")


def main() -> None:
    folder = tempfile.mkdtemp(prefix="kheo-search-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("KHEO_DATABASE", str(Path(folder) / "search.sqlite3"))
    os.environ.setdefault("KHEO_VAR", folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from kheo.units.actions import load_map

    call_command("migrate", verbosity=0)
    load_map(known=KNOWN)
    texts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{connection.vendor}, {texts:,} texts")
    bench = Bench(texts)
    bench.load()
    bench.ask()


class Bench:
    """One load, three hundred questions."""

    def __init__(self, texts: int) -> None:
        from kheo.demo.country.activities import ACTIVITIES
        from kheo.units.queries import units_on

        self.n, self.random = texts, random.Random(3)
        self.activities = list(chain.from_iterable(ACTIVITIES.values()))
        provinces = {u.id: u for u in units_on(TODAY, level="province")}
        self.places = [
            (u.full_name, provinces[u.parent_id].full_name, (f"p{u.parent_id}", f"c{u.id}"))
            for u in units_on(TODAY, level="commune")
            if u.parent_id in provinces
        ]
        self.villages = [u.name for day in (TODAY, date(2025, 6, 30)) for u in units_on(day, level="commune")]

    def texts(self) -> Iterator[Any]:
        """Texts as the registry gives them."""
        from kheo.search.words import Text

        for id in range(1, self.n + 1):
            activity, place = self.random.choice(self.activities), self.random.choice(self.places)
            village = self.random.choice(self.villages)
            title = f"{activity.title}, thôn {village} {self.random.randrange(1, 20)}"
            if self.random.random() < 0.8:
                title = "Mô hình " + title
            text, office = f"{activity.goal} {place[0]} {place[1]}", f"{activity.content} MH-{id:07d}"
            yield Text(id=id, title=title, text=text, office=office, tags=place[2])

    def load(self) -> None:
        """Put all texts in, ten thousand a transaction; settle the index as `kheo search rebuild` does."""
        from django.db import connection, transaction

        from kheo.search.actions import put, settle

        started, worked, rest = time.perf_counter(), time.process_time(), self.texts()
        for _batch in range(-(-self.n // BATCH)):
            with transaction.atomic():
                put(KIND, islice(rest, BATCH))
        took = time.perf_counter() - started
        worked = (time.process_time() - worked) / self.n * 1e6
        print(f"put: {took:.1f} s, {took / self.n * 1e6:.0f} us a text ({worked:.0f} us of this process)")
        started = time.perf_counter()
        settle()
        print(f"settled: {time.perf_counter() - started:.1f} s")
        with connection.cursor() as cursor:
            for table in ("search_text", "search_word", "search_key"):
                cursor.execute(f"SELECT COUNT(*) FROM {table}")
                print(f"{table}: {cursor.fetchone()[0]:,} rows")

    def questions(self) -> Iterator[tuple[str, str]]:
        """(what kind of question, the words typed)."""
        from kheo.base.text import unmark

        for n in range(300):
            activity, village = self.random.choice(self.activities), self.random.choice(self.villages)
            words = activity.title.split()
            several = " ".join(words[:3])
            long = max(words, key=len)
            yield (
                ("marks", several),
                ("no marks", unmark(several)),
                ("rare", f"{unmark(words[0])} {unmark(village)}"),
                ("common", COMMON[n % len(COMMON)]),
                ("beginning", unmark(several)[: self.random.randrange(2, len(unmark(several)))]),
                ("mistake", unmark(several) + " " + unmark(long) + "x" if len(long) > 3 else f"camrea {several}"),
                ("nobody", NOBODY[n % len(NOBODY)]),
                ("office", f"mh {self.random.randrange(1, self.n):07d}"),
            )[n % 8]

    def ask(self) -> None:
        """Every question, a third each of the country, a province, a commune; twice, the second time is told."""
        from django.db import connection

        from kheo.search.queries import found

        clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter

        for turn in ("first", "second"):
            took: dict[str, list[float]] = {}
            for n, (kind, words) in enumerate(self.questions()):
                place = self.places[n % len(self.places)][2]
                tags = (None, place[:1], place[1:])[n % 3]
                started = clock()
                answer = found(KIND, words, limit=LIMIT, office=True, tags=tags)
                spent = (clock() - started) * 1000
                took.setdefault(kind, []).append(spent)
                took.setdefault(("everywhere", "province", "commune")[n % 3], []).append(spent)
                if turn == "second" and spent > 50:
                    print(f"   slow: {spent:.0f} ms {words!r} {tags} -> {len(answer.ids)} {answer.mended!r}")
                took.setdefault("all", []).append(spent)
            print(f"{turn} time, ms: median, 95 %, longest")
            for kind, times in took.items():
                times.sort()
                print(
                    f"  {kind:10} {times[len(times) // 2]:7.1f} {times[int(len(times) * 0.95)]:7.1f} {times[-1]:7.1f}"
                )


if __name__ == "__main__":
    main()
