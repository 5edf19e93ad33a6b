"""Counts by light as pages show them: every number opens exactly the measures that it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from apps.measures.lights import Light

MOST_URGENT_FIRST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.BLUE)


@dataclass(frozen=True)
class Mark:
    """How many measures show a light, and the address of the list of just these."""

    light: Light
    count: int
    url: str


@dataclass(frozen=True)
class Count:
    """A number of measures with the address of their list, and the same by light."""

    total: int
    url: str
    marks: Sequence[Mark]


def list_of_measures(**asked: object) -> str:
    """Today's list of measures with these filters."""
    return f"{reverse('web:measures')}?{urlencode(asked)}"


def count_of(
    tally: Mapping[Light, int], *, opens: Callable[..., str] = list_of_measures, **asked: object
) -> Count:
    """`asked` are the filters of the list of measures that finds what the tally counts; `opens`
    makes its address, on the page of a past day that of the day's own list.
    """
    return Count(
        sum(tally.values()),
        opens(**asked),
        [
            Mark(light, tally[light], opens(**asked, light=light.value))
            for light in MOST_URGENT_FIRST
            if tally.get(light)
        ],
    )
