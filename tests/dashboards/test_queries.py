"""Coverage and the matrix, against figures counted by hand."""

from collections import Counter
from datetime import timedelta
from itertools import combinations, product

import pytest

from apps.dashboards.columns import Across
from apps.dashboards.queries import Covering, coverages, matrix
from apps.measures.filters import MeasureFilter
from apps.measures.lights import Light, light_of
from apps.measures.models import Measure, MeasureClause, State
from apps.policies.models import Clause, Policy
from tests.conftest import TODAY, a_plan, drafted, in_progress, issued
from tests.measures.stories_of_rest import put_into

RED, GREY, GREEN = Light.RED, Light.GREY, Light.GREEN


def a_policy(code: str) -> Policy:
    return Policy.objects.create(code=code, name=code, level="CITY", kind="PLAN", use="OBLIGES")


def a_clause(policy: Policy, position: int, parent: Clause | None = None, **said) -> Clause:
    facts = {"heading": f"条款{position}", "actionable": "YES"} | said
    return Clause.objects.create(
        policy=policy, code=f"{policy.code}-{position}", position=position, parent=parent, **facts
    )


def also_carries(measure: Measure, *clauses: Clause) -> None:
    MeasureClause.objects.bulk_create(
        MeasureClause(measure=measure, clause=clause) for clause in clauses
    )


def late(measure: Measure) -> None:
    """Written around the operations: overdue since yesterday."""
    day = TODAY - timedelta(days=1)
    Measure.objects.filter(pk=measure.pk).update(due_on=day, overdue_from_on=TODAY)


def part_of(parent: Measure, part: Measure) -> None:
    Measure.objects.filter(pk=part.pk).update(parent=parent)


@pytest.fixture
def policy(cast) -> Policy:
    """A chapter of two articles, a second chapter, and what is not known.

    a-1 carries out both articles and is late; its part a-2 is led by the district. a-3 is
    restricted and led by the bureau; a-4 of the section is only drafted.
    """
    policy = a_policy("T")
    chapter = a_clause(policy, 1, actionable="NO")
    first, second = a_clause(policy, 2, chapter), a_clause(policy, 3, chapter)
    a_clause(policy, 4, chapter)
    other = a_clause(policy, 5)
    a_clause(policy, 6, heading="", actionable="UNKNOWN")
    a_clause(policy, 7, actionable="UNKNOWN")
    a_clause(policy, 8, retired_on=TODAY)
    whole = in_progress(cast, first, code="a-1")
    also_carries(whole, second)
    late(whole)
    led = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    part = issued(cast, first, code="a-2", plan=led)
    part_of(whole, part)
    issued(cast, second, code="a-3", plan=a_plan(cast, restricted=True, supporters=[]))
    drafted(cast, other, code="a-4", plan=a_plan(cast, lead=cast.agencies["section"]))
    return policy


def of(policy: Policy, cast, name: str, across: Across = Across.AGENCIES):
    return matrix(policy, cast[name], on=TODAY, across=across)


def line(board, position: int):
    return next(each for each in board.lines if each.clause.position == position)


def test_coverage_counts_actionable_clauses_only(cast, policy):
    coverage = of(policy, cast, "director").coverage
    assert coverage.actionable == 4
    assert (coverage.carried_out, coverage.behind, coverage.uncovered) == (3, 2, 1)
    assert (coverage.only_drafted, coverage.unreadable) == (1, 0)
    assert (coverage.unknown, coverage.to_be_entered) == (2, 1)
    assert coverage.measures == {RED: 1, GREY: 2}


def test_a_chapter_counts_a_measure_once(cast, policy):
    chapter = line(of(policy, cast, "director"), 1)
    assert chapter.total == {RED: 1, GREY: 1}
    assert chapter.covering is Covering.NOT_COUNTED


@pytest.mark.parametrize("name", ["director", "second_supervisor", "liaison", "district_liaison"])
def test_measures_of_several_parts_are_counted_like_sets(cast, name):
    """Three levels, every set of three articles; counted again without the database's grouping."""
    policy = a_policy("SETS")
    chapter, other = a_clause(policy, 1), a_clause(policy, 2)
    section = a_clause(policy, 3, chapter)
    articles = [a_clause(policy, 4, section), a_clause(policy, 5, section)]
    articles.append(a_clause(policy, 6, other))
    within = {
        pk: {clause.pk for clause in part}
        for pk, part in (
            (chapter.pk, [chapter, section, *articles[:2]]),
            (other.pk, [other, articles[2]]),
            (section.pk, [section, *articles[:2]]),
            *((each.pk, [each]) for each in articles),
        )
    }
    leads = [cast.agencies[each] for each in ("bureau", "section", "district")]
    sets = [part for n in (1, 2, 3) for part in combinations(articles, n)]
    for n, (carried, lead) in enumerate(product(sets, leads)):
        plan = a_plan(cast, lead=lead, supporters=[], restricted=n % 4 == 0)
        also_carries(issued(cast, carried[0], code=f"s-{n}", plan=plan), *carried[1:])
        if n % 3 == 0:
            late(Measure.objects.get(code=f"s-{n}"))
    board = of(policy, cast, name)
    for each in board.lines:
        measures = [
            measure
            for measure in Measure.objects.visible_to(cast[name]).select_related("lead")
            if within[each.clause.pk] & {c.clause_id for c in measure.carried_clauses.all()}
        ]
        assert each.total == Counter(light_of(measure, on=TODAY) for measure in measures)
        for column in board.columns:
            led = [m for m in measures if column.key in m.lead.path]
            found = each.cells.get(column.key, {})
            assert found == Counter(light_of(measure, on=TODAY) for measure in led)


def test_a_column_counts_what_the_agency_and_those_below_it_lead(cast, policy):
    board = of(policy, cast, "director")
    bureau, district = cast.agencies["bureau"].pk, cast.agencies["district"].pk
    assert [column.key for column in board.columns] == [bureau, district]
    assert board.sums == {bureau: {RED: 1, GREY: 2}, district: {GREY: 1}}
    assert line(board, 2).cells == {bureau: {RED: 1}, district: {GREY: 1}}
    assert line(board, 5).cells == {bureau: {GREY: 1}}


def test_a_sum_counts_top_level_and_a_cell_its_parts(cast, policy):
    first = line(of(policy, cast, "director"), 2)
    assert first.total == {RED: 1}
    assert sum(cell.total() for cell in first.cells.values()) == 2


def test_districts_are_all_shown_and_the_rest_stands_in_one_column(cast, policy):
    board = of(policy, cast, "director", Across.DISTRICTS)
    huangpu = cast.agencies["district"].district_id
    assert [column.key for column in board.columns] == [huangpu, None]
    assert board.sums == {huangpu: {GREY: 1}, None: {RED: 1, GREY: 2}}


def test_people_count_what_they_see(cast, policy):
    liaison = of(policy, cast, "liaison").coverage
    assert (liaison.carried_out, liaison.uncovered, liaison.measures) == (
        2,
        None,
        {RED: 1, GREY: 1},
    )
    stranger = of(policy, cast, "stranger")
    assert stranger.coverage.measures == {RED: 1}
    assert line(stranger, 4).covering is Covering.NONE_SEEN
    district = of(policy, cast, "district_liaison")
    assert line(district, 2).cells.keys() == {cast.agencies["district"].pk}


def test_what_is_hidden_is_not_called_a_gap(cast, policy):
    MeasureClause.objects.filter(measure__code="a-1", clause__position=3).delete()
    second = of(policy, cast, "second_supervisor")
    assert line(second, 3).covering is Covering.UNREADABLE
    assert line(second, 4).covering is Covering.UNCOVERED
    assert (second.coverage.unreadable, second.coverage.uncovered) == (1, 1)
    assert line(of(policy, cast, "auditor"), 5).covering is Covering.UNREADABLE


def test_a_cancelled_measure_carries_nothing_out(cast, policy):
    Measure.objects.filter(code="a-4").update(due_on=TODAY, **put_into(State.CANCELLED, TODAY))
    other = line(of(policy, cast, "director"), 5)
    assert other.covering is Covering.UNCOVERED
    assert other.total == {GREY: 1}


def test_a_retired_clause_adds_nothing_to_the_one_it_was_part_of(cast, policy):
    Clause.objects.filter(policy=policy, position=2).update(retired_on=TODAY)
    board = of(policy, cast, "director")
    Measure.objects.filter(code="a-2").update(parent=None)
    assert line(board, 2).covering is Covering.NOT_COUNTED
    assert line(of(policy, cast, "director"), 1).total == {RED: 1, GREY: 1}
    assert board.coverage.actionable == 3


def test_the_list_of_policies_says_the_same_as_the_page(cast, policy, clause):
    in_progress(cast, clause, code="b-1")
    also_carries(Measure.objects.get(code="a-1"), clause)
    for name in ("director", "second_supervisor", "liaison", "stranger", "auditor"):
        found = coverages([policy, clause.policy], cast[name], on=TODAY)
        for each in (policy, clause.policy):
            assert found[each.pk] == of(each, cast, name).coverage


@pytest.mark.parametrize("name", ["director", "second_supervisor", "liaison", "district_liaison"])
@pytest.mark.parametrize("across", Across)
def test_every_cell_finds_its_measures_by_filter(cast, policy, name, across):
    visible = Measure.objects.visible_to(cast[name])
    board = of(policy, cast, name, across)
    for each in board.lines:
        for key, tally in each.cells.items():
            for light, count in tally.items():
                asked = {"clause": each.clause.pk, across.value: key or "none", "light": light}
                assert MeasureFilter(asked, queryset=visible, on=TODAY).qs.count() == count


def test_the_queries_are_as_many_for_twelve_measures(cast, django_assert_num_queries):
    policy = a_policy("MANY")
    in_progress(cast, a_clause(policy, 1), code="m-1")
    people = [(cast["liaison"], 3), (cast["second_supervisor"], 4), (cast["director"], 3)]
    for standing, queries in people:
        with django_assert_num_queries(queries):
            matrix(policy, standing, on=TODAY, across=Across.AGENCIES)
    for n in range(2, 14):
        in_progress(cast, a_clause(policy, n), code=f"m-{n}")
    for standing, queries in people:
        with django_assert_num_queries(queries):
            matrix(policy, standing, on=TODAY, across=Across.AGENCIES)
    policies = [policy, *(a_policy(f"Q{n}") for n in range(20))]
    with django_assert_num_queries(2):
        coverages(policies, people[-1][0], on=TODAY)
