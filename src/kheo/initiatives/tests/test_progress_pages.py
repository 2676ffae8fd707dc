"""Telling progress in the browser and on the command line, and the files that show it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from kheo.base.access import OPERATOR
from kheo.base.errors import Refused
from kheo.files.models import StoredFile
from kheo.files.queries import path_of
from kheo.initiatives import actions, queries
from kheo.initiatives.commands import initiatives
from kheo.initiatives.forms.progress import amount_of, given_files
from kheo.initiatives.models import Evidence, Initiative, Progress
from kheo.initiatives.tests.ground import DAY, KNOWN, PHAN_THIET, PHU_THUY, again, province, registered
from kheo.initiatives.tests.test_telling import photo
from kheo.initiatives.words import GivenFile

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def model(terms: None) -> Initiative:
    return registered(province())


def at(model: Initiative, *rest: object) -> str:
    return "/en/initiatives/" + "/".join(map(str, (model.pk, *rest))) + "/"


def upload(name: str = "hoa.png", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if data is None else data, content_type="image/png")


def typed(model: Initiative, **other: Any) -> dict[str, Any]:
    given = {"version": again(model).version, "text": "Trồng thêm hoa", "on": "12/11/2025", "captions": ""}
    return {f"progress-{key}": value for key, value in (given | other).items()}


def shown(model: Initiative, *, public: bool, demo: bool = False) -> Evidence:
    """A photo of a telling of this model."""
    if demo:
        Initiative.objects.filter(pk=model.pk).update(is_demo=True)
    given = [GivenFile(photo(), "hoa.png", "Hoa nở", public)]
    actions.tell(actor=OPERATOR, initiative=again(model), evidence=given, on=DAY, known=KNOWN)
    return Evidence.objects.get()


def fetched(client: Client, address: str) -> Any:
    """What an address answers, read to its end, which closes it."""
    answer: Any = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer


def test_a_telling_with_photos_and_amounts_is_kept_and_shown(model: Initiative, sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    sent = typed(model, households="12", land="350.5", captions="Before\nAfter", public="on")
    sent["progress-photos"] = [upload("a.png"), upload("b.png", photo("blue"))]
    answer = client.post(at(model, "progress"), sent)
    assert (answer.status_code, answer["Location"]) == (302, at(model))
    assert [(e.caption, e.is_public) for e in Evidence.objects.order_by("id")] == [("Before", True), ("After", True)]
    text = client.get(at(model)).content.decode()
    for evidence in Evidence.objects.all():
        assert f'src="{at(model, "evidence", evidence.pk)}"' in text
    assert "350.5</b> m²" in text
    assert "Trồng thêm hoa" in text


def test_nothing_typed_is_lost_when_something_is_wrong(model: Initiative, sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    wrong = typed(model, land="khoảng 300", works="1.5", on="31/12/2025", text="Hai ngày <b>công</b>", captions="Một")
    answer = client.post(at(model, "progress"), wrong)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="khoảng 300"' in text
    assert "Hai ngày &lt;b&gt;công&lt;/b&gt;" in text
    assert "is not plainly a number" in text
    right = typed(model, land="", works="1.5", captions="Một")
    text = client.post(at(model, "progress"), right).content.decode()
    assert "Choose the files these words speak of" in text
    text = client.post(at(model, "progress"), typed(model, works="1.5")).content.decode()
    assert "a whole number" in text
    sent = typed(model) | {"progress-photos": upload("ảnh.png", b"<html><script>alert(1)</script></html>")}
    text = client.post(at(model, "progress"), sent).content.decode()
    assert "“ảnh.png” is not a file that is kept here" in text
    assert (Progress.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_files_too_heavy_together_are_refused_beside_their_field(
    model: Initiative, sign_in: SignIn, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 1000
    client = sign_in("commune_officer", PHAN_THIET)
    sent = typed(model) | {"progress-photos": [upload("a.png", b"\x89" * 600), upload("b.png", b"\x89" * 600)]}
    assert "MB together" in client.post(at(model, "progress"), sent).content.decode()


def test_the_same_form_twice_tells_once_and_a_stale_one_is_kept_ready_to_send(
    model: Initiative, sign_in: SignIn
) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    sent = typed(model, works="2")
    assert [client.post(at(model, "progress"), sent).status_code for _ in range(2)] == [302, 302]
    assert Progress.objects.count() == 1
    answer = client.post(at(model, "progress"), sent | {"progress-text": "Việc thứ hai"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Việc thứ hai" in text
    assert f'name="progress-version" value="{again(model).version}"' in text
    assert client.post(at(model, "progress"), typed(model, text="Việc thứ hai")).status_code == 302
    assert Progress.objects.count() == 2


def test_what_was_told_is_taken_back_with_a_reason(model: Initiative, sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(at(model, "progress"), typed(model, works="2"))
    told = Progress.objects.get()
    void = at(model, "progress", told.pk, "void")
    answer = client.post(void, {"version": again(model).version, "reason": " "})
    assert (answer.status_code, "Say why it is taken back" in answer.content.decode()) == (200, True)
    answer = client.post(void, {"version": 1, "reason": "Nhầm <mô hình>"})
    assert (answer.status_code, "Nhầm &lt;mô hình&gt;" in answer.content.decode()) == (409, True)
    assert client.post(void, {"version": again(model).version, "reason": "Nhầm mô hình"}).status_code == 302
    text = client.get(at(model)).content.decode()
    assert "Trồng thêm hoa" not in text
    assert "Nhầm mô hình" in text  # why, in its history
    other = registered(province(), title="Mô hình khác")
    assert client.post(at(other, "progress", told.pk, "void"), {"version": 1, "reason": "x"}).status_code == 404


@pytest.mark.parametrize(("public", "stranger", "neighbour", "own"), [(True, 200, 200, 200), (False, 302, 404, 200)])
def test_a_photo_is_answered_by_right(
    public: bool, stranger: int, neighbour: int, own: int, model: Initiative, sign_in: SignIn
) -> None:
    address = at(model, "evidence", shown(model, public=public).pk)
    assert fetched(Client(), address).status_code == stranger
    assert fetched(sign_in("commune_officer", PHU_THUY), address).status_code == neighbour
    client = sign_in("commune_officer", PHAN_THIET)
    answer = fetched(client, address)
    assert answer.status_code == own
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == ("public, max-age=600" if public else "private, no-store")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (
        client.get(at(registered(province(), title="Khác"), "evidence", Evidence.objects.get().pk)).status_code == 404
    )


def test_public_photos_are_for_everybody_only_of_a_published_model_and_a_standing_telling(
    model: Initiative, day: Any
) -> None:
    evidence = shown(model, public=True)
    address = at(model, "evidence", evidence.pk)
    assert fetched(Client(), address).status_code == 200
    Initiative.objects.filter(pk=model.pk).update(is_demo=True)
    assert fetched(Client(), address).status_code == 200  # its page is open, and says that it is a demonstration
    Initiative.objects.filter(pk=model.pk).update(is_demo=False, state="removed")
    assert fetched(Client(), address).status_code == 302
    Initiative.objects.filter(pk=model.pk).update(state="accepted")
    told = queries.progress_of(again(model), evidence.progress_id)
    actions.void_progress(actor=OPERATOR, progress=told, reason="Nhầm", on=DAY, known=KNOWN)
    assert fetched(Client(), address).status_code == 302


def test_a_document_is_sent_as_a_file_and_never_shown(model: Initiative, day: Any) -> None:
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    given = [GivenFile(pdf, 'biên bản "x".pdf', "", True)]
    actions.tell(actor=OPERATOR, initiative=model, evidence=given, on=DAY, known=KNOWN)
    answer = fetched(Client(), at(model, "evidence", Evidence.objects.get().pk))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert queries.public_photos(model.pk) == []


def test_contents_that_are_gone_are_said_to_be_gone(model: Initiative, day: Any) -> None:
    evidence = shown(model, public=True)
    path_of(evidence.file.sha256).unlink()
    answer = fetched(Client(), at(model, "evidence", evidence.pk))
    assert answer.status_code < 500
    assert "hoa.png" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "written", "amount"),
    [
        ("vi", "350,5", "350.5"),
        ("vi", "1.500", "1500"),
        ("vi", "1.234,56", "1234.56"),
        ("en", "350.5", "350.5"),
        ("en", "1,500", "1500"),
        ("pt", "1.500,25", "1500.25"),
        ("ar", "٣٥٠٫٥", "350.5"),
        ("ar", "١٬٥٠٠", "1500"),
        ("en", "1.500", "1.5"),
    ],
)
def test_an_amount_is_read_as_the_language_writes_it(language: str, written: str, amount: str) -> None:
    with translation.override(language):
        assert amount_of("land", written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "  ", "-", "…"])
def test_nothing_is_no_amount(written: str) -> None:
    assert amount_of("land", written) is None


@pytest.mark.parametrize("written", ["khoảng 300", "1,5 triệu", "3/4", "300x", "1" * 70, "=1+1", "٣٥٠abc"])
def test_what_is_not_plainly_a_number_is_asked_again(written: str) -> None:
    with pytest.raises(Refused) as no:
        amount_of("money", written)
    assert no.value.refusal.code == "initiatives.amount_unclear"


def test_captions_go_with_their_files_and_none_is_lost() -> None:
    files = [(b"1", "a"), (b"2", "b")]

    def captions(*lines: str) -> list[str]:
        return [file.caption for file in given_files(files, lines, False)]

    assert captions() == ["", ""]
    assert captions("cả hai") == ["cả hai", "cả hai"]
    assert captions("một", "hai") == ["một", "hai"]
    assert captions("", "hai") == ["", "hai"]
    assert captions("một", "hai", "ba") == ["một", "hai ba"]
    with pytest.raises(Refused):
        given_files([], ["lạc"], False)


def run(*words: str) -> tuple[int, Any]:
    found = CliRunner().invoke(initiatives, [*words, "--json"])
    return found.exit_code, json.loads(found.stdout)


def test_the_command_tells_shows_and_takes_back(model: Initiative, tmp_path: Path, day: Any) -> None:
    file = tmp_path / "hoa.png"
    file.write_bytes(photo())
    words = ("--text", "Trồng hoa", "--land", "350,5", "--money", "1.500.000", "--file", str(file), "--public")
    code, said = run("progress", str(model.pk), *words, "--on", "2025-11-12")
    assert (code, said["results"]) == (
        0,
        {"land": {"amount": "350.50", "unit": "m2"}, "money": {"amount": 1_500_000, "unit": "VND"}},
    )
    [telling] = said["progress"]
    assert (telling["on"], telling["text"], telling["files"][0]["public"]) == ("2025-11-12", "Trồng hoa", True)
    code, row = run("show", str(model.pk))
    assert (code, row["results"], row["progress"]) == (0, said["results"], said["progress"])
    printed = CliRunner().invoke(initiatives, ["show", str(model.pk)]).stdout
    assert "350,50" in printed
    assert f"[{telling['id']}]" in printed
    code, said = run("void-progress", str(model.pk), str(telling["id"]), "--reason", "Nhầm")
    assert (code, said["results"], said["progress"]) == (0, {}, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--land", "khoảng 3"], "initiatives.amount_unclear"),
        (["--works", "1,5"], "initiatives.amount_decimals"),
        ([], "initiatives.nothing_told"),
        (["--text", "x", "--on", "2024-01-01"], "initiatives.too_early"),
        (["--text", "x", "--file", "/nowhere/a.png"], "file.trouble"),
        (["--text", "x", "--caption", "y"], "initiatives.caption_alone"),
    ],
)
def test_the_command_refuses_in_one_sentence(words: list[str], code: str, model: Initiative, day: Any) -> None:
    exit_code, said = run("progress", str(model.pk), *words)
    assert (exit_code, said["error"]["code"]) == (1, code)
    assert not Progress.objects.exists()


def test_the_page_of_a_model_asks_a_fixed_number_of_questions_however_much_was_told(
    model: Initiative, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    deed: dict[str, Any] = {"actor": OPERATOR, "on": DAY, "known": KNOWN}
    for n in range(25):
        given = [GivenFile(photo(size=(8 + n, 8)), f"{n}.png", f"Ảnh {n}")]
        actions.tell(initiative=again(model), text=f"Lần {n}", results={"works": Decimal(1)}, evidence=given, **deed)
    client.get(at(model))
    with django_assert_max_num_queries(15):
        text = client.get(at(model)).content.decode()
    assert text.count("<img ") == 20
    assert "The newest of 25 tellings are shown" in text
