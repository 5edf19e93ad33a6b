"""Counts by light as pages show them: every number opens exactly the measures that it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.measures.lights import Light

MOST_URGENT_FIRST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.BLUE)


@dataclass(frozen=True)
class Mark:
    """How many measures show a light, and the query of the list of just these."""

    light: Light
    count: int
    query: str


@dataclass(frozen=True)
class Count:
    """A number of measures with the query of their list, and the same by light."""

    total: int
    query: str
    marks: Sequence[Mark]


def count_of(tally: Mapping[Light, int], **asked: object) -> Count:
    """`asked` are the filters of the list of measures that finds what the tally counts."""
    return Count(
        sum(tally.values()),
        urlencode(asked),
        [
            Mark(light, tally[light], urlencode({**asked, "light": light.value}))
            for light in MOST_URGENT_FIRST
            if tally.get(light)
        ],
    )
