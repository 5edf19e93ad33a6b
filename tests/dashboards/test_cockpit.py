"""Every figure of the cockpit against a slow count over raw rows, on histories made by chance."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.apps import apps

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.dashboards import cockpit, gaps
from apps.dashboards.operations import tally_missing_days
from apps.dashboards.queries import coverages
from apps.dashboards.trends import trend
from apps.measures.lights import Light
from apps.measures.models import Measure, MeasureClause, MeasureProblem
from apps.policies.models import Clause, Policy, Problem
from tests import soak
from tests.conftest import TODAY, at, in_progress, proposed
from tests.dashboards.boards import Days, past
from tests.dashboards.test_daily_tallies import (
    MeasureClauseEvent,
    MeasureEvent,
    last_versions,
    shown,
)
from tests.measures.stories_of_rest import put_into

MeasureProblemEvent = apps.get_model("measures.MeasureProblemEvent")
SEEDS = range(12 if soak.ROUNDS else 2)
READERS = ("director", "supervisor", "auditor", "leader", "liaison", "district_liaison", "stranger")
STATES = ("IN_PROGRESS", "ISSUED", "CLOSED", "COMPLETING", "CANCELLED", "SUSPENDED")
DATES = ("overdue_from_on", "behind_from_on", "missed_two_from_on", "due_soon_from_on")
RESTING = {
    "closed_on": None,
    "cancelled_on": None,
    "suspended_on": None,
    "suspension_condition": "",
    "review_on": None,
}


def by_chance(cast, clause, seed: int) -> None:
    """Twelve measures; on each of five days some change state, dates, lead, parent or clause."""
    chance, days = Random(seed), Days(cast)
    others = [
        Clause.objects.create(
            policy=clause.policy, code=f"P-{n}", position=n, heading=f"条款{n}", actionable="YES"
        )
        for n in (2, 3)
    ]
    problem = {"kind": "TALENT", "name": "问题"}
    group = Problem.objects.create(code="g", name="组", position=1)
    problems = [
        Problem.objects.create(code=f"p-{n}", position=n, group=group, **problem) for n in (2, 3)
    ]
    made = [in_progress(cast, clause, code=f"m-{n:02}") for n in range(10)]
    made += [proposed(cast, clause, code=f"m-{n:02}") for n in (10, 11)]
    for _day in range(5):
        for measure in chance.sample(made[:10], 5):
            change(cast, measure, chance, made)
        link = chance.choice(made)
        MeasureClause.objects.get_or_create(measure=link, clause=chance.choice(others))
        MeasureClause.objects.filter(measure=chance.choice(made), clause__in=others).delete()
        MeasureProblem.objects.filter(measure=chance.choice(made)).delete()
        MeasureProblem.objects.get_or_create(measure=link, problem=chance.choice(problems))
        days.pass_by(4)
    days.end()


def change(cast, measure: Measure, chance: Random, made: list[Measure]) -> None:
    columns = dict(RESTING) | put_into(chance.choice(STATES), cast.today)
    for name in DATES:
        moved = cast.today + timedelta(days=chance.randint(-6, 12))
        columns[name] = moved if chance.random() < 0.4 else None
    lead = cast.agencies[chance.choice(["bureau", "district", "section", "other"])]
    columns |= {"lead": lead, "viewer_agencies": list(lead.path)}
    columns["restricted"] = chance.random() < 0.2
    parent = chance.choice([None, None, made[-1]])
    columns["parent"] = parent if parent != measure else None
    Measure.objects.filter(pk=measure.pk).update(**columns)


# --- The slow way ------------------------------------------------------------------------------


def sees(standing: Standing, row) -> bool:
    """As the table of roles says it."""
    if standing.holds(Role.DIRECTOR):
        return True
    unissued = row.state in ("DRAFT", "PROPOSED")
    units, viewing = set(standing.unit_agencies), set(standing.viewing_agencies)
    if standing.holds_any((Role.SUPERVISOR, Role.AUDITOR)):
        return not row.restricted and not (unissued and standing.holds(Role.AUDITOR))
    its = set(row.viewer_agencies)
    return bool(its & units) or (bool(its & viewing) and not row.restricted)


def rows_of(standing: Standing, day: date) -> list:
    now = {m.pk: m for m in Measure.objects.all()}
    then = last_versions(MeasureEvent, day)
    return [row for row in then if sees(standing, row) and sees(standing, now[row.pgh_obj_id])]


def light(row, day: date) -> Light:
    found = shown(row, day)
    return Light(found) if found in Light.values else Light.GREY


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_that_of_the_slow_count(cast, clause, seed):
    Clause.objects.filter(pk=clause.pk).update(actionable="YES")
    by_chance(cast, clause, seed)
    for back in (0, 3, 9):
        day = cast.today - timedelta(days=back)
        for who in READERS:
            compare(cast[who], day, (who, back))


def compare(standing: Standing, day: date, said: tuple[str, int]) -> None:
    rows, week = rows_of(standing, day), day - timedelta(days=7)
    top = {row.pgh_obj_id: light(row, day) for row in rows if row.parent_id is None}
    then = {r.pgh_obj_id: light(r, week) for r in rows_of(standing, week) if r.parent_id is None}
    found = cockpit.lights(standing, past(day), [week])
    assert +found.now == Counter(top.values()), said
    assert +found.before[week] == Counter(then.values()), said
    turned = {pk for pk, shows in top.items() if shows is Light.RED and then.get(pk) != Light.RED}
    assert found.turned[week][Light.RED] == len(turned), said
    asked = cockpit.Asked(light=Light.RED, turned_since=week)
    listed = cockpit.asked_for(standing, past(day), asked).values_list("row", flat=True)
    assert set(listed) == turned, said

    led = cockpit.by_lead(standing, past(day))
    slow = Counter((row.lead_id, row.parent_id is None, light(row, day)) for row in rows)
    assert Counter({(o.lead_id, o.is_top, o.light): o.count for o in led}) == slow, said
    policies(standing, day, rows, said)


def policies(standing: Standing, day: date, rows: list, said: tuple[str, int]) -> None:
    alive = {row.pgh_obj_id for row in rows if row.state != "CANCELLED"}
    links = last_versions(MeasureClauseEvent, day)
    carried = {link.clause_id for link in links if link.measure_id in alive}
    seen = {row.pgh_obj_id: row for row in rows if row.parent_id is None}
    tops = {link.measure_id for link in links if link.measure_id in seen}
    policy = Policy.objects.get(code="P")
    found = coverages([policy], standing, on=day, is_past=True)[policy.pk]
    assert (found.actionable, found.carried_out) == (3, len(carried)), said
    assert +found.measures == Counter(light(seen[pk], day) for pk in tops), said


def test_problems_are_addressed_by_what_is_not_cancelled(cast, clause):
    by_chance(cast, clause, 3)
    single = set(Problem.objects.exclude(group=None).values_list("pk", flat=True))
    for back in (0, 5, 10):
        day = cast.today - timedelta(days=back)
        alive = {m.pgh_obj_id for m in last_versions(MeasureEvent, day) if m.state != "CANCELLED"}
        links = last_versions(MeasureProblemEvent, day)
        addressed = {link.problem_id for link in links if link.measure_id in alive}
        found = gaps.unaddressed(cast["director"], past(day))
        assert {problem.pk for problem in found} == single - addressed


def test_the_trend_of_a_reader_is_that_of_what_they_see(cast, clause):
    by_chance(cast, clause, 4)
    end = cast.today + timedelta(days=1)
    tally_missing_days(at=at(end, 1))
    for who in ("director", "supervisor", "auditor"):
        found = trend(cast[who], before=end, days=20)
        for n, day in enumerate(found.days):
            rows = [r for r in rows_at(cast[who], day) if r.parent_id is None and r.lead_id]
            slow = Counter(light(row, day) for row in rows)
            assert {kind: sums[n] for kind, sums in found.lights.items() if sums[n]} == slow
    assert TODAY in trend(cast["director"], before=end, days=60).days


def rows_at(standing: Standing, day: date) -> list:
    """By the rights of the row of that day alone: a tally knows no later ones."""
    return [row for row in last_versions(MeasureEvent, day) if sees(standing, row)]
