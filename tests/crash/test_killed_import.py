"""An importing process is killed five times, each time at another moment of its work: all of the list, or nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.db import connection

from kheo.audit.queries import verify
from kheo.base.access import OPERATOR
from kheo.exchange.models import ImportRun, WrittenRow
from kheo.figures.actions import load_periods
from kheo.figures.models import FigLine, FigNow
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import lagging, visible
from kheo.initiatives.tests.ground import DAY, PHAN_THIET, SEE, differences
from kheo.search.models import SearchText

ROWS = 450  # a long list here: three short commits
HEADINGS = ("Mã mô hình", "Tên mô hình", "Mã đơn vị", "Lĩnh vực", "Tập thể/Cá nhân", "Loại đăng ký", "Số hộ")
# Where the process is killed: module, name of what it calls there, and at which call, before or after it.
MOMENTS = (
    ("kheo.exchange.actions.staging", "insert", 1, "before"),  # the file is kept, no row is staged
    ("kheo.exchange.actions.staging", "move", 1, "before"),  # all rows are staged, the import does not wait yet
    ("kheo.exchange.actions.ahead", "insert", 2, "after"),  # inside a short commit
    ("kheo.initiatives.actions.ahead", "enter", 1, "after"),  # in the last transaction, everything is out and counted
    ("kheo.exchange.actions.saving", "record", 1, "after"),  # one step before its commit
)
CHILD = """
import importlib, os, signal, sys
from kheo.config import cli
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.config.settings")
django.setup()
from kheo.exchange.actions import ahead, saving
saving.LONG, ahead.AT_ONCE = 100, 200
module, name, nth, when, *words = sys.argv[1:]
if module != "-":
    home, left = importlib.import_module(module), [int(nth)]
    real = getattr(home, name)
    def deadly(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    setattr(home, name, deadly)
sys.argv = ["kheo", *words]
cli.main()
"""


def registration_list() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, HEADINGS)
        for i in range(1, ROWS + 1):
            row = (f"MH-{i:05}", f"Đường hoa, mô hình số {i}", PHAN_THIET, "Kinh tế", "TT", "Mới", i % 97)
            sheet.write_row(i, 0, row)
    return out.getvalue()


def address() -> str:
    """The test's own database, for another process."""
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(kept["NAME"])
    place = f"{kept['HOST']}:{kept['PORT']}" if kept["HOST"] else ""
    return f"postgres://{kept['USER']}:{kept['PASSWORD']}@{place}/{kept['NAME']}"


def bring_in(file: Path, *moment: str) -> subprocess.CompletedProcess[str]:
    words = ("initiatives", "import", str(file), "--period", "2025-2030", "--on", DAY.isoformat(), "--lang", "en")
    env = {**os.environ, "KHEO_DATABASE": address(), "KHEO_VAR": str(settings.VAR)}
    command = [sys.executable, "-c", CHILD, *(moment or ("-", "-", "0", "-")), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_all_or_nothing_and_the_same_file_then_saves(tmp_path: Path) -> None:
    load_periods()
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(registration_list())
    for module, name, nth, when in MOMENTS:
        killed = bring_in(file, module, name, str(nth), when)
        assert killed.returncode == -signal.SIGKILL, (module, killed.stderr[-2000:])
        assert visible(OPERATOR, SEE).count() == 0, module
        assert not FigNow.objects.exists(), module
        assert not FigLine.objects.exists(), module
        assert (differences(), lagging(), verify().ok) == ([], 0, True), module
    states = list(ImportRun.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["reading", "reading", "saving", "saving", "saving"]

    done = bring_in(file)
    assert done.returncode == 0, done.stderr[-2000:]
    assert visible(OPERATOR, SEE).count() == FigNow.objects.count() == Initiative.objects.count() == ROWS
    assert SearchText.objects.count() == WrittenRow.objects.count() == ROWS
    assert (differences(), lagging(), verify().ok) == ([], 0, True)
    states = list(ImportRun.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["reading", "reading", "set_aside", "set_aside", "set_aside", "saved"]
