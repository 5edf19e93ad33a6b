"""The map of the districts, drawn on the server: it needs no script, prints sharply, and each
district is a link. Five shades, each with a pattern of its own, never colour alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Any

from apps.agencies.models import District
from apps.kpis.aggregation import rounded
from apps.web.charts import Value, Words

WIDTH = 1000
STEPS = 5
ROOM_FOR_A_NAME = 26_000
"""A district smaller than this, in square units of the drawing, has room for its number only."""

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Region:
    """A district as it is drawn; `step` 0 is without a figure."""

    district: District
    path: str
    x: int
    y: int
    has_room: bool
    value: Value
    step: int
    link: str


@dataclass(frozen=True)
class Step:
    """A shade, and the figures it stands for."""

    number: int
    low: Value
    high: Value


@dataclass(frozen=True)
class Map:
    name: Words
    unit: Words
    height: int
    regions: Sequence[Region]
    steps: Sequence[Step]

    @property
    def width(self) -> int:
        return WIDTH


def map_of(
    districts: Iterable[District],
    values: Mapping[int, Value],
    links: Mapping[int, str],
    *,
    name: Words,
    unit: Words = "",
) -> Map:
    """The districts that have a boundary, coloured by their values."""
    drawn = [(d, _rings(d.boundary)) for d in districts if d.boundary]
    place = _Projection([point for _d, rings in drawn for ring in rings for point in ring])
    shade = _Shades([v for d, _rings in drawn if (v := values.get(d.pk)) is not None])
    regions = [
        _region(d, [place.ring(r) for r in rings], values.get(d.pk), shade, links.get(d.pk, ""))
        for d, rings in drawn
    ]
    return Map(name, unit, place.height, regions, shade.steps)


def _region(
    district: District, rings: Sequence[Ring], value: Value, shade: "_Shades", link: str
) -> Region:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    return Region(
        district=district,
        path="".join(f"M{'L'.join(f'{px:.0f} {py:.0f}' for px, py in ring)}Z" for ring in rings),
        x=round(x),
        y=round(y),
        has_room=abs(_area(largest)) > ROOM_FOR_A_NAME,
        value=value,
        step=shade.of(value),
        link=link,
    )


# --- Shades -------------------------------------------------------------------------------


class _Shades:
    """Five steps of equal width, from 0 or from the smallest where that is below. Few whole
    numbers have a shade each.
    """

    def __init__(self, values: Sequence[Value]) -> None:
        known = [Decimal(value) for value in values if value is not None]
        self.low, self.high = min([*known, Decimal(0)]), max(known, default=Decimal(0))
        self.is_counted = not self.low and self.high < STEPS and all(v == int(v) for v in known)
        self.wide = (self.high - self.low) / STEPS

    def of(self, value: Value) -> int:
        if value is None:
            return 0
        if self.is_counted:
            return int(value) + 1
        steps = ((Decimal(value) - self.low) / self.wide).to_integral_value("ROUND_CEILING")
        return min(max(int(steps), 1), STEPS)

    @property
    def steps(self) -> list[Step]:
        if self.is_counted:
            return [Step(n + 1, n, n) for n in range(int(self.high) + 1)]
        edges = [
            rounded(self.low + n * self.wide, 0 if self.wide >= STEPS else 1)
            for n in range(STEPS + 1)
        ]
        return [Step(n + 1, edges[n], edges[n + 1]) for n in range(STEPS)]


# --- Geometry: degrees to units of the drawing; no figure of anybody's ----------------------


class _Projection:
    """Degrees as they are at this latitude, the north on top."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        east = [x for x, _y in points] or [0.0, 1.0]
        north = [y for _x, y in points] or [0.0, 1.0]
        self.west, self.north = min(east), max(north)
        self.narrow = cos(radians((max(north) + min(north)) / 2))
        self.scale = WIDTH / ((max(east) - self.west) * self.narrow)
        self.height = round((self.north - min(north)) * self.scale)

    def ring(self, ring: Ring) -> Ring:
        return [
            ((x - self.west) * self.narrow * self.scale, (self.north - y) * self.scale)
            for x, y in ring
        ]


def _rings(boundary: Mapping[str, Any]) -> list[Ring]:
    """The outer and inner rings of a Polygon or a MultiPolygon."""
    parts = boundary["coordinates"]
    polygons = [parts] if boundary["type"] == "Polygon" else parts
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


def _area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False)) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """The centre of gravity."""
    pairs = list(zip(ring, ring[1:], strict=False))
    six = 6 * _area(ring) or 1.0
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / six
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / six
    return x, y
