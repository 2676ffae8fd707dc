"""Outlines of provinces as they are drawn on small maps: projected once, as paths of an SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import cos, radians

NOW, BEFORE = "vn34", "vn63"  # the provinces from 2025-07-01, and those until the day before
# Degrees to units of the drawing: north up, one scale for both files, so that their outlines lie on each other.
WEST, NORTH, SCALE = 102.1, 23.4, 41.3
NARROWING = cos(radians(16))

Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """One province on the drawing: its path, the corners of its box, and the provinces it was formed from."""

    unit_id: int
    name: str
    path: str
    low: Point
    high: Point
    came_from: tuple[int, ...] = ()


@cache
def outlines(edition: str = NOW) -> Mapping[int, Outline]:
    """The outlines by unit id, of today's provinces or of those before 1 July 2025. Read once a process."""
    text = resources.files("kheo.units").joinpath(f"outlines/{edition}.s.geojson").read_text("utf-8")
    drawn = (_drawn(feature) for feature in json.loads(text)["features"])
    return {outline.unit_id: outline for outline in drawn}


def box(drawn: Sequence[Outline]) -> tuple[float, float, float, float]:
    """The corner, width and height of what holds these outlines, with a little air."""
    left, top = min(o.low[0] for o in drawn), min(o.low[1] for o in drawn)
    right, bottom = max(o.high[0] for o in drawn), max(o.high[1] for o in drawn)
    air = max(right - left, bottom - top) * 0.02
    return (
        round(left - air, 1),
        round(top - air, 1),
        round(right - left + 2 * air, 1),
        round(bottom - top + 2 * air, 1),
    )


def _drawn(feature: dict[str, object]) -> Outline:
    properties, geometry = feature["properties"], feature["geometry"]
    assert isinstance(properties, dict)
    assert isinstance(geometry, dict)
    several = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [[_projected(*point) for point in ring] for polygon in several for ring in polygon]
    points = [point for ring in rings for point in ring]
    return Outline(
        unit_id=_number(properties["unit_id"]),
        name=properties["name"],
        path="".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings),
        low=(min(x for x, _y in points), min(y for _x, y in points)),
        high=(max(x for x, _y in points), max(y for _x, y in points)),
        came_from=tuple(_number(uid) for uid in properties.get("from_ids", ())),
    )


def _projected(longitude: float, latitude: float) -> Point:
    return round((longitude - WEST) * NARROWING * SCALE, 1), round((NORTH - latitude) * SCALE, 1)


def _number(uid: str) -> int:
    return int(uid.removeprefix("u"))
