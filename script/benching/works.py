"""The works: lists with lights, counts, figures and search, each beside its SQL by hand."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from apps.accounts.standing import Standing
from apps.core.paging import page
from apps.dashboards.columns import Across
from apps.dashboards.queries import matrix
from apps.measures.lights import light_expression
from apps.measures.models import Measure
from apps.reminders.causes import BY_KEY
from apps.reminders.ladders import Day, bands
from apps.reminders.operations.planning import try_planning
from apps.search.queries import everything
from apps.web.cards import cards, listed
from apps.workdays.models import current_calendar
from script.benching import cockpit
from script.benching.data import NOW, TODAY, People
from script.benching.timing import Work

PAGE = 100
Said = Mapping[str, Any]
LIGHT = """
    CASE WHEN m.state = 'CLOSED' THEN 'BLUE'
         WHEN m.state IN ('DRAFT', 'PROPOSED', 'SUSPENDED', 'CANCELLED') THEN 'GREY'
         WHEN m.red_from_on <= %(day)s THEN 'RED'
         WHEN m.yellow_from_on <= %(day)s THEN 'YELLOW'
         WHEN m.state = 'ISSUED' THEN 'GREY'
         ELSE 'GREEN' END
"""
ALL = "true"
OWN = "m.viewer_agencies && %(agencies)s::bigint[]"
LIST = f"""
    SELECT m.id, m.code, m.title, m.title_en, m.state, m.basis, m.cadence, m.standing, m.restricted,
           m.version, m.changed_at, m.issued_on, m.due_on, m.due_key, m.original_due_on,
           m.acknowledge_due_on, m.next_report_due_on, m.review_waiting_since, m.review_on,
           m.completion_applied_on, m.completion_verified_on, m.suspended_on, m.suspended_days,
           m.reported_progress, m.approved_progress, m.due_soon_from_on, m.overdue_from_on,
           m.behind_from_on, m.far_behind_from_on, m.missed_one_from_on, m.missed_two_from_on,
           m.unacknowledged_from_on, a.name, a.name_en, a.short_name, a.short_name_en,
           w.name, w.name_en, w.short_name, w.short_name_en, {LIGHT}
    FROM measures_measure m JOIN agencies_agency a ON a.id = m.lead_id
    LEFT JOIN measures_measure p ON p.id = m.parent_id
    LEFT JOIN agencies_agency w ON w.id = p.lead_id
    WHERE {{whose}} ORDER BY m.{{column}}, m.id LIMIT {PAGE + 1}
"""
STEPS = """
    SELECT measure_id, position, title, due_on, weight, reached_in_id FROM measures_milestone
    WHERE measure_id = ANY(%(ids)s) AND dropped_in_id IS NULL ORDER BY measure_id, position
"""
CALENDAR = "SELECT * FROM workdays_calendaryear"
COUNTS = f"SELECT {LIGHT}, count(*) FROM measures_measure m WHERE {{whose}} GROUP BY 1"
MATRIX = f"""
    SELECT c.clause_id, m.lead_id, {LIGHT}, count(DISTINCT m.id)
    FROM measures_measureclause c JOIN measures_measure m ON m.id = c.measure_id
    WHERE {{whose}} GROUP BY 1, 2, 3
"""
WORD = """
    SELECT m.id, m.code, m.title FROM measures_measure m
    WHERE m.title LIKE '%%装备%%' AND search_tokens(m.title) @> search_tokens('装备')
      AND {whose} LIMIT 5
"""

PLAN = """
    INSERT INTO reminders_reminder (cause, subject_type, measure_id, subject_id, owed_on, step,
        recipient_id, reached_as, is_escalation, facts, planned_on, state)
    SELECT %(cause)s, 'measures.measure', m.id, m.id, m.{owed}, s.step, p.user_id, s.role, false,
           '{{}}', %(day)s, 'PLANNED'
    FROM measures_measure m
    JOIN (VALUES {steps}) s (step, after, upto, role) ON m.{owed} > s.after AND m.{owed} <= s.upto
    JOIN accounts_membership p ON p.agency_id = m.lead_id AND p.role = s.role
    WHERE m.state IN ('ISSUED', 'IN_PROGRESS')
    ON CONFLICT DO NOTHING
"""
OWED = {"deadline": "overdue_from_on", "report": "next_report_due_on"}
"""The two causes that this city has by the thousand, and the column of their day."""


def all_of(people: People, named: Sequence[str]) -> list[Work]:
    """Those whose name contains one of the words, or all."""
    works = [
        *_for("director", people.director, ALL, people),
        *_for("restricted", people.liaison, OWN, people),
        Work("planning a morning's reminders", _plan, _plan_by_hand, 3),
    ]
    if not named or any(word in "cockpit (director) (restricted)" for word in named):
        works += cockpit.works_of(people)
    return [work for work in works if not named or any(word in work.name for word in named)]


def _for(who: str, standing: Standing, whose: str, people: People) -> list[Work]:
    said = {"day": TODAY, "agencies": standing.viewing_agencies}
    by_hand = partial(_fetch, said=said)
    return [
        Work(
            f"list of {PAGE} measures with lights, by code ({who})",
            partial(_list, standing, "code"),
            partial(_list_by_hand, LIST.format(whose=whose, column="code"), said),
            6,
        ),
        Work(
            f"list of {PAGE} measures with lights, by deadline ({who})",
            partial(_list, standing, "due_key"),
            partial(_list_by_hand, LIST.format(whose=whose, column="due_key"), said),
            6,
        ),
        Work(
            f"counts of lights ({who})",
            partial(_counts, standing),
            partial(by_hand, COUNTS.format(whose=whose)),
            3,
        ),
        Work(
            f"policy as a matrix, clauses × agencies ({who})",
            partial(matrix, people.policy, standing, on=TODAY, across=Across.AGENCIES),
            partial(by_hand, MATRIX.format(whose=whose)),
            3,
        ),
        Work(
            f"search of everything, 装备 ({who})",
            partial(everything, ["装备"], standing, most=5),
            partial(by_hand, WORD.format(whose=whose)),
        ),
    ]


def _list(standing: Standing, column: str) -> object:
    found = listed(Measure.objects.visible_to(standing).annotate(light=light_expression(on=TODAY)))
    shown = page(found, column, size=PAGE)
    return cards(shown.rows, on=TODAY, calendar=current_calendar())


def _list_by_hand(sql: str, said: Said) -> object:
    """The same rows for the same three questions, and nothing made of them."""
    rows = _fetch(sql, said=said)
    ids = {"ids": [row[0] for row in rows]}
    return rows, _fetch(STEPS, said=ids), _fetch(CALENDAR, said={})


def _counts(standing: Standing) -> object:
    visible = Measure.objects.visible_to(standing).order_by()
    return list(
        visible.annotate(shown=light_expression(on=TODAY))
        .values_list("shown")
        .annotate(n=Count("pk"))
    )


def _fetch(sql: str, *, said: Said) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found


def _plan() -> object:
    return try_planning(on=TODAY, at=NOW)


@transaction.atomic
def _plan_by_hand() -> object:
    """The same steps for the liaisons of the leads, and nothing else that is looked at."""
    day = Day(TODAY, current_calendar())
    for cause, column in OWED.items():
        steps = [
            f"({band.rung.workdays}, date '{band.after}', date '{band.upto}', 'LIAISON')"
            for band in bands(BY_KEY[cause].ladder, day)
        ]
        with connection.cursor() as cursor:
            words = PLAN.format(owed=column, steps=", ".join(steps))
            cursor.execute(words, {"cause": cause, "day": TODAY})
    transaction.set_rollback(True)
    return None
