"""What pages of figures share: the day they are of, and where each number leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.dashboards.days import Day
from apps.dashboards.groups import KNOWS_GAPS
from apps.measures.filters import Place
from apps.measures.lights import Light
from apps.web.clock import today
from apps.web.tallies import MOST_URGENT_FIRST
from apps.web.visitor import standing_of

WEEK = timedelta(days=7)
EARLIEST = date(2000, 1, 1)
ANY = "any"
"""As the lead in the address of a day's list: those that have one."""


@dataclass(frozen=True)
class Number:
    """A number with the address of exactly what it counts."""

    count: int
    url: str


@dataclass(frozen=True)
class Shown:
    """A light with its number."""

    light: Light
    count: int
    url: str


@dataclass(frozen=True)
class Board:
    """A page of figures of a day, for one person."""

    standing: Standing
    day: Day
    today: date
    wrong: str | Promise = ""
    """What was wrong with the day that was asked for."""

    @cached_property
    def query(self) -> dict[str, str]:
        """What the address of another page says of the day; nothing today."""
        return {"on": self.day.on.isoformat()} if self.day.is_past else {}

    @property
    def suffix(self) -> str:
        return f"?{urlencode(self.query)}" if self.query else ""

    def measures(self, *, turned: date | None = None, **asked: Any) -> str:
        """The list of measures with these filters: today's own, else that of the day."""
        said = {name: value for name, value in asked.items() if value is not None}
        if turned is None and not self.day.is_past:
            return f"{reverse('web:measures')}?{urlencode(said)}"
        since = {"turned": turned.isoformat()} if turned else {}
        return f"{reverse('web:measures_then')}?{urlencode(self.query | since | said)}"

    def then(self, on: date) -> "Board":
        """The same board on another day."""
        return Board(self.standing, Day.of(on, today=self.today), self.today)

    def lights(self, tally: Mapping[Light, int], **asked: Any) -> list[Shown]:
        """The lights that are not nought, most urgent first."""
        return [
            Shown(light, tally[light], self.measures(**asked, light=light.value))
            for light in MOST_URGENT_FIRST
            if tally.get(light)
        ]

    def top(self, count: int, **asked: Any) -> Number:
        return Number(count, self.measures(**asked, place=Place.TOP.value))

    @property
    def of_whom(self) -> str | Promise:
        """What the reader has to know about whose figures these are; "" where they are all."""
        if self.standing.holds(Role.DIRECTOR):
            return ""
        if self.standing.holds_any(KNOWS_GAPS):
            return _("Restricted measures that are not for you to read are not counted.")
        return _("Only what you see is counted: your agencies' measures, districts and figures.")


def board_of(request: HttpRequest) -> Board:
    """For the day in the address, else for today."""
    now, said = today(), request.GET.get("on", "")
    on, wrong = _day(said, now)
    return Board(standing_of(request), Day.of(on, today=now), now, wrong)


def _day(said: str, now: date) -> tuple[date, str | Promise]:
    if not said:
        return now, ""
    on = day_of(said)
    if on is None or on < EARLIEST:
        return now, _("That is no day; today is shown.")
    if on > now:
        return now, _("That day is still to come; today is shown.")
    return on, ""


def day_of(said: str) -> date | None:
    """The day that was written, if it is one."""
    try:
        return parse_date(said)
    except ValueError:
        return None


def month_before(day: date) -> date:
    """The same day of the month before, or its last one."""
    first = day.replace(day=1)
    last = first - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def sum_of(tallies: Iterable[Mapping[Light, int]]) -> int:
    return sum(sum(tally.values()) for tally in tallies)
