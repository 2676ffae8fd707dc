"""How long the reader takes for a workbook of 200,000 rows (case A22), and how much memory. Prints figures; no test.

.venv/bin/python benchmarks/read_workbook.py [rows]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import django
import xlsxwriter
from django.conf import settings

HEADINGS = ("Mã mô hình", "Tên mô hình", "Mã đơn vị", "Lĩnh vực", "Ngày đăng ký", "Giá trị")
FIELDS = ("Kinh tế", "Văn hóa - xã hội", "Quốc phòng - an ninh", "Xây dựng hệ thống chính trị")


def write(path: Path, rows: int) -> None:
    """Case A22: value i % 997, days spread over 2024, unit codes as text."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    for i in range(1, rows + 1):
        sheet.write_string(i, 0, f"MH-{i:06d}")
        sheet.write_string(i, 1, f"Mô hình thử nghiệm số {i} tổ tự quản khu phố {i % 40}")
        sheet.write_string(i, 2, f"{(i * 7) % 33000:05d}")
        sheet.write_string(i, 3, FIELDS[i % 4])
        sheet.write_number(i, 4, 45292 + i % 366, day)
        sheet.write_number(i, 5, i % 997)
    book.close()


def memory() -> int:
    """The most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    settings.configure(USE_I18N=False)
    django.setup()
    from kheo.exchange.reader import as_json, read_table

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "A22.xlsx"
        write(path, rows)
        data = path.read_bytes()
    print(f"workbook: {rows:,} rows, {len(data):,} bytes; memory before reading {memory()} MB")
    start, worked = time.perf_counter(), time.process_time()
    table = read_table(data, "A22.xlsx")
    took, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"read_table: {took:.2f} s ({worked:.2f} s of processor), {len(table.rows):,} rows, sum {table.sums[5]:,}")
    print(f"memory {memory()} MB")
    start, worked = time.perf_counter(), time.process_time()
    shown = as_json(table)
    took, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"as_json: {took:.2f} s ({worked:.2f} s of processor), {len(shown['rows']):,} rows, memory {memory()} MB")


if __name__ == "__main__":
    main()
