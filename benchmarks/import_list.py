"""A registration list of 200,000 rows from file to registry: how long, how much memory. Prints figures; no test.

KHEO_DATABASE=/tmp/bench.sqlite3 .venv/bin/python benchmarks/import_list.py [rows]    (a database made by kheo init)
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import django
import xlsxwriter

ON, KNOWN = date(2025, 11, 5), datetime(2025, 11, 5, 3, tzinfo=UTC)
HEADINGS = (
    "Mã mô hình",
    "Tên mô hình",
    "Mã đơn vị",
    "Lĩnh vực",
    "Tập thể/Cá nhân",
    "Loại đăng ký",
    "Ngày bắt đầu",
    "Số hộ",
)
FIELDS = ("Kinh tế", "VH-XH", "QP-AN", "XD HTCT")
NOVELTIES = ("Đăng ký mới", "Duy trì", "Nhân rộng")


def write(path: Path, rows: int, codes: list[str]) -> None:
    """Models of all communes in turn, households i % 997."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    for i in range(1, rows + 1):
        sheet.write_string(i, 0, f"MH-{i:06d}")
        sheet.write_string(i, 1, f"Tổ tự quản đường hoa, khu phố {i % 40}, mô hình số {i}")
        sheet.write_string(i, 2, codes[i % len(codes)])
        sheet.write_string(i, 3, FIELDS[i % 4])
        sheet.write_string(i, 4, "TT" if i % 3 else "CN")
        sheet.write_string(i, 5, NOVELTIES[i % 3])
        sheet.write_number(i, 6, 45900 + i % 60, day)
        sheet.write_number(i, 7, i % 997)
    book.close()


def memory() -> int:
    """The most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
    django.setup()
    from kheo.base.access import OPERATOR
    from kheo.exchange import actions, reader
    from kheo.initiatives.exchange import REGISTRATION_LIST
    from kheo.units.queries import units_on
    from kheo.units.words import Level

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write(path, rows, [unit.code for unit in units_on(ON, level=Level.COMMUNE)])
        data = path.read_bytes()
    said = {"actor": OPERATOR, "importer": REGISTRATION_LIST, "known": KNOWN}
    print(f"{rows:,} rows, {len(data):,} bytes; memory before {memory()} MB")
    start = time.perf_counter()
    reader.read_table(data, "list.xlsx", meanings=REGISTRATION_LIST.meanings)
    print(f"read alone: {time.perf_counter() - start:.1f} s, memory {memory()} MB")
    for turn in ("first", "again"):
        start, cpu = time.perf_counter(), time.process_time()
        run = actions.stage(data=data, filename="list.xlsx", options={"period": "2025-2030"}, on=ON, **said)
        spent = time.process_time() - cpu
        counts = {fate: n for fate, n in run.counts.items() if isinstance(n, int)}
        took = time.perf_counter() - start
        print(f"{turn}: staged in {took:.1f} s ({spent:.1f} s of one core), {counts}, memory {memory()} MB")
        if turn == "first":
            start, cpu = time.perf_counter(), time.process_time()
            actions.save(run=run, **said)
            spent = time.process_time() - cpu
            print(f"saved in {time.perf_counter() - start:.1f} s ({spent:.1f} s of one core), memory {memory()} MB")


if __name__ == "__main__":
    main()
