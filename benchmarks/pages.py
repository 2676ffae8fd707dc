"""How long the registry's pages take with 1,000, 100,000 and 1,000,000 models. Prints figures; no test.

.venv/bin/python benchmarks/pages.py [rows ...]                                      (SQLite, a database of its own)
.venv/bin/python tools/cluster.py -- .venv/bin/python benchmarks/pages.py [rows ...]     (PostgreSQL, the same)

Every page is asked for 60 times in this process, as its reader; the median, the slowest of twenty and the number of
queries are printed, and beside them the ratio to the same page with the fewest rows: constant pages stay near 1. Then
two workers serve the home page to eight clients on loopback, ten seconds as visitors ask (kept) and ten anew each
time; their memory is read at the end.
"""

from __future__ import annotations

import atexit
import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

KNOWN, ON = datetime(2025, 11, 5, 3, tzinfo=UTC), date(2025, 11, 5)
SEED, TURNS, CLIENTS, SECONDS = 1_000, 60, 8, 10.0
FIELDS = ("economy", "culture_society", "defence_security", "political_system")


def main() -> None:
    folder = tempfile.mkdtemp(prefix="kheo-pages-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("KHEO_DATABASE", str(Path(folder) / "pages.sqlite3"))
    os.environ.setdefault("KHEO_VAR", folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
    program = [sys.executable, "-c", "from kheo.config.cli import main; main()"]
    subprocess.run([*program, "init", "--accounts", "--seed", "1"], check=True, stdout=subprocess.DEVNULL)
    django.setup()
    from django.db import connection

    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 100_000, 1_000_000]
    first: dict[str, float] = {}
    for size in sizes:
        fill(size)
        print(f"\n{connection.vendor}, {size:,} models")
        for name, (median, slow, queries) in pages().items():
            ratio = median / first.setdefault(name, median)
            print(f"  {name:<44}{median:8.1f} ms  {slow:8.1f} ms of 20  {queries:3} queries  x{ratio:.2f}")
    connection.close()
    served(program)


def fill(size: int) -> None:
    """Make up models until there are so many: the first through the registry's own door, the others copied from them
    into all communes in turn, so that every index sees them."""
    from django.db import connection, transaction

    from kheo.base.access import OPERATOR
    from kheo.figures.queries import period
    from kheo.initiatives import actions
    from kheo.initiatives.models import Initiative
    from kheo.initiatives.words import Registration
    from kheo.units.queries import units_on
    from kheo.units.words import Level

    communes = [unit.id for unit in units_on(ON, level=Level.COMMUNE)]
    if not Initiative.objects.exists():
        rows = [
            Registration(
                title=f"Tổ tự quản đường hoa số {i}",
                field=FIELDS[i % 4],
                kind="collective",
                novelty="new",
                unit_id=communes[i % len(communes)],
                goal="Đường sạch, nhà xanh; mỗi hộ một luống hoa trước cổng.",
            )
            for i in range(SEED)
        ]
        actions.register_many(actor=OPERATOR, rows=rows, period=period("2025-2030"), on=ON, known=KNOWN)
    columns = [f.column for f in Initiative._meta.fields if f.column not in ("id", "title", "title_key", "search_key")]
    own = {"place_id": "p.id", "now_p": "p.now_p", "now_c": "p.now_c"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE spot (n INTEGER PRIMARY KEY, id BIGINT, now_p INTEGER, now_c INTEGER)")
        cursor.execute(
            "INSERT INTO spot SELECT row_number() OVER (ORDER BY id) - 1, id, now_p, now_c FROM place"
            " WHERE now_c IS NOT NULL"
        )
        cursor.execute("SELECT count(*) FROM spot")
        spots = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), max(id) FROM initiative")
        count, last = cursor.fetchone()
        begun = last
        while count < size:
            many = min(count, size - count)
            chosen = ", ".join(own.get(column, f"i.{connection.ops.quote_name(column)}") for column in columns)
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            # Each copy moves to another place of the map and wears its own number.
            cursor.execute(
                f"INSERT INTO initiative (title, title_key, search_key, {names})"
                f" SELECT i.title || ' ' || (i.id + {last}), i.title_key || ' ' || (i.id + {last}),"
                f" i.search_key || ' ' || (i.id + {last}), {chosen} FROM initiative i"
                f" JOIN spot p ON p.n = (i.id * 7919) % {spots}"
                f" ORDER BY i.id LIMIT {many}"
            )
            cursor.execute("SELECT count(*), max(id) FROM initiative")
            count, last = cursor.fetchone()
        cursor.execute("DROP TABLE spot")
        # Copies count as what they were copied from, at their own place, in the image and in the journal.
        cells = ("measure", "d1", "d2", "d3", "state", "n", "amount")
        for table, more in (("fig_now", ()), ("fig_line", ("known", "day", "cause"))):
            told = [*cells, *more]
            mine, theirs = ", ".join(told), ", ".join(f"f.{column}" for column in told)
            cursor.execute(
                f"INSERT INTO {table} (fact, place, {mine}) SELECT i.id, i.place_id, {theirs.replace('f.', 'k.')}"
                f" FROM initiative i JOIN (SELECT DISTINCT i.field, {theirs} FROM {table} f"
                " JOIN initiative i ON i.id = f.fact WHERE f.measure = 1) k ON k.field = i.field"
                f" WHERE i.id > {begun} ORDER BY i.id"
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages() -> dict[str, tuple[float, float, int]]:
    """Every page: the median, the slowest of twenty, in ms; and its queries."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import translation

    from kheo.initiatives.models import Initiative

    translation.activate("vi")
    newest = Initiative.objects.filter(voided_at__isnull=True).order_by("-id").values_list("pk", flat=True)[0]
    asked = {
        "public: home": (None, reverse("portal:home")),
        "public: coverage": (None, reverse("figures:coverage")),
        "public: list": (None, reverse("portal:models")),
        "public: map": (None, reverse("portal:map")),
        "public: a model": (None, reverse("portal:model", args=[newest])),
        "public: a commune": (None, reverse("portal:place", args=["u13012"])),
        "public: a province": (None, reverse("portal:place", args=["u00078"])),
        "commune: list": ("c22945", reverse("initiatives:list")),
        "province: list": ("p68", reverse("initiatives:list")),
        "province: list, by title": ("p68", reverse("initiatives:list") + "?sort=title"),
        "province: list, one field": ("p68", reverse("initiatives:list") + "?field=economy"),
        "country: list": ("vn", reverse("initiatives:list")),
        "country: model": ("vn", reverse("initiatives:detail", args=[newest])),
        "commune: desk": ("c22945", reverse("desk:home")),
    }
    found = {}
    for name, (who, address) in sorted(asked.items()):
        client = Client(SERVER_NAME="127.0.0.1")
        if who:
            user = get_user_model().objects.get(username=who)
            client.force_login(user, backend="kheo.people.backends.PostBackend")
        ask(client, address)
        queries: list[str] = []

        def listen(execute: Any, sql: str, *rest: Any, heard: list[str] = queries) -> Any:
            heard.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(listen):
            ask(client, address)
        times = sorted(timed(client, address) for _turn in range(TURNS))
        found[name] = (statistics.median(times), times[-TURNS // 20], len(queries))
    return found


def ask(client: Any, address: str) -> None:
    from django.core.cache import caches

    caches["pages"].clear()  # the page itself is measured, never its copy
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def timed(client: Any, address: str) -> float:
    """Time of the processor where the database is in the process, else of the clock: the machine may be shared."""
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    start = clock()
    ask(client, address)
    return (clock() - start) * 1000


def served(program: list[str]) -> None:
    """Requests a second of the home page by two workers, and their memory."""
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    server = subprocess.Popen([*program, "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait(port)
        print()
        for told, address in (("as visitors ask", "/vi/"), ("each time anew", "/vi/?once={once}")):
            counts = [0] * CLIENTS
            end = time.perf_counter() + SECONDS
            clients = [threading.Thread(target=visit, args=(port, address, end, counts, n)) for n in range(CLIENTS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            print(f"home page, {told}, {CLIENTS} clients on the same cores: {sum(counts) / SECONDS:.0f} a second")
        for pid in workers(server.pid):
            print(f"  process {pid}: {resident(pid)} MB")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def wait(port: int) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Kheo did not answer")


def visit(port: int, address: str, end: float, counts: list[int], n: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while time.perf_counter() < end:
        line.request("GET", address.format(once=f"{n}-{counts[n]}"))
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        counts[n] += 1


def workers(pid: int) -> list[int]:
    """The processes under one, itself included."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += workers(int(child))
    return found


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


if __name__ == "__main__":
    main()
