"""Ever overdue, on time by the original and by the granted deadline: replayed from raw rows.

The replay reads requests, decisions, resumptions and the ledger, and walks day by day: no stored
date, and of the calendar only whether a day is a workday.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from apps.measures import operations
from apps.measures.filters import MeasureFilter
from apps.measures.models import DeadlineChange, Decision, Measure, Request, Resumption, State
from tests.conftest import an_estimate, at, evidence, fresh, in_progress
from tests.measures.histories import CALENDAR
from tests.measures.stories_of_rest import CONDITION

ONE_DAY = timedelta(days=1)
ISSUED = date(2026, 9, 7)
"""The long holiday of autumn 2026 and its make-up days lie ahead."""

# --- The slow replay ------------------------------------------------------------------------


@dataclass
class Replayed:
    """What raw rows say of one measure, at the end of a day."""

    state: str = "running"
    due_on: date = ISSUED
    spared: int = 0
    """Workdays at whose end the turn was not the lead's: for the original deadline."""
    reviewed: int = 0
    """Of these, in applications that were sent back since the last reopening."""
    waited: int = 0
    was_overdue: bool = False
    on_time: dict[str, bool] = field(default_factory=dict)


def replay(measure: Measure, *, until: date) -> Replayed:
    original = measure.original_due_on
    told = Replayed(due_on=original)
    happened = sorted(events(measure), key=lambda each: each[0])
    day = measure.issued_on
    while day <= until:
        notice_overdue(told, day)
        for moment, what, due_on in happened:
            if timezone.localdate(moment) == day:
                told.due_on = due_on or told.due_on
                happen(told, what, day, original)
                notice_overdue(told, day)
        if told.state != "running" and CALENDAR.is_workday(day):
            told.spared += 1
            told.waited += told.state == "completing"
        day += ONE_DAY
    return told


def happen(told: Replayed, what: str, day: date, original: date) -> None:
    if what == "apply":
        told.state, told.waited = "completing", 0
        told.on_time = {
            "granted": day <= moved(told.due_on, told.reviewed),
            "original": day <= moved(original, told.spared),
        }
    elif what == "send back":
        told.state, told.on_time = "running", {}
        told.reviewed += told.waited
    elif what == "reopen":
        told.state, told.on_time, told.reviewed = "running", {}, 0
    elif what:
        told.state = what


def notice_overdue(told: Replayed, day: date) -> None:
    if told.state == "running" and day > moved(told.due_on, told.reviewed):
        told.was_overdue = True


def moved(day: date, workdays: int) -> date:
    for _workday in range(workdays):
        day += ONE_DAY
        while not CALENDAR.is_workday(day):
            day += ONE_DAY
    return day


def events(measure: Measure) -> Iterator[tuple[datetime, str, date | None]]:
    """When, what, and the deadline it gives."""
    became = {
        (Request.Kind.COMPLETE, "REFUSED"): "send back",
        (Request.Kind.COMPLETE, "GRANTED"): "closed",
        (Request.Kind.REOPEN, "GRANTED"): "reopen",
        (Request.Kind.SUSPEND, "GRANTED"): "suspended",
    }
    for asked in Request.objects.filter(measure=measure, kind=Request.Kind.COMPLETE):
        yield asked.asked_at, "apply", None
    for made in Decision.objects.filter(request__measure=measure).select_related("request"):
        if what := became.get((made.request.kind, made.outcome)):
            yield made.at, what, None
    for line in DeadlineChange.objects.filter(measure=measure):
        yield line.decided_at - timedelta(seconds=1), "", line.new_due_on
    for end in Resumption.objects.filter(measure=measure):
        yield end.at, "running", None


# --- A history by operations ----------------------------------------------------------------


class Office:
    """Does what is told where the state knows it; the days go by."""

    def __init__(self, cast, clause, deadline: int) -> None:
        cast.today = self.today = ISSUED
        self.cast, self.proof = cast, evidence(cast)
        self.moments: dict[int, datetime] = {}
        plan = an_estimate(cast, due_on=ISSUED + timedelta(days=deadline))
        self.measure = in_progress(cast, clause, code=f"f-{Measure.objects.count()}", plan=plan)

    def happen(self, what: str, after: int) -> None:
        self.today += timedelta(days=after)
        self.hour = 11
        getattr(self, what)(fresh(self.measure))

    def said(self, who: str) -> dict[str, object]:
        self.hour += 1
        seen, moment = fresh(self.measure).version, at(self.today, self.hour)
        self.moments[seen + 1] = moment
        return {"seen": seen, "by": self.cast[who], "at": moment}

    def apply(self, measure: Measure) -> None:
        if measure.state == State.IN_PROGRESS:
            self.ask(operations.apply_for_completion, evidence=[self.proof])

    def send_back(self, measure: Measure) -> None:
        if measure.state == State.COMPLETING:
            self.decide(operations.send_back_completion, who="supervisor")

    def close(self, measure: Measure) -> None:
        if measure.state == State.COMPLETING:
            self.decide(operations.verify_completion, who="supervisor")
            self.decide(operations.close_measure)

    def reopen(self, measure: Measure) -> None:
        if measure.state == State.CLOSED:
            self.ask(operations.ask_reopening, due_on=self.later(measure))
            self.decide(operations.reopen_measure)

    def extend(self, measure: Measure) -> None:
        if measure.state == State.IN_PROGRESS and not measure.extensions:
            self.ask(operations.ask_extension, due_on=self.later(measure))
            self.decide(operations.extend_deadline)

    def suspend(self, measure: Measure) -> None:
        if measure.state == State.IN_PROGRESS:
            review_on = self.today + timedelta(days=9)
            self.ask(operations.ask_suspension, condition=CONDITION, review_on=review_on)
            self.decide(operations.suspend_measure)

    def resume(self, measure: Measure) -> None:
        if measure.state == State.SUSPENDED:
            over = measure.due_on <= self.today
            due_on = self.later(measure) if over else None
            self.decide(operations.resume_measure, due_on=due_on)

    def later(self, measure: Measure) -> date:
        return max(measure.due_on, self.today) + timedelta(days=8)

    def ask(self, operation, **said) -> None:
        operation(self.measure, grounds="理由", **said, **self.said("liaison"))

    def decide(self, operation, *, who="director", **said) -> None:
        operation(self.measure, reason="意见", **said, **self.said(who))


WHAT = ["apply", "apply", "send_back", "close", "reopen", "extend", "suspend", "resume"]
STEPS = st.lists(
    st.tuples(st.sampled_from(WHAT), st.one_of(st.integers(0, 4), st.integers(0, 25))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
@given(deadline=st.integers(3, 40), steps=STEPS, silence=st.integers(0, 30))
def test_the_facts_agree_with_the_replay_of_raw_rows(cast, clause, deadline, steps, silence):
    with transaction.atomic():  # a failing example leaves the next one a sound transaction
        office = Office(cast, clause, deadline)
        for what, after in steps:
            office.happen(what, after)
            agree(office.measure, office.today)
        agree(office.measure, office.today + timedelta(days=silence))


def agree(measure: Measure, on: date) -> None:
    told = replay(fresh(measure), until=on)
    rows = Measure.objects.filter(pk=measure.pk)
    assert rows.ever_overdue(on=on).exists() == told.was_overdue, on
    closed = told.state == "closed"
    for name, late in (("granted", rows.late_granted()), ("original", rows.late_original())):
        in_time = getattr(rows, f"on_time_{name}")()
        assert in_time.exists() == (closed and told.on_time[name]), (name, on)
        assert late.exists() == (closed and not told.on_time[name]), (name, on)


# --- One by one -----------------------------------------------------------------------------

STORY = [("apply", 10), ("send_back", 5), ("extend", 20), ("apply", 1), ("close", 2)]
"""Due on Thursday 17 September. Applied that day, sent back on Tuesday: the deadline moves by the
workdays 17, 18, 20 (a Sunday worked) and 21 to Tuesday 22. Extended on 12 October: overdue
since the 23rd.
"""


@pytest.fixture
def office(cast, clause) -> Office:
    office = Office(cast, clause, 10)
    for what, after in STORY:
        office.happen(what, after)
    return office


@pytest.fixture
def late(office) -> Measure:
    return fresh(office.measure)


def test_a_story_of_both_deadlines(late):
    assert late.spared_workdays == 4
    assert late.first_overdue_on == late.original_overdue_from_on == date(2026, 9, 23)
    assert list(Measure.objects.on_time_granted()) == [late]
    assert list(Measure.objects.late_original()) == [late]
    assert not Measure.objects.ever_overdue(on=date(2026, 9, 22)).exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"ever_overdue": "YES"}, True),
        ({"ever_overdue": "NO"}, False),
        ({"granted": "ON_TIME"}, True),
        ({"granted": "LATE"}, False),
        ({"original": "ON_TIME"}, False),
        ({"original": "LATE"}, True),
        ({"returned": "YES"}, False),
        ({"returned": "NO"}, True),
    ],
)
def test_each_fact_is_a_filter(late, asked, found):
    rows = MeasureFilter(asked, queryset=Measure.objects.all(), on=date(2026, 11, 2)).qs
    assert list(rows) == ([late] if found else [])


FACTS = ("spared_workdays", "original_overdue_from_on", "first_overdue_on")


def test_what_happened_before_the_facts_were_kept_is_filled_in(office, late):
    """The statements of the migration find the same as the operations kept."""
    kept = [getattr(late, name) for name in FACTS]
    Measure.objects.update(
        review_workdays=0, spared_workdays=0, original_overdue_from_on=None, first_overdue_on=None
    )
    versions = Measure.pgh_event_model.objects.filter(pgh_obj_id=late.pk)
    versions.update(pgh_created_at=at(ISSUED))
    for version, moment in office.moments.items():
        versions.filter(version=version).update(pgh_created_at=moment)
    fill_in()
    assert [getattr(fresh(late), name) for name in FACTS] == kept


def fill_in() -> None:
    found = MigrationLoader(connection).get_migration("measures", "0019_fill_facts_that_stay")
    with connection.cursor() as cursor:
        for statement in found.operations[0].sql:
            cursor.execute(statement)
