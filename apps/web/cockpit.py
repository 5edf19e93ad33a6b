"""The cockpit as it is shown: each part's numbers with the addresses of what they count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import in_language
from apps.dashboards import cockpit, gaps
from apps.dashboards.attaining import Attaining
from apps.dashboards.cockpit import Lights
from apps.dashboards.queries import Coverage, coverages
from apps.dashboards.trends import Of, Trend
from apps.kpis.aggregation import rounded
from apps.kpis.progress import Progress
from apps.measures import lights as measure_lights
from apps.measures.filters import Place, YesNo
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from apps.policies.models import Clause, Policy
from apps.web.board import ANY, WEEK, Board, Number, Shown, month_before
from apps.web.charts import Chart, Kind, Look, Series, Words
from apps.web.tallies import MOST_URGENT_FIRST
from apps.workdays.arithmetic import Calendar

IN_SENTENCE = (Light.BLUE, Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
TREND_DAYS = 56
FEW = 8
"""So many rows of a list stand on the cockpit itself; its number opens all of them."""


# --- The sentence and the lights ------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A piece of the sentence: a word and its number."""

    label: Words
    number: Number


@dataclass(frozen=True)
class Change:
    """How many there were on a day before, and by how many there are more now."""

    before: Number
    by: int

    @property
    def said(self) -> str:
        return f"{self.by:+d}".replace("-", "−") if self.by else "0"


@dataclass(frozen=True)
class LightLine:
    light: Light
    label: Words
    now: Number
    changes: Sequence[Change]


@dataclass(frozen=True)
class Headline:
    """The sentence, and the same lights with what changed."""

    total: Number
    parts: Sequence[Part]
    turned: Number
    """Red now, and not a week ago."""
    since: Sequence[date]
    lines: Sequence[LightLine]


def since_of(board: Board, than: date | None) -> list[date]:
    """A week and a month ago; else the day that was asked to compare with."""
    on = board.day.on
    return [on - WEEK, than or month_before(on)]


def headline(board: Board, found: Lights, since: Sequence[date]) -> Headline:
    week = since[0]
    return Headline(
        total=board.top(found.total),
        parts=[
            Part(_label(light, found), _top(board, light, found.now[light]))
            for light in IN_SENTENCE
        ],
        turned=Number(
            found.turned[week][Light.RED], board.measures(turned=week, light=Light.RED.value)
        ),
        since=since,
        lines=[
            LightLine(
                light,
                _label(light, found),
                _top(board, light, found.now[light]),
                [_change(board, found, light, day) for day in since],
            )
            for light in MOST_URGENT_FIRST
        ],
    )


def _label(light: Light, found: Lights) -> Words:
    """Grey carries the states' own words."""
    if light is not Light.GREY:
        return light.label
    if found.states[State.CANCELLED]:
        return _("Not started, suspended, cancelled")
    return _("Not started, suspended")


def _top(board: Board, light: Light, count: int) -> Number:
    return board.top(count, light=light.value)


def _change(board: Board, found: Lights, light: Light, day: date) -> Change:
    before = found.before[day][light]
    return Change(_top(board.then(day), light, before), found.now[light] - before)


# --- What turned red, and why ---------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A measure as it stood on the day, with the reasons of its light."""

    measure: Measure
    light: Light
    reasons: Sequence[str]

    @property
    def title(self) -> str:
        return in_language(self.measure.title, self.measure.title_en)


def told(board: Board, ids: Sequence[int], calendar: Calendar) -> list[Told]:
    """These measures as they stood, in that order."""
    return [
        Told(
            measure,
            measure_lights.light_of(measure, on=board.day.on),
            measure_lights.reasons(
                measure, list(measure.milestones.all()), on=board.day.on, calendar=calendar
            ),
        )
        for measure in board.day.rows(ids)
    ]


def turned_red(board: Board, since: date, calendar: Calendar) -> list[Told]:
    """The first of those that turned red since that day, the longest red on top."""
    asked = cockpit.Asked(light=Light.RED, turned_since=since)
    found = cockpit.asked_for(board.standing, board.day, asked).order_by("red_from_on", "row")
    return told(board, list(found.values_list("row", flat=True)[:FEW]), calendar)


# --- Policies ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PolicyLine:
    policy: Policy
    url: str
    total: Number
    lights: Sequence[Shown]
    carried_out: Number
    actionable: Number
    behind: Number
    uncovered: Number | None


def policies(board: Board) -> list[PolicyLine]:
    """What obliges, where something is actionable or carried out. Four queries."""
    entered = Clause.objects.filter(policy__in=board.day.obliging()).order_by()
    obliging = list(Policy.objects.filter(pk__in=entered.values("policy")).order_by("code"))
    found = coverages(obliging, board.standing, on=board.day.on, is_past=board.day.is_past)
    lines = [_policy(board, policy, found[policy.pk]) for policy in obliging]
    return [line for line in lines if line.actionable.count or line.total.count]


def _policy(board: Board, policy: Policy, coverage: Coverage) -> PolicyLine:
    asked: dict[str, Any] = {"policy": policy.pk, "place": Place.TOP.value}
    return PolicyLine(
        policy,
        reverse("web:policy", args=[policy.pk]) + board.suffix,
        Number(coverage.measures.total(), board.measures(**asked)),
        board.lights(coverage.measures, **asked),
        _clauses(board, policy, coverage.carried_out, "carried_out"),
        _clauses(board, policy, coverage.actionable, "actionable"),
        _clauses(board, policy, coverage.behind, "behind"),
        None
        if coverage.uncovered is None
        else _clauses(board, policy, coverage.uncovered, "uncovered"),
    )


def _clauses(board: Board, policy: Policy, count: int, kind: str) -> Number:
    query = urlencode(board.query | {"clauses": kind})
    return Number(count, f"{reverse('web:policy', args=[policy.pk])}?{query}#matrix")


# --- Indicators ----------------------------------------------------------------------------


@dataclass(frozen=True)
class KpiLine:
    """An indicator on its way: figure over target, percent of the way, percent expected."""

    progress: Progress
    url: str
    light: Light | None
    value: Decimal | None
    """The figure, to the places that are shown of it."""


@dataclass(frozen=True)
class Kpis:
    lines: Sequence[KpiLine]
    """Those that have a figure."""
    empty: Sequence[KpiLine]
    without: Sequence["KpiName"]
    """Those without a target that can be computed."""
    is_partial: bool


@dataclass(frozen=True)
class KpiName:
    name: str
    url: str


def kpis(board: Board, found: Attaining) -> Kpis:
    lines = [_kpi(board, one) for one in found.rows]
    return Kpis(
        [line for line in lines if line.value is not None],
        [line for line in lines if line.value is None],
        [KpiName(str(kpi), kpi_url(kpi.pk) + board.suffix) for kpi in found.without],
        found.is_partial,
    )


def _kpi(board: Board, one: Progress) -> KpiLine:
    value = rounded(one.reached.value, one.kpi.places) if one.reached else None
    return KpiLine(one, kpi_url(one.kpi.pk) + board.suffix, one.attainment.light, value)


def kpi_url(pk: int) -> str:
    return reverse("web:kpi", args=[pk])


# --- Trend ---------------------------------------------------------------------------------

TREND_OF: dict[Of, str | Promise] = {
    Of.ALL: _("Top-level measures that had a lead, at the end of each day."),
    Of.NOT_RESTRICTED: _(
        "Top-level measures that had a lead and are not restricted, at the end of each day."
    ),
    Of.LED: _("Top-level measures that your agencies led, at the end of each day."),
    Of.NONE: _("A trend is kept from the first night on."),
}
STACKED = (Light.BLUE, Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)


def trend(board: Board, found: Trend, **whose: Any) -> Chart:
    """Each day opens its cockpit, each number the measures it counted then. `whose` is what the
    tallies are of, as a filter of measures; else all that the reader is given.
    """
    asked = _tallied(found, whose or _whose(board, found.of))
    days = [board.then(day) for day in found.days]

    def links(light: Light) -> list[str]:
        said = {"place": Place.TOP.value, "light": light.value}
        return [day.measures(**asked | said) for day in days] if asked else []

    return Chart(
        "trend",
        _("Lights from day to day"),
        [date_format(day, "SHORT_DATE_FORMAT") for day in found.days],
        [
            Series(
                light.label,
                list(found.lights.get(light, ())),
                Look(light.value),
                links=links(light),
            )
            for light in STACKED
        ],
        Kind.LIGHTS,
        heading=_("Day"),
        unit=_("measures"),
        links=[reverse("web:cockpit") + day.suffix for day in days],
        note=TREND_OF[found.of],
    )


def _tallied(found: Trend, asked: dict[str, Any]) -> dict[str, Any]:
    """Without the restricted measures where tallies are, though the reader be named in some."""
    left_out = {} if found.with_restricted else {"restricted": YesNo.NO.value}
    return asked | left_out if asked else {}


def _whose(board: Board, of: Of) -> dict[str, Any]:
    """The list that finds what the reader's tallies count; none where no one filter does."""
    if of is not Of.LED:
        return {"lead": ANY}
    agencies = list(board.standing.viewing_agencies)
    return {"lead": agencies[0]} if len(agencies) == 1 else {}


# --- What nobody does ------------------------------------------------------------------------


@dataclass(frozen=True)
class Some:
    """The first few of a list with the number of all."""

    number: Number
    rows: Sequence[object]


def unaddressed(board: Board) -> Some | None:
    found = gaps.unaddressed(board.standing, board.day)
    if found is None:
        return None
    rows = list(found.order_by("code"))
    return Some(Number(len(rows), reverse("web:unaddressed") + board.suffix), rows[:FEW])


def waiting(board: Board) -> Some:
    found = gaps.waiting(board.standing, board.day)
    url = reverse("web:coordination_waiting") + board.suffix
    return Some(Number(found.count(), url), list(found[:FEW]))
