"""Whatever is written: one unit or one refusal; and a real name in any usual dress is its unit or a question."""

from __future__ import annotations

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.base.text import unmark
from kheo.units.queries import units_on, views
from kheo.units.resolver import Resolution, Resolver, resolve_rows
from kheo.units.words import Level, UnitView

pytestmark = pytest.mark.django_db

DAYS = (date(2025, 6, 30), date(2026, 11, 25))
SHORT = {"xã": "X.", "phường": "P.", "thị trấn": "TT.", "đặc khu": "ĐK.", "huyện": "H.", "quận": "Q.", "thị xã": "TX."}
PIECES = st.sampled_from(
    [
        "xã ",
        "P. ",
        "TX.",
        "huyện ",
        "tỉnh ",
        "UBND ",
        "thôn 3, ",
        "Tân Hà",
        "Phú Thuỷ",
        "Lâm Đồng",
        " - ",
        ", ",
        "(",
        ")",
        "00004",
    ]
)


def well_formed(found: Resolution) -> bool:
    """Exactly one of unit and refusal; candidates only beside a refusal; a sentence of one line."""
    if found.unit is not None:
        return found.refusal is None and not found.candidates and bool(found.how)
    return found.refusal is not None and bool(str(found.refusal.text)) and "\n" not in str(found.refusal.text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=6).map("".join)),
    code=st.one_of(st.just(""), st.text(max_size=8), st.from_regex(r"\d{1,6}", fullmatch=True)),
    parent=st.one_of(st.just(""), st.text(max_size=20), st.lists(PIECES, max_size=3).map("".join)),
    level=st.sampled_from([None, *Level]),
    day=st.sampled_from([date.min, date(1900, 1, 1), *DAYS, date.max]),
)
def test_any_text_gets_a_unit_or_one_refusal(written, code, parent, level, day):
    found = Resolver.for_day(day).resolve(written, code=code, parent_written=parent, level=level)
    assert well_formed(found)
    assert all(well_formed(answer) for answer in resolve_rows([(written, code, parent)], day))


def dresses(unit: UnitView, above: list[UnitView]) -> list[str]:
    """Ways people write one unit's name."""
    short = f"{SHORT.get(unit.type, unit.type)} {unit.name}"
    parents = ", ".join(parent.full_name for parent in above)
    return [
        unit.full_name,
        unit.full_name.upper(),
        unicodedata.normalize("NFD", unit.full_name),
        short,
        short.replace(". ", "."),
        unit.name,
        unmark(unit.full_name),
        f"{short}, {parents}",
        f"{unit.name} ({above[0].name})",
        f"UBND {unit.full_name} - {above[-1].name}",
        f"{unit.code} {unit.full_name}",
    ]


@pytest.mark.parametrize("day", DAYS)
def test_a_name_in_any_dress_is_its_unit_or_a_question(day):
    draw = random.Random(day.toordinal())
    everyone = units_on(day, level=Level.COMMUNE)
    resolver, settled, asked = Resolver.for_day(day), 0, 0
    for unit in draw.sample(everyone, 120):
        above, parent = [], unit.parent_id
        while parent is not None:
            above.append(views([parent], day)[parent])
            parent = above[-1].parent_id
        for written in dresses(unit, above):
            for scope in ({}, {"within": above[-1].id}, {"parent_written": above[0].full_name}):
                found = resolver.resolve(written, level=Level.COMMUNE, **scope)
                assert well_formed(found)
                if found.unit is None:
                    asked += 1
                    assert found.refusal.code in ("units.ambiguous", "units.code_name_mismatch")
                    assert unit.id in {u.id for u in found.candidates}
                    continue
                settled += 1
                assert found.unit.id == unit.id, (written, scope, found.unit.full_name)
    assert settled > 8 * asked
