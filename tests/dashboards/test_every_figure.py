"""Every figure of every dashboard against the slow way, on two months that an office lived."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.core.actor import Role
from apps.dashboards import agencies as of_agencies
from apps.dashboards import cockpit, gaps
from apps.dashboards.attaining import attaining
from apps.dashboards.columns import Across
from apps.dashboards.days import Day
from apps.dashboards.map_figures import of_districts, with_districts
from apps.dashboards.operations import tally_missing_days
from apps.dashboards.queries import Line, matrix
from apps.dashboards.trends import Of, trend
from apps.dashboards.workdays import workdays
from apps.kpis.models import Sight
from apps.measures.lights import Light
from apps.policies.models import Policy
from apps.workdays.models import current_calendar
from tests import soak
from tests.conftest import at
from tests.dashboards.lived import live_through
from tests.dashboards.plain_figures import Book
from tests.dashboards.plainly import Evening, World

SEEDS = range(soak.ROUNDS or 1)
READERS = ("director", "auditor", "liaison", "district_liaison")
OTHERS = ("supervisor", "leader", "stranger") if soak.ROUNDS else ()
BACK = (0, 9, 26) if soak.ROUNDS else (0, 26)
WEEK = timedelta(days=7)
Told = Iterator[tuple[str, object, object]]
"""What it is, as the dashboard says it, as the slow way says it."""


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_that_of_the_slow_way(cast, clause, seed):
    live_through(cast, clause, seed)
    end = cast.today + timedelta(days=1)
    tally_missing_days(at=at(end, 1))
    world, wrong, tried = World(), [], Counter()
    for back in BACK:
        day = Day(cast.today - timedelta(days=back), is_past=True)
        for who in (*READERS, *OTHERS):
            for what, fast, slow in figures(world, cast[who], day):
                tried[what.split()[0]] += fast not in (0, None, {}, Counter(), set())
                if fast != slow:
                    wrong.append(f"{who}, {back} days back, {what}: {fast} but slowly {slow}")
    assert not wrong, "\n".join(wrong[:20])
    assert not [what for what in FIGURES if not tried[what]], tried


FIGURES = ("now", "turned", "districts", "facts", "workdays", "coverage", "line", "sums")
FIGURES += ("problems", "waiting", "trend", "map", "kpi")


def figures(world: World, standing: Standing, day: Day) -> Told:
    then = Evening(world, standing, day.on)
    yield from lights(standing, day, then)
    yield from of_the_agencies(standing, day, then)
    yield from of_the_policy(standing, day, then)
    problems = gaps.unaddressed(standing, day)
    open_ = None if problems is None else {problem.pk for problem in problems}
    yield "problems", open_, then.unaddressed()
    yield "waiting", set(gaps.waiting(standing, day).values_list("pk", flat=True)), then.waiting()
    yield from trends(standing, day, then)
    yield from indicators(standing, day)


# --- Measures ---------------------------------------------------------------------------------


def lights(standing: Standing, day: Day, then: Evening) -> Told:
    week = day.on - WEEK
    found, before = cockpit.lights(standing, day, [week]), Evening(then.world, standing, week)
    now = {pk: then.light_of(pk) for pk in then.top}
    was = {pk: before.light_of(pk) for pk in before.top}
    grey = Counter(then.rows[pk].state for pk, shows in now.items() if shows is Light.GREY)
    yield "now", +found.now, Counter(now.values())
    yield "states", +found.states, grey
    yield "before", +found.before[week], Counter(was.values())
    for light in Light:
        turned = {pk for pk, shows in now.items() if shows is light and was.get(pk) is not light}
        asked = cockpit.Asked(light=light, turned_since=week)
        listed = cockpit.asked_for(standing, day, asked).values_list("row", flat=True)
        yield f"turned {light}", found.turned[week][light], len(turned)
        yield f"turned list {light}", set(listed), turned
    led = cockpit.by_district(cockpit.by_lead(standing, day))
    yield "districts", {pk: +tally for pk, tally in led.items() if +tally}, then.districts()


def of_the_agencies(standing: Standing, day: Day, then: Evening) -> Told:
    calendar = current_calendar()
    pages = of_agencies.pages_of(standing)
    for each in of_agencies.figures(pages, standing, on=day.on, is_past=True):
        days = workdays(each.agency, standing, on=day.on, is_past=True, calendar=calendar)
        for is_top, led, spent in ((True, each.top, days.top), (False, each.parts, days.parts)):
            name, facts = f"{each.agency.code} {is_top}", dict(vars(led))
            yield (
                f"lights {name}",
                +facts.pop("lights"),
                then.tally(then.led_by(each.agency, is_top)),
            )
            yield f"facts {name}", facts, then.facts(each.agency, is_top)
            slow = then.workdays(each.agency, is_top, calendar)
            yield f"workdays {name}", +Counter(asdict(spent)), slow


def of_the_policy(standing: Standing, day: Day, then: Evening) -> Told:
    policy = Policy.objects.get(code="P")
    for across in Across:
        board = matrix(policy, standing, on=day.on, across=across, is_past=True)
        said = dict(vars(board.coverage))
        whole = then.of_policy()
        yield "measures", +said.pop("measures"), then.tally(whole & then.top)
        yield "coverage", said, then.coverage()
        for column in board.columns:
            meant = {pk for pk in whole if is_in(then, pk, across, column.key)}
            yield f"sums {column.label}", +board.sums[column.key], then.tally(meant)
        for line in board.lines:
            yield from of_the_line(then, across, line, [column.key for column in board.columns])


def of_the_line(then: Evening, across: Across, line: Line, keys: list[int | None]) -> Told:
    carrying, name = then.carrying(line.clause.pk, then.rows), f"line {line.clause.code}"
    yield name, +line.total, then.tally(carrying & then.top)
    for key in keys:
        meant = {pk for pk in carrying if is_in(then, pk, across, key)}
        yield f"{name} {key}", +line.cells.get(key, Counter()), then.tally(meant)


def is_in(then: Evening, pk: int, across: Across, key: int | None) -> bool:
    """Whether the measure counts in a column."""
    above = then.path_of(pk)
    if across is Across.DISTRICTS:
        of: set[int | None] = {agency.district_id for agency in above} - {None}
    else:
        of = {agency.pk for agency in above}
    return key in of if key is not None else not of


def trends(standing: Standing, day: Day, then: Evening) -> Told:
    """The tally of a day knows no later rights: of everybody's measures as they were."""
    own = Agency.objects.get(code="bureau")
    for agency in (None, own):
        found = trend(standing, before=day.on + timedelta(days=1), days=1, agency=agency)
        sums = {light: numbers[0] for light, numbers in found.lights.items() if numbers}
        slow = Counter(then_light for then_light in tallied(standing, then, agency, found.of))
        yield f"trend {agency}", +Counter(sums), slow


def tallied(standing: Standing, then: Evening, agency: Agency | None, of: Of) -> Iterator[Light]:
    everybody = Evening(then.world, standing, then.day)
    everybody.rows = everybody.everything
    for pk, row in everybody.rows.items():
        is_meant = agency is None or agency in everybody.path_of(pk)
        is_tallied = is_meant and row.parent_id is None and row.lead_id
        if is_tallied and may_be_summed(standing, everybody, pk, of):
            yield everybody.light_of(pk)


def may_be_summed(standing: Standing, then: Evening, pk: int, of: Of) -> bool:
    row, above = then.rows[pk], {agency.pk for agency in then.path_of(pk)}
    if of is Of.ALL:
        return True
    is_hidden = row.state in ("DRAFT", "PROPOSED") and then.light_of(pk) is Light.GREY
    if of is Of.NOT_RESTRICTED:
        return not row.restricted and not (is_hidden and standing.holds(Role.AUDITOR))
    is_own = bool(above & set(standing.unit_agencies))
    is_seen = bool(above & set(standing.viewing_agencies)) and not row.restricted
    return of is Of.LED and (is_own or is_seen) and not is_hidden


# --- Indicators -------------------------------------------------------------------------------


def indicators(standing: Standing, day: Day) -> Told:
    sight = Sight.of(standing)
    every = list(District.objects.order_by("position", "id").values_list("pk", flat=True))
    found = attaining(sight, day)
    rows = {(one.kpi.code, one.target.district_id): one for one in found.rows}
    for kpi in with_districts(sight, day):
        whole = sight.is_all or sight.owns(kpi)
        book = Book(day.on, every if whole else [pk for pk in every if pk in sight.districts])
        made, slow = of_districts(kpi, every, sight, day), book.on_the_map(kpi)
        said = made and (made.period.number, near(made.values), made.whole and near(made.whole))
        meant = slow and (slow[0], near(slow[1]), near(book.whole(kpi, slow[0])[0]))
        yield f"map {kpi.code}", said, meant
        for place in (None, *every):
            if one := rows.pop((kpi.code, place), None):
                yield f"kpi {kpi.code} {place}", way(one), plain_way(book.way(kpi, place))
    yield "kpis without figures", {one.reached for one in rows.values()} - {None}, set()


def near(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: near(each) for key, each in value.items()}
    return None if value is None else round(Decimal(value), 1)


def way(one: Any) -> tuple[Any, ...]:
    reached, said = one.reached, one.attainment
    month = reached.period.number if reached else None
    value = reached.value if reached else None
    return near(value), month, near(said.percent), near(said.expected), said.light


def plain_way(said: dict[str, Any] | None) -> tuple[Any, ...] | None:
    if said is None:
        return None
    names = ("reached", "month", "percent", "expected", "light")
    return tuple(near(one) if isinstance(one, Decimal) else one for one in map(said.get, names))
