"""What is kept, under which name, and what hides nothing any more."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.http import FileResponse
from django.test import RequestFactory
from PIL import Image

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR
from kheo.base.errors import Refused
from kheo.files.actions import keep
from kheo.files.models import StoredFile
from kheo.files.queries import findings, open_, path_of, stored
from kheo.files.views import answer
from kheo.files.words import KEPT, LONGEST_EDGE

ON, KNOWN = date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CASES = Path(__file__).resolve().parents[4] / "tests" / "cases" / "A"

pytestmark = pytest.mark.django_db


def kept(data: bytes, filename: str) -> StoredFile:
    return keep(actor=OPERATOR, data=data, filename=filename, on=ON, known=KNOWN)


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), colour: object = (9, 30, 30), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def office(parts: dict[str, bytes] | None = None, kind: str = "wordprocessingml.document") -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/main.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", types)
        for name, content in (parts or {"main.xml": b"<x/>"}).items():
            packed.writestr(name, content)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def body(response: FileResponse) -> bytes:
    """What is sent. The response is not closed: that would end the request, and the connection of the test with it."""
    data = b"".join(response.streaming_content)  # type: ignore[arg-type]
    response.file_to_stream.close()  # type: ignore[union-attr]
    return data


def contents(file: StoredFile) -> bytes:
    with open_(file) as opened:
        return opened.read()


def test_a_photo_loses_place_owner_comment_and_profile_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "NGUYEN VAN A"  # turned; artist
    exif.get_ifd(0x8825)[1] = "N"
    file = kept(photo(exif=exif, icc_profile=b"PROFILE" * 9, comment=b"SECRET"), "anh.jpg")
    data = contents(file)
    assert (file.type, file.width, file.height) == ("jpeg", 30, 40)
    with Image.open(BytesIO(data)) as again:
        assert again.size == (30, 40)
        assert not again.getexif()
        assert not {"icc_profile", "comment", "exif"} & set(again.info)
    for secret in (b"NGUYEN", b"SECRET", b"PROFILE", b"Exif"):
        assert secret not in data


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_texts_inside_other_photos_go_as_well(kind: str) -> None:
    exif = Image.Exif()
    exif[0x013B] = "NGUYEN VAN A"
    file = kept(photo(kind, exif=exif, icc_profile=b"PROFILE" * 9), "anh.jpg")
    assert (file.type, file.name) == (kind.lower(), f"anh.{kind.lower()}")
    assert b"NGUYEN" not in contents(file)
    assert b"PROFILE" not in contents(file)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    file = kept(photo(size=(5000, 2500)), "rong.jpg")
    assert (file.width, file.height) == (LONGEST_EDGE, LONGEST_EDGE // 2)
    assert file.size == len(contents(file))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_photos_of_every_colour_system_are_kept(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, "JPEG" if kind == "TIFF" else kind)
    assert kept(out.getvalue(), f"{mode}.png").width == 8


def test_an_office_document_loses_its_authors_and_nothing_else() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>Nguyễn Văn A</dc:creator><dc:title>Báo cáo</dc:title>'
        "<cp:lastModifiedBy>Trần Thị B</cp:lastModifiedBy></cp:coreProperties>"
    ).encode()
    app = "<Properties><Company>Xã Hòa Thắng</Company><Pages>3</Pages></Properties>".encode()
    parts = {"main.xml": b"<x/>", "docProps/core.xml": core, "docProps/app.xml": app}
    file = kept(office(parts), "Báo cáo.docx")
    with zipfile.ZipFile(BytesIO(contents(file))) as packed:
        assert packed.read("main.xml") == b"<x/>"
        assert "Báo cáo" in packed.read("docProps/core.xml").decode()
        assert b"<Pages>3</Pages>" in packed.read("docProps/app.xml")
        everything = b"".join(packed.read(name) for name in packed.namelist()).decode()
    assert not [name for name in ("Nguyễn", "Trần", "Hòa Thắng") if name in everything]


def test_real_workbooks_of_communes_are_kept_and_open_again() -> None:
    data = (CASES.parent / "main" / "dang-ky-lam-dong-2025.xlsx").read_bytes()
    file = kept(data, "dang-ky.xls")
    assert (file.type, file.name) == ("xlsx", "dang-ky.xlsx")
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(BytesIO(contents(file))) as new:
        assert new.namelist() == old.namelist()
        assert new.read("xl/workbook.xml") == old.read("xl/workbook.xml")


def test_a_pdf_is_kept_byte_for_byte() -> None:
    assert contents(kept(PDF, "quyet-dinh.pdf")) == PDF


def test_a_name_of_a_mac_becomes_the_name_everybody_types() -> None:
    with zipfile.ZipFile(CASES / "A10_ten-tep-NFD.zip") as packed:
        name = packed.namelist()[0]
    first, second = kept(photo(), name), kept(photo(), "Mô hình thử đường hoa.jpg")
    assert name != first.name
    assert first.name == unicodedata.normalize("NFC", first.name)
    assert first.name.endswith(".jpg")
    assert kept(photo(), unicodedata.normalize("NFC", name)) == first
    assert second.sha256 == first.sha256


def test_the_same_file_is_kept_once_and_told_once() -> None:
    assert kept(photo(), "a.jpg") == kept(photo(), "a.jpeg")
    assert Entry.objects.filter(act=KEPT.code).count() == 1
    assert kept(photo(), "b.jpg").name == "b.jpg"  # its own name, the same bytes
    assert StoredFile.objects.values("sha256").distinct().count() == 1


def test_a_download_runs_nothing_and_is_called_as_it_was_brought() -> None:
    response = answer(kept(PDF, "Quyết định.pdf"), inline=True, private=True)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert (response["Content-Type"], response["Content-Length"]) == ("application/pdf", str(len(PDF)))
    assert body(response) == PDF


def test_only_photos_are_shown_inline() -> None:
    response = answer(kept(photo(), "anh.jpg"), inline=True, private=False)
    assert response["Content-Disposition"] == 'inline; filename="anh.jpg"'
    assert response["Cache-Control"] == "public, max-age=600"
    body(response)
    response = answer(kept(office(), "a.docx"), inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    body(response)


def test_the_policy_of_a_download_stands_against_that_of_pages() -> None:
    from csp.middleware import CSPMiddleware

    response = answer(kept(PDF, "a.pdf"))
    request = RequestFactory().get("/")
    middleware = CSPMiddleware(lambda request: response)
    assert "sandbox" in middleware(request)["Content-Security-Policy"]
    body(response)


def test_the_doctor_names_what_is_missing_spoilt_and_left_over() -> None:
    lost, spoilt = kept(photo(colour=(1, 2, 3)), "mat.jpg"), kept(PDF + b"\n", "hong.pdf")
    before = len(findings())
    path_of(lost.sha256).unlink()
    path_of(spoilt.sha256).write_bytes(b"?" * spoilt.size)
    orphan = path_of("ee" + "0" * 62)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    try:
        said = findings()
        assert len(said) == before + 3
        assert all(any(str(part) in line for line in said) for part in ("mat.jpg", "hong.pdf", orphan))
        with pytest.raises(Refused) as no:
            open_(lost)
        assert no.value.refusal.code == "files.contents_lost"
    finally:
        orphan.unlink()
        path_of(spoilt.sha256).unlink()


def test_files_are_found_by_number_in_one_question(django_assert_num_queries: object) -> None:
    one, two = kept(photo(), "1.jpg"), kept(photo(), "2.jpg")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert set(stored([one.pk, two.pk, 0])) == {one.pk, two.pk}
