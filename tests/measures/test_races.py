"""Two sessions race: exactly one wins, the other reads why, and nothing is done by halves."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.audit.models import AuditEvent
from apps.core.errors import Refusal, Stale
from apps.measures import operations
from apps.measures.models import (
    CoordinationOutcome,
    Measure,
    ReportDraft,
    Request,
    Review,
    State,
)
from tests.conftest import (
    an_estimate,
    applied,
    broken_down,
    closed,
    drafted,
    evidence,
    extension_asked,
    finished,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.sessions import Act, Session
from tests.measures.stories_of_others import asked

pytestmark = pytest.mark.django_db(transaction=True)


def race(*acts: Act) -> list[object]:
    """Start the acts together, each on a connection of its own; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Act) -> object:
        try:
            with translation.override("en"):
                start.wait(timeout=10)
                return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=30) for done in [pool.submit(run, act) for act in acts]]


def waiting_for_review(cast, clause) -> Measure:
    measure = in_progress(cast, clause)
    reported(cast, measure)
    return measure


def just_returned(cast, clause) -> Measure:
    measure = fresh(waiting_for_review(cast, clause))
    Session(cast, "supervisor", measure).do("return")()
    return measure


def with_proof(cast, clause) -> Measure:
    evidence(cast)
    return in_progress(cast, clause)


RACES = [
    (drafted, ("supervisor", "revise"), ("second_supervisor", "revise")),
    (drafted, ("supervisor", "propose"), ("second_supervisor", "propose")),
    (drafted, ("supervisor", "revise"), ("second_supervisor", "propose")),
    (proposed, ("director", "return_proposal"), ("director", "return_proposal")),
    (proposed, ("director", "issue"), ("director", "issue")),
    (proposed, ("director", "issue"), ("director", "return_proposal")),
    (issued, ("liaison", "acknowledge"), ("drafter", "acknowledge")),
    (with_proof, ("liaison", "report"), ("liaison", "report")),
    (with_proof, ("liaison", "report"), ("drafter", "report")),
    (waiting_for_review, ("supervisor", "approve"), ("second_supervisor", "return")),
    (waiting_for_review, ("supervisor", "approve"), ("director", "approve")),
    (waiting_for_review, ("supervisor", "return"), ("director", "return")),
    (waiting_for_review, ("supervisor", "return"), ("liaison", "report")),
    (finished, ("liaison", "apply"), ("drafter", "apply")),
    (finished, ("liaison", "apply"), ("liaison", "apply")),
    (applied, ("supervisor", "verify"), ("second_supervisor", "verify")),
    (applied, ("supervisor", "verify"), ("director", "send_back")),
    (applied, ("supervisor", "send_back"), ("director", "send_back")),
    (verified, ("director", "close"), ("director", "close")),
    (verified, ("director", "close"), ("supervisor", "send_back")),
    (closed, ("liaison", "ask_reopening"), ("supervisor", "ask_reopening")),
    (reopening_asked, ("director", "reopen"), ("director", "reopen")),
    (reopening_asked, ("director", "reopen"), ("director", "refuse_reopening")),
    (in_progress, ("liaison", "ask_extension"), ("drafter", "ask_extension")),
    (extension_asked, ("director", "extend"), ("director", "extend")),
    (extension_asked, ("director", "extend"), ("director", "refuse_extension")),
    (just_returned, ("supervisor", "withdraw"), ("liaison", "report")),
    (just_returned, ("supervisor", "withdraw"), ("supervisor", "withdraw")),
]


@pytest.mark.parametrize(("story", "one", "other"), RACES)
def test_one_wins_and_the_other_reads_why(cast, clause, story, one, other):
    measure = fresh(story(cast, clause))
    counted = count()
    names = (str(cast.users[one[0]]), str(cast.users[other[0]]))
    results = race(*(Session(cast, who, measure).do(name) for who, name in (one, other)))
    lost = [n for n, result in enumerate(results) if isinstance(result, Refusal)]
    assert len(lost) == 1, results
    loser = results[lost[0]]
    assert type(loser) is Stale
    winner = names[1 - lost[0]]
    assert str(loser).startswith(f"{winner} changed this measure at 2 Mar, 12:00, after you")
    assert fresh(measure).version == measure.version + 1
    assert whole(measure)
    assert count()["events"] == counted["events"] + 1


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


def count() -> dict[str, int]:
    return {"events": AuditEvent.objects.filter(act__startswith="measures.").count()}


def whole(measure: Measure) -> bool:
    """What the rows say about each other, whoever won."""
    measure = fresh(measure)
    reports = list(measure.reports.all())
    standing = list(measure.reports.counting())
    reached = measure.milestones.filter(reached_in__isnull=False)
    return (
        [r.number for r in reports] == list(range(1, len(reports) + 1))
        and all(r.reviews.in_force().count() <= 1 for r in reports)
        and all(m.reached_in in standing for m in reached)
        and measure.reported_progress == 50 * len(reached)
        and measure.lead_terms.count() == (measure.issued_on is not None)
        and (measure.review_waiting_since is None)
        == all(r.reviews.in_force().exists() for r in measure.reports.all())
        and measure.deadline_changes.filter(request__kind="EXTEND").count() == measure.extensions
        and (measure.state == State.COMPLETING) == waits(measure, Request.Kind.COMPLETE)
    )


def waits(measure: Measure, kind: str) -> bool:
    """One request of the kind waits, and no more."""
    waiting = measure.requests.of_kind(kind).waiting().count()
    assert waiting <= 1
    return waiting == 1


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
        Session(cast, "director", child).do("issue")()
    locks = [q["sql"] for q in captured if "FOR UPDATE" in q["sql"]]
    assert f'"id" = {parent.pk} ' in locks[0]
    assert f'"id" = {child.pk} ' in locks[1]


@pytest.mark.parametrize("round_", range(3))
def test_parent_and_children_at_once_never_lock_each_other_out(cast, family, round_):
    """Each issue writes who sees the relatives too; all three succeed, whatever the order."""
    results = race(*(Session(cast, "director", measure).do("issue") for measure in family))
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
    Session(cast, "director", fresh(middle)).do("issue")()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Session(cast, "director", fresh(youngest)).do("issue")()
            other = pool.submit(race, Session(cast, "director", fresh(eldest)).do("issue"))
            wait_for_a_waiting_session()
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


def wait_for_a_waiting_session() -> None:
    for _try in range(200):
        with connection.cursor() as cursor:
            # A transaction would else see the same picture of the sessions every time.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise AssertionError("the other session was expected to wait for a lock")


def test_a_review_that_lost_leaves_no_row(cast, clause):
    measure = fresh(waiting_for_review(cast, clause))
    race(
        Session(cast, "supervisor", measure).do("approve"),
        Session(cast, "second_supervisor", measure).do("return"),
    )
    assert Review.objects.count() == 1
