"""Two sessions race: exactly one wins, the other reads why, and nothing is done by halves."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.errors import Refusal, Stale
from apps.measures import operations
from apps.measures.models import (
    CoordinationOutcome,
    Measure,
    ReportDraft,
    Review,
)
from tests.conftest import (
    an_estimate,
    broken_down,
    extension_asked,
    fresh,
    in_progress,
    proposed,
    reported,
)
from tests.measures.arguments import Act, act_of
from tests.measures.racing import race
from tests.measures.stories_of_objections import objection_confirmed
from tests.measures.stories_of_others import asked
from tests.sessions import whoever_waits_for_us

pytestmark = pytest.mark.django_db(transaction=True)


def waiting_for_review(cast, clause) -> Measure:
    measure = in_progress(cast, clause)
    reported(cast, measure)
    return measure


def test_two_answers_to_one_item_are_one(cast, clause):
    measure = in_progress(cast, clause)
    item = asked(cast, measure)
    by, moment = cast["district_liaison"], cast.at(12)

    def answer():
        return operations.answer_item(item, text="四月", by=by, at=moment)

    def record():
        said = {"text": "五月", "given_by": "李", "given_on": cast.today}
        return operations.record_answer(item, **said, by=office, at=moment)

    office = cast["supervisor"]
    results = race(answer, record)
    lost = [result for result in results if isinstance(result, Refusal)]
    assert len(lost) == 1, results
    assert str(lost[0]).startswith("This item has ended already: Answered, ")
    assert CoordinationOutcome.objects.count() == 1
    assert cast.agencies["district"].pk not in fresh(measure).viewer_agencies


def test_two_who_begin_a_draft_together_are_told(cast, clause):
    measure = in_progress(cast, clause)

    def save(who):
        by, moment = cast[who], cast.at(12)
        return lambda: operations.save_draft(measure, {"summary": who}, seen=0, by=by, at=moment)

    results = race(save("liaison"), save("drafter"))
    lost = [result for result in results if isinstance(result, Refusal)]
    assert len(lost) == 1, results
    assert type(lost[0]) is Stale
    won = next(result for result in results if not isinstance(result, Refusal))
    assert ReportDraft.objects.get().content == won.content


def test_many_at_once_lose_nothing(cast, clause):
    """Each reads the page again after losing: at last every report is there, numbered once."""
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    liaison = cast["liaison"]

    def persist() -> int:
        account = operations.Account(no_change=True)
        for tries in range(100):
            try:
                seen = fresh(measure).version
                operations.submit_report(measure, account, seen=seen, by=liaison, at=cast.at(13))
            except Stale:
                continue
            return tries
        raise AssertionError("never got through")

    race(*[persist] * 4)
    assert list(measure.reports.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert fresh(measure).version == measure.version + 4


# --- Parent and children ------------------------------------------------------------------


@pytest.fixture
def family(cast, clause) -> list[Measure]:
    """A parent on its way and two children, all still to be issued by the director."""
    family = [
        proposed(cast, clause, code=code, plan=an_estimate(cast, lead=cast.agencies[lead]))
        for code, lead in (("parent", "bureau"), ("first", "section"), ("second", "district"))
    ]
    Measure.objects.exclude(code="parent").update(parent=family[0])
    return [fresh(measure) for measure in family]


def test_the_parent_is_locked_before_the_child(cast, family):
    parent, child, _other = family
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act_of("issue_measure", child, cast, None, "director")()
    lock = next(q["sql"] for q in captured if "FOR UPDATE" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(lock)
        column = [each.name for each in cursor.description].index("id")
        assert [row[column] for row in cursor.fetchall()] == [parent.pk, child.pk]


@pytest.mark.parametrize("round_", range(3))
def test_parent_and_children_at_once_never_lock_each_other_out(cast, family, round_):
    """Each issue writes who sees the relatives too; all three succeed, whatever the order."""
    results = race(
        *(act_of("issue_measure", measure, cast, None, "director") for measure in family)
    )
    assert not [r for r in results if isinstance(r, Refusal)]
    parent, first, second = (fresh(measure) for measure in family)
    bureau, section, district, other = (
        cast.agencies[name].pk for name in ("bureau", "section", "district", "other")
    )
    assert set(parent.viewer_agencies) == {bureau, section, district, other}
    assert set(first.viewer_agencies) == {bureau, section, other}
    assert set(second.viewer_agencies) == {bureau, district, other}


def test_viewers_written_meanwhile_are_kept(cast, clause):
    """While a grandchild's issue is under way, its grandparent's waits to refresh the middle."""
    eldest, middle, youngest = (
        proposed(cast, clause, code=lead, plan=an_estimate(cast, lead=cast.agencies[lead]))
        for lead in ("section", "bureau", "district")
    )
    Measure.objects.filter(pk=middle.pk).update(parent=eldest)
    Measure.objects.filter(pk=youngest.pk).update(parent=middle)
    act_of("issue_measure", fresh(middle), cast, None, "director")()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act_of("issue_measure", fresh(youngest), cast, None, "director")()
            other = pool.submit(
                race, act_of("issue_measure", fresh(eldest), cast, None, "director")
            )
            whoever_waits_for_us()
        assert isinstance(other.result(timeout=30)[0], Measure)
    seen_by = set(fresh(middle).viewer_agencies)
    assert {cast.agencies[lead].pk for lead in ("section", "bureau", "district")} <= seen_by


# --- Breaking down and detaching -------------------------------------------------------------


def acknowledged(cast, child: Measure, who: str) -> Measure:
    return operations.acknowledge_measure(
        child, seen=fresh(child).version, by=cast[who], at=cast.at(11)
    )


def handing_on(cast, parent: Measure, who: str, title: str, *, persist: bool = False) -> Act:
    """That person hands one part on; with `persist` again after each lost race."""
    parts = [operations.Part(cast.agencies["section"], title=title)]
    standing, seen = cast[who], fresh(parent).version

    def act() -> object:
        version = seen
        for _try in range(100):
            try:
                said = {"seen": version, "by": standing, "at": cast.at(12)}
                return operations.break_down(parent, parts, **said)
            except Stale:
                if not persist:
                    raise
                version = fresh(parent).version
        raise AssertionError("never got through")

    return act


def test_two_people_break_the_same_measure_down(cast, clause):
    parent = in_progress(cast, clause)
    results = race(*(handing_on(cast, parent, who, who) for who in ("liaison", "drafter")))
    (lost,) = [result for result in results if isinstance(result, Refusal)]
    assert type(lost) is Stale
    assert list(parent.children.values_list("code", flat=True)) == ["m-1·01"]
    assert fresh(parent).version == parent.version + 1


def test_parts_are_numbered_once_whoever_comes_first(cast, clause):
    parent = in_progress(cast, clause)
    acts = [("liaison", "one"), ("drafter", "two"), ("supervisor", "three")]
    race(*(handing_on(cast, parent, who, title, persist=True) for who, title in acts))
    assert [c.code for c in parent.children.order_by("code")] == ["m-1·01", "m-1·02", "m-1·03"]
    assert set(parent.children.values_list("title", flat=True)) == {"one", "two", "three"}


@pytest.mark.parametrize("round_", range(3))
def test_detached_while_it_reports(cast, clause, round_):
    (child,) = broken_down(cast, in_progress(cast, clause, plan=an_estimate(cast)))
    child = acknowledged(cast, child, "liaison")
    said = {"seen": child.version, "at": cast.at(12)}
    account = operations.Account(no_change=True)
    director, liaison = cast["director"], cast["liaison"]
    results = race(
        lambda: operations.detach_child(child, reason="另立", by=director, **said),
        lambda: operations.submit_report(child, account, by=liaison, **said),
    )
    (lost,) = [result for result in results if isinstance(result, Refusal)]
    assert type(lost) is Stale
    assert fresh(child).version == child.version + 1


@pytest.mark.parametrize("round_", range(3))
def test_three_generations_at_once_never_lock_each_other_out(cast, clause, round_):
    """The whole is reported on, the middle detached, the youngest acknowledged and broken down."""
    whole = in_progress(cast, clause, plan=an_estimate(cast))
    (middle,) = broken_down(cast, whole)
    middle = acknowledged(cast, middle, "liaison")
    first, second = broken_down(
        cast, middle, *(operations.Part(cast.agencies["section"], title=t) for t in "ab")
    )
    second = acknowledged(cast, second, "section_liaison")
    director, liaison = cast["director"], cast["liaison"]
    versions = {each.pk: fresh(each).version for each in (whole, middle, first)}
    no_change = operations.Account(no_change=True)
    results = race(
        lambda: operations.submit_report(
            whole, no_change, seen=versions[whole.pk], by=liaison, at=cast.at(12)
        ),
        lambda: operations.detach_child(
            middle, reason="另立", seen=versions[middle.pk], by=director, at=cast.at(12)
        ),
        lambda: operations.acknowledge_measure(
            first, seen=versions[first.pk], by=liaison, at=cast.at(12)
        ),
        handing_on(cast, second, "liaison", "c"),
    )
    assert all(type(r) is Stale for r in results if isinstance(r, Refusal)), results
    assert not isinstance(results[1], Refusal)
    assert fresh(middle).parent is None
    assert set(fresh(whole).viewer_agencies) == {cast.agencies[n].pk for n in ("bureau", "other")}


def test_a_review_that_lost_leaves_no_row(cast, clause):
    measure = fresh(waiting_for_review(cast, clause))
    race(
        act_of("approve_report", measure, cast, None, "supervisor"),
        act_of("return_report", measure, cast, None, "second_supervisor"),
    )
    assert Review.objects.count() == 1


def test_a_decision_and_its_paper_are_one(cast, clause):
    """The director decides while a supervisor records what was decided on paper."""
    measure = extension_asked(cast, clause)
    results = race(
        act_of("extend_deadline", measure, cast, clause, "director"),
        act_of("record_paper_decision", measure, cast, clause, "supervisor"),
    )
    (lost,) = [result for result in results if isinstance(result, Refusal)]
    assert type(lost) is Stale
    assert fresh(measure).deadline_changes.count() == fresh(measure).extensions == 1


def test_what_came_while_it_was_reissued_finds_the_new_lead(cast, clause):
    """An instruction on paper waits for the lock, and is read on what the reissue has left."""
    measure = objection_confirmed(cast, clause)
    record = act_of("record_instruction", measure, cast, clause, "supervisor")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act_of("reissue_measure", measure, cast, clause, "director")()
            other = pool.submit(race, record)
            whoever_waits_for_us()
        (given,) = other.result(timeout=30)
    district = cast.agencies["district"]
    assert given.agency == district
    assert district.pk in fresh(measure).viewer_agencies
