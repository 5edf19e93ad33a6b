"""The figures of the cockpit beside the same answers by hand, with a month of row versions."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection

from apps.accounts.standing import Standing
from apps.agencies.models import District
from apps.dashboards import cockpit, gaps
from apps.dashboards.days import Day
from apps.dashboards.queries import coverages
from apps.measures.lights import Light
from apps.policies.models import Policy
from script.benching.data import TODAY, People
from script.benching.timing import Work

WEEK, MONTH = TODAY - timedelta(days=7), TODAY - timedelta(days=28)
FEW = 8
LIGHT = """
    CASE WHEN {t}.state = 'CLOSED' THEN 'BLUE'
         WHEN {t}.state IN ('DRAFT', 'PROPOSED', 'SUSPENDED', 'CANCELLED') THEN 'GREY'
         WHEN least({t}.overdue_from_on, {t}.far_behind_from_on, {t}.missed_two_from_on)
              <= '{day}' THEN 'RED'
         WHEN least({t}.due_soon_from_on, {t}.behind_from_on, {t}.missed_one_from_on,
                    {t}.unacknowledged_from_on) <= '{day}' THEN 'YELLOW'
         WHEN {t}.state = 'ISSUED' THEN 'GREY'
         ELSE 'GREEN' END
"""
THEN = """
    (SELECT e.pgh_obj_id, {light} AS shown FROM measures_measureevent e
     WHERE e.pgh_id IN (SELECT max(pgh_id) FROM measures_measureevent
                        WHERE pgh_created_at < '{until}' GROUP BY pgh_obj_id)
       AND e.pgh_label <> 'delete' AND e.parent_id IS NULL AND {whose})
"""
LIGHTS = """
    SELECT m.shown, m.state, w.shown, o.shown, count(*)
    FROM (SELECT id, state, {light} AS shown FROM measures_measure m
          WHERE m.parent_id IS NULL AND {whose}) m
    FULL JOIN {week} w ON w.pgh_obj_id = m.id FULL JOIN {month} o ON o.pgh_obj_id = m.id
    GROUP BY 1, 2, 3, 4
"""
LEADS = """
    SELECT m.lead_id, m.parent_id IS NULL, {light}, count(*)
    FROM measures_measure m WHERE {whose} GROUP BY 1, 2, 3
"""
TURNED = """
    SELECT m.id, m.code, m.title, m.red_from_on FROM measures_measure m
    WHERE {light} = 'RED' AND m.parent_id IS NULL AND {whose}
      AND m.id NOT IN (SELECT w.pgh_obj_id FROM {week} w WHERE w.shown = 'RED')
    ORDER BY m.red_from_on, m.id LIMIT 8
"""
CLAUSES = """
    SELECT c.clause_id, {light}, m.state, m.parent_id IS NULL, count(*)
    FROM measures_measureclause c JOIN measures_measure m ON m.id = c.measure_id
    WHERE {whose} GROUP BY 1, 2, 3, 4
"""


def works_of(people: People) -> list[Work]:
    _versions()
    everything = ("true", "true")
    own = tuple(
        f"{t}.viewer_agencies && ARRAY{people.liaison.viewing_agencies}::bigint[]" for t in "me"
    )
    return [
        Work("cockpit (director)", partial(_figures, people.director), _by_hand(*everything), 3),
        Work("cockpit (restricted)", partial(_figures, people.liaison), _by_hand(*own), 3),
    ]


def _figures(standing: Standing) -> object:
    """What the page asks of the measures; indicators are not its many rows."""
    day = Day(TODAY)
    led = cockpit.by_lead(standing, day)
    turned = cockpit.Asked(light=Light.RED, turned_since=WEEK)
    red = cockpit.asked_for(standing, day, turned).order_by("red_from_on", "row")
    obliging = list(Policy.objects.filter(use=Policy.Use.OBLIGES))
    return (
        cockpit.lights(standing, day, [WEEK, MONTH]),
        cockpit.by_district(led),
        list(District.objects.defer("boundary")),
        day.rows(red.values_list("row", flat=True)[:FEW]),
        coverages(obliging, standing, on=TODAY),
        gaps.waiting(standing, day).count(),
    )


def _by_hand(whose: str, whose_then: str) -> Any:
    light = LIGHT.format(t="m", day=TODAY)
    said = {"light": light, "whose": whose}
    week, month = (
        THEN.format(light=LIGHT.format(t="e", day=day), until=_until(day), whose=whose_then)
        for day in (WEEK, MONTH)
    )
    queries = [
        LIGHTS.format(**said, week=week, month=month),
        LEADS.format(**said),
        TURNED.format(**said, week=week),
        CLAUSES.format(**said),
    ]

    def run() -> object:
        with connection.cursor() as cursor:
            return [cursor.execute(query) and cursor.fetchall() for query in queries]

    return run


def _until(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(1)


def _versions() -> None:
    """Each measure as it was entered in January, and twice since."""
    model = apps.get_model("measures.MeasureEvent")
    table = model._meta.db_table
    if model._base_manager.filter(pgh_created_at__lt=_until(MONTH)).exists():
        return
    own = [f.column for f in model._meta.concrete_fields if not f.column.startswith("pgh_")]
    names = ", ".join(own)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}, pgh_created_at, pgh_label, pgh_obj_id)"
            f" SELECT {names}, at, 'update', id FROM measures_measure, (VALUES"
            " (timestamptz '2026-01-15'), ('2026-02-20'), ('2026-02-27')) moments (at)"
            " ORDER BY at, id"
        )
        cursor.execute("VACUUM ANALYZE")
