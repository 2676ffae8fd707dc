"""Whatever bytes come in, a table or a refusal comes out; never another error, and the process lives."""

from __future__ import annotations

import io
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.base.errors import Refusal, Refused
from kheo.exchange.reader import as_json, read_table
from kheo.exchange.tests.reader.writing import case, ods, repacked, xls

ROWS = [["TT", "Đơn vị", "Số hộ"], ["I", "Huyện A", 12], [1, "Xã A", 5], [2, "Xã B", "7"], [None, "Tổng", 12]]
WHOLE = [
    case("A/A01_gop-o-hai-dong.xlsx"),
    case("A/A08_tcvn3.xlsx"),
    ods(ROWS),
    xls(ROWS),
    case("A/A07_html.xls"),
    case("A/A07_xml2003.xls"),
    case("A/A05_bom.csv"),
    case("A/A08_tcvn3.csv"),
    case("A/A05_utf16le-tab.txt"),
]
FORGIVING = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def outcome(data: bytes) -> None:
    """Reads it to the end; a refusal must be a sentence with a code of this room."""
    refusals: tuple[Refusal, ...] = ()
    try:
        as_json(read_table(data, "a.xlsx"))
    except Refused as refused:
        refusals = refused.refusals
    assert all(r.code.startswith("exchange.") and str(r.text) for r in refusals)


@given(st.binary(max_size=600))
@FORGIVING
def test_random_bytes(data: bytes) -> None:
    outcome(data)


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table>", b"\xff\xfe", b"<?xml"]),
    st.binary(max_size=900),
)
@FORGIVING
def test_random_bytes_behind_a_known_beginning(start: bytes, data: bytes) -> None:
    outcome(start + data)


@given(st.text(max_size=400))
@FORGIVING
def test_random_text(text: str) -> None:
    outcome(text.encode("utf-8", "surrogatepass"))


@st.composite
def spoilt(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """A whole file with bytes changed, taken out or put in, or cut off; inside a part of it when it is a zip."""
    data = draw(st.sampled_from(whole))
    name = ""
    body = data
    if data[:2] == b"PK" and draw(st.integers(0, 4)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = draw(st.sampled_from(archive.namelist()))
            body = archive.read(name)
    for _n in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        kind = draw(st.sampled_from(["put", "take", "change", "cut", "large"]))
        if kind == "cut":
            body = body[:at]
        elif kind == "take":
            body = body[:at] + body[at + draw(st.integers(1, 40)) :]
        else:
            new = b"\xff\xff\xff\x7f" if kind == "large" else draw(st.binary(min_size=1, max_size=6))
            body = body[:at] + new + body[at + (0 if kind == "put" else len(new)) :]
    return repacked(data, {name: body}) if name else body


@given(spoilt(WHOLE))
@settings(FORGIVING, max_examples=250)
def test_spoilt_files(data: bytes) -> None:
    outcome(data)


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(-(10**6), 10**6)), max_size=6), max_size=12
    )
)
@FORGIVING
def test_random_tables(rows: list[list[object]]) -> None:
    lines = ["\t".join("" if cell is None else str(cell).replace("\t", " ") for cell in row) for row in rows]
    outcome("\n".join(lines).encode("utf-8", "surrogatepass"))
