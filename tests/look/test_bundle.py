"""The committed bundle: small, our own host only, every font with its range, every licence kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
BUNDLE = REPO / "src/kheo/static/kheo"
FACE = re.compile(r"@font-face\{(.*?)\}")
STYLES = sorted(BUNDLE.glob("*.css"))


def spans(face: str) -> list[tuple[int, int]]:
    text = re.search(r"unicode-range:([^;}]+)", face)
    assert text, face
    pairs = [part.strip().removeprefix("U+").partition("-") for part in text.group(1).split(",")]
    return [(int(first, 16), int(last or first, 16)) for first, _, last in pairs]


def faces(family: str) -> list[str]:
    return [f for f in FACE.findall((BUNDLE / "fonts.css").read_text()) if f'font-family:"{family}"' in f]


def covers(family: str, weight: int, letters: str) -> bool:
    ranges = [span for face in faces(family) if f"font-weight:{weight};" in face for span in spans(face)]
    return all(any(first <= ord(letter) <= last for first, last in ranges) for letter in letters)


def test_the_whole_bundle_stays_under_one_megabyte() -> None:
    assert sum(file.stat().st_size for file in BUNDLE.rglob("*") if file.is_file()) < 1_000_000


def test_no_static_file_reaches_for_another_host() -> None:
    for file in BUNDLE.rglob("*"):
        if file.suffix in {".css", ".js", ".svg"}:
            text = re.sub(r"/\*.*?\*/|<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.S)
            elsewhere = set(re.findall(r"(?:https?:|[\"'(])//[\w.-]+", text)) - {"http://www.w3.org"}
            assert not elsewhere, f"{file.name}: {elsewhere}"
            assert "@import" not in text, file.name


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_file_a_stylesheet_names_is_there(style: Path) -> None:
    text = style.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    for address in re.findall(r"url\(\"?([^\")]+)", text):
        assert address.startswith("data:image/svg+xml") or (BUNDLE / address).is_file(), address


def test_every_face_swaps_and_says_its_range() -> None:
    found = FACE.findall((BUNDLE / "fonts.css").read_text())
    for face in found:
        assert "font-display:swap" in face
        assert spans(face)
    named = {file for face in found for file in re.findall(r"fonts/([\w-]+\.woff2)", face)}
    assert named == {file.name for file in (BUNDLE / "fonts").iterdir()}


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_each_script_has_its_face_in_three_weights(weight: int) -> None:
    assert covers("Be Vietnam Pro", weight, "ABCXYZabcxyz0123 ĂăÂâĐđÊêÔôƠơƯưẤẫỄễỘộỢợỮữỵ“”–…áàãéíóõúçÁÇÕ")
    assert covers("Noto Sans Arabic", weight, "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأإؤئةپچژگ٠١٢٣٤٥٦٧٨٩٪٫٬،؛؟")
    assert covers("Inter", weight, "0123456789.,%/+–-: ABCXYZ")


def test_arabic_headings_have_naskh() -> None:
    assert covers("Noto Naskh Arabic", 600, "عملمتقنفيالقاعدةيراهالجميع،٥٬٨١٣")


def test_inter_draws_figures_and_codes_only_and_weighs_little() -> None:
    for face in faces("Inter"):
        assert not any(first <= ord("a") <= last or first <= ord("ơ") <= last for first, last in spans(face))
    assert all(file.stat().st_size < 7_000 for file in (BUNDLE / "fonts").glob("inter-*"))


def test_our_own_style_knows_no_left_and_right() -> None:
    own = (BUNDLE / "kheo.css").read_text(encoding="utf-8")
    # Maps are not mirrored, so neither is their legend (look: Right to left).
    own = own.replace(".k-mapbox .k-legend{position:absolute;left:0;top:40%}", "")
    sided = re.findall(
        r"[{;](?:(?:margin|padding|border)-(?:left|right)|(?:left|right)|text-align:(?:left|right)|float:(?:left|right))\b[^;}]*",
        own,
    )
    assert sided == []


def test_every_borrowed_file_has_its_licence() -> None:
    kept = (BUNDLE / "LICENCES.md").read_text(encoding="utf-8")
    for file in [*BUNDLE.glob("*.css"), *BUNDLE.glob("*.js"), *BUNDLE.glob("*.svg")]:
        if file.name != "fonts.css":
            assert f"`{file.name}`" in kept, file.name
    families = tuple(re.findall(r"`fonts/([\w-]+)\*`", kept))
    assert all(file.name.startswith(families) for file in (BUNDLE / "fonts").iterdir())
    for text in ("Permission is hereby granted, free of charge", "SIL OPEN FONT LICENSE", "BSD"):
        assert text in kept


def test_the_sources_are_named_exactly_and_no_lock_names_a_registry() -> None:
    wanted = json.loads((REPO / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted
    assert not (REPO / "package-lock.json").exists()
