"""Files that are something else than they say, and folders that cannot be written."""

from __future__ import annotations

import errno
import os
import struct
import threading
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kheo.base.errors import Refused
from kheo.files import rules
from kheo.files.models import StoredFile
from kheo.files.tests.test_keep import PDF, contents, kept, office, photo
from kheo.files.words import MOST_BYTES, NAME_LENGTH


def refusal(data: bytes, filename: str) -> str:
    with pytest.raises(Refused) as no:
        kept(data, filename)
    return no.value.refusal.code


def png_of(width: int, height: int) -> bytes:
    """A few bytes that claim a picture of that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "anh.jpg", "files.not_accepted"),
        (b"<!doctype html><script>alert(1)</script>", "anh.png", "files.not_accepted"),
        (b"MZ\x90\x00", "bao-cao.pdf", "files.not_accepted"),
        (b"GIF89a\x01\x00\x01\x00", "anh.gif", "files.not_accepted"),
        (b"PK\x03\x04nothing", "bao-cao.docx", "files.damaged"),
        (office(kind="presentationml.slide"), "bao-cao.docx", "files.not_accepted"),
        (office({"word/vbaProject.bin": b"x"}), "bao-cao.docx", "files.macros"),
        (office({"../../x": b"x"}), "bao-cao.docx", "files.not_accepted"),
        (office({"a.xml": bytes(101 << 20)}), "bao-cao.docx", "files.unpacks_too_large"),
        (PDF + b"<script>", "quyet-dinh.pdf", "files.not_accepted"),
        (PDF + office(), "quyet-dinh.pdf", "files.not_accepted"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "a.pdf", "files.macros"),
        (PDF[:20], "quyet-dinh.pdf", "files.damaged"),
        (b"", "anh.jpg", "files.empty"),
        (b"\xff\xd8\xff" + b"?" * 50, "anh.jpg", "files.damaged"),
        (photo(size=(300, 300))[:400], "anh.jpg", "files.damaged"),
        (png_of(50_000, 50_000), "anh.png", "files.too_many_pixels"),
        (png_of(500, 500), "anh.png", "files.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "files.password"),
    ],
)
def test_what_is_not_kept_is_refused_by_its_content(data: bytes, filename: str, code: str) -> None:
    assert refusal(data, filename) == code
    assert not StoredFile.objects.exists()


def test_the_sentence_names_the_file_and_the_size_is_asked_before_reading() -> None:
    no = rules.why_not_size(MOST_BYTES + 1, "../anh\u202egpj.exe")
    assert no is not None
    assert no.code == "files.too_big"
    assert "anhgpj.exe" in str(no.text)
    assert rules.why_not_size(MOST_BYTES, "a") is None


@pytest.mark.django_db
def test_a_program_hidden_behind_a_photo_does_not_survive() -> None:
    assert b"<script>" not in contents(kept(photo() + b"<script>alert(1)</script>" + office(), "anh.jpg"))


@pytest.mark.parametrize(
    ("brought", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\bao cao.pdf", "bao cao.pdf"),
        ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("anh\u202efdp.exe", "anhfdp.exe.pdf"),
        ('x";filename="y.html', "x ;filename= y.html.pdf"),
        ("...", "file.pdf"),
        ("CON.pdf", "file CON.pdf"),
        ("", "file.pdf"),
        ("Báo cáo.DOC", "Báo cáo.pdf"),
    ],
)
def test_names_are_made_harmless(brought: str, name: str) -> None:
    assert rules.clean_name(brought, "pdf") == name


def test_a_very_long_name_is_cut_and_keeps_its_ending() -> None:
    for letter in ("a", "ệ", "😀"):
        name = rules.clean_name(letter * 5000 + ".pdf", "pdf")
        assert name.endswith(".pdf")
        assert len(name) <= NAME_LENGTH
        assert len(name.encode()) <= 250


@pytest.mark.django_db
def test_a_full_disk_keeps_nothing_and_leaves_no_half(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = set(Path(settings.FILES).glob("*/*"))
    monkeypatch.setattr(os, "fsync", full)
    assert refusal(photo(colour=(9, 8, 7)), "anh.jpg") == "files.no_room"
    assert set(Path(settings.FILES).glob("*/*")) == before
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_keeping_the_same_file_at_once_share_it() -> None:
    data, start, got = photo(colour=(4, 5, 6)), threading.Barrier(2), []

    def one() -> None:
        start.wait()
        try:
            got.append(kept(data, "anh.jpg").pk)
        finally:
            connection.close()

    people = [threading.Thread(target=one) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(got) == 2
    assert len(set(got)) == 1
    assert StoredFile.objects.count() == 1
