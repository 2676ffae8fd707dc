"""How long a list of many rows takes to go out as a file, and how much memory. Prints figures; no test.

.venv/bin/python benchmarks/exports.py [rows]     (no database: the writing itself; 200,000 rows of nine cells)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date

import django
from django.conf import settings


def rows(n: int) -> Iterator[tuple[object, ...]]:
    for i in range(n):
        where = ("Phường Phan Thiết", "Tỉnh Lâm Đồng", "Kinh tế")
        yield (
            i,
            f"Tổ tự quản đường hoa thôn {i}",
            *where,
            "Trong danh sách",
            "2025-2030",
            "Đường sạch",
            date(2025, 11, 5),
        )


def main() -> None:
    settings.configure(USE_I18N=False)
    django.setup()
    from kheo.base.sheets import write_csv, write_xlsx

    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    heads = [f"Cột {i}" for i in range(9)]
    for kind in ("csv", "xlsx"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, worked = time.perf_counter(), time.process_time()
        with tempfile.TemporaryFile() as file:
            if kind == "csv":
                write_csv(file, headings=heads, rows=rows(n))  # type: ignore[arg-type]
            else:
                write_xlsx(file, sheet="x", headings=heads, rows=rows(n))  # type: ignore[arg-type]
            size = file.tell() / 1e6
        took, cpu = time.perf_counter() - started, time.process_time() - worked
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{kind}: {n:,} rows in {took:.1f} s ({cpu:.1f} s of this process), {size:.0f} MB, memory +{more:.0f} MB")


if __name__ == "__main__":
    main()
