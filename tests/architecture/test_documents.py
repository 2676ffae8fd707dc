"""What the documents list is what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.house import REAL, REPO, ROOMS

DOCS = REPO / "docs"
_VALUE = re.compile(r"\bKHEO_[A-Z_]+\b")


def values_differ(code: str, page: str) -> set[str]:
    """Environment values named in only one of the settings and their page."""
    return set(_VALUE.findall(code)) ^ set(_VALUE.findall(page.split("## For tests only")[0]))


def first_cells(page: str) -> list[str]:
    """The first cell of every table row, without back-ticks."""
    return [row.split("|")[1].strip().strip("`") for row in page.splitlines() if row.startswith("|")]


def dead_links(file: Path) -> list[str]:
    """Relative links of a page that lead nowhere."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
    return [link for link in links if "://" not in link and not (file.parent / link).exists()]


def poor_terms(page: str) -> list[str]:
    """Glossary rows with five columns of which one that is not the code is empty."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in page.splitlines() if row.startswith("| ")]
    return [row[0] for row in rows if len(row) == 5 and not all((row[0], row[1], row[3], row[4]))]


def unsound_decisions(folder: Path) -> list[str]:
    """Decision pages without their three parts, or not in the list of README.md."""
    index = (folder / "README.md").read_text(encoding="utf-8")
    return [
        page.name
        for page in sorted(folder.glob("[0-9]*.md"))
        if page.name not in index
        or re.findall(r"^## (\w+)", page.read_text(encoding="utf-8"), re.M) != ["Context", "Decision", "Consequences"]
    ]


def test_every_setting_is_on_its_page_and_no_other() -> None:
    code = (REAL / "config" / "settings.py").read_text(encoding="utf-8")
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert not values_differ(code, page)
    assert values_differ(code + "KHEO_COLOUR", "KHEO_SIZE " + page) == {"KHEO_COLOUR", "KHEO_SIZE"}


def test_the_house_is_listed_in_its_order() -> None:
    cells = first_cells((DOCS / "rooms.md").read_text(encoding="utf-8"))
    assert [cell for cell in cells if cell in ROOMS] == list(ROOMS)


def test_every_term_has_four_languages() -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    assert len(first_cells(page)) > 60
    assert not poor_terms(page)
    assert poor_terms("| mô hình | model | `x` | | modelo |") == ["mô hình"]


def test_every_decision_has_its_three_parts_and_is_listed(tmp_path: Path) -> None:
    assert not unsound_decisions(DOCS / "adr")
    (tmp_path / "README.md").write_text("0001-x.md")
    (tmp_path / "0001-x.md").write_text("# 1\n## Context\n## Decision\n")
    (tmp_path / "0002-y.md").write_text("# 2\n## Context\n## Decision\n## Consequences\n")
    assert unsound_decisions(tmp_path) == ["0001-x.md", "0002-y.md"]


@pytest.mark.parametrize("file", [REPO / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda file: file.name)
def test_links_between_pages_lead_somewhere(file: Path, tmp_path: Path) -> None:
    assert not dead_links(file)
    (tmp_path / "a.md").write_text("[b](b.md) [c](https://example.org/)")
    assert dead_links(tmp_path / "a.md") == ["b.md"]
