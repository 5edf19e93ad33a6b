"""The works: lists with lights, counts, figures and search, each beside its SQL by hand."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Count

from apps.accounts.standing import Standing
from apps.dashboards.columns import Across
from apps.dashboards.queries import matrix
from apps.measures.lights import light_expression
from apps.measures.models import Measure
from apps.search.queries import everything
from apps.web.cards import cards, loaded
from apps.web.paging import page
from apps.workdays.models import current_calendar
from script.benching.data import TODAY, People
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
    SELECT m.id, m.code, m.title, m.title_en, m.state, m.due_on, m.reported_progress,
           m.next_report_due_on, a.name, {LIGHT}
    FROM measures_measure m JOIN agencies_agency a ON a.id = m.lead_id
    WHERE {{whose}} ORDER BY m.{{column}}, m.id LIMIT {PAGE + 1}
"""
STEPS = "SELECT measure_id, title, due_on FROM measures_milestone WHERE measure_id = ANY(%(ids)s)"
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


def all_of(people: People, named: Sequence[str]) -> list[Work]:
    """Those whose name contains one of the words, or all."""
    works = [
        *_for("director", people.director, ALL, people),
        *_for("restricted", people.liaison, OWN, people),
    ]
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
    found = loaded(Measure.objects.visible_to(standing).annotate(light=light_expression(on=TODAY)))
    shown = page(found, column, size=PAGE)
    return cards(shown.rows, on=TODAY, calendar=current_calendar())


def _list_by_hand(sql: str, said: Said) -> object:
    rows = _fetch(sql, said=said)
    return rows, _fetch(STEPS, said={"ids": [row[0] for row in rows]})


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
