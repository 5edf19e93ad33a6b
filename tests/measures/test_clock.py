"""The clock agrees, on every day of generated histories, with a count made day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.measures import operations
from apps.measures.clock import ROWS, Clock, Span, Turns, clock, turns_of
from apps.measures.models import Decision, Measure, ProgressReport, Request, Review
from tests.conftest import an_estimate, evidence, fresh, in_progress, reported
from tests.measures.histories import CALENDAR

SHANGHAI = ZoneInfo("Asia/Shanghai")
ISSUED = date(2026, 9, 21)
"""The make-up days and the long holiday of autumn 2026 lie ahead."""


# --- The slow reference: every event replayed, every evening looked at ----------------------


@dataclass(frozen=True)
class Event:
    """Something that takes or gives back the turn."""

    at: datetime
    what: str


def slow(events: list[Event], *, on: date) -> Clock:
    counted = {"own": 0, "reviewer": 0, "suspended": 0, "": 0}
    day = ISSUED
    while day < on:
        evening = datetime.combine(day, time.max, SHANGHAI)
        if CALENDAR.is_workday(day):
            counted[held([e.what for e in events if e.at <= evening])] += 1
        day += timedelta(days=1)
    return Clock(counted["own"], counted["reviewer"], counted["suspended"])


def held(so_far: list[str]) -> str:
    """Who holds the turn after these events."""
    waiting, state = 0, "own"
    for what in so_far:
        waiting += {"report": 1, "withdraw": 1, "approve": -1, "send back": -1}.get(what, 0)
        state = {"apply": "reviewer", "close": "", "refuse": "own", "reopen": "own"}.get(
            what, state
        )
    return "reviewer" if waiting and state == "own" else state


# --- A history, as events and as rows --------------------------------------------------------


class History:
    """Rows as the database would hold them, and the same told as events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reports: list[ProgressReport] = []
        self.requests: list[Request] = []

    def happen(self, what: str, at: datetime) -> None:
        if self.may(what):
            getattr(self, what.replace(" ", "_"))(at)
            self.events.append(Event(at, what))

    def may(self, what: str) -> bool:
        last = self.events[-1].what if self.events else ""
        return {
            "report": not self.applied and not self.closed,
            "approve": bool(self.waiting) and not self.closed,
            "send back": bool(self.waiting) and not self.closed,
            "withdraw": last in ("approve", "send back"),
            "apply": not self.applied and not self.closed,
            "close": self.applied and not self.waiting,
            "refuse": self.applied,
            "reopen": self.closed,
        }[what]

    @property
    def waiting(self) -> list[ProgressReport]:
        return [
            r
            for r in self.reports
            if not r.clocked_reviews or r.clocked_reviews[-1].withdraws_id is not None
        ]

    @property
    def state(self) -> str:
        told = [e.what for e in self.events if e.what in ("apply", "close", "refuse", "reopen")]
        return told[-1] if told else ""

    @property
    def applied(self) -> bool:
        return self.state == "apply"

    @property
    def closed(self) -> bool:
        return self.state == "close"

    def report(self, at: datetime) -> None:
        report = ProgressReport(submitted_at=at)
        report.clocked_reviews = []
        self.reports.append(report)

    def approve(self, at: datetime) -> None:
        self.reviewed = self.waiting[0]
        self.reviewed.clocked_reviews.append(Review(at=at))

    send_back = approve

    def withdraw(self, at: datetime) -> None:
        self.reviewed.clocked_reviews.append(Review(at=at, withdraws_id=1))

    def apply(self, at: datetime) -> None:
        self.ask(Request.Kind.COMPLETE, at)

    def close(self, at: datetime) -> None:
        self.decide(Decision.Outcome.GRANTED, at)

    def refuse(self, at: datetime) -> None:
        self.decide(Decision.Outcome.REFUSED, at)

    def reopen(self, at: datetime) -> None:
        self.ask(Request.Kind.REOPEN, at)
        self.decide(Decision.Outcome.GRANTED, at)

    def ask(self, kind: str, at: datetime) -> None:
        request = Request(kind=kind, asked_at=at)
        request.clocked_decisions = []
        self.requests.append(request)

    def decide(self, outcome: str, at: datetime) -> None:
        self.requests[-1].clocked_decisions.append(Decision(outcome=outcome, at=at))

    def turns(self) -> Turns:
        return turns_of(
            SimpleNamespace(
                cancelled_on=None,
                clocked_rests=[],
                clocked_ends=[],
                issued_on=ISSUED,
                clocked_reports=self.reports,
                clocked_requests=self.requests,
            )
        )


WHAT = ["report", "report", "approve", "send back", "withdraw", "apply", "close", "refuse"]
STEPS = st.lists(
    st.tuples(st.sampled_from([*WHAT, "reopen"]), st.integers(0, 240)), min_size=1, max_size=14
)


@settings(max_examples=100)
@given(steps=STEPS)
def test_it_agrees_with_the_count_made_day_by_day(steps):
    history, at = History(), datetime.combine(ISSUED, time(9), SHANGHAI)
    for what, hours in steps:
        at += timedelta(seconds=5) if what == "withdraw" else timedelta(hours=hours)
        history.happen(what, at)
    turns = history.turns()
    for days in range(0, 90, 7):
        on = ISSUED + timedelta(days=days)
        assert clock(turns, on=on, calendar=CALENDAR) == slow(history.events, on=on), on


def test_suspended_days_are_nobodys_fault():
    turns = Turns(
        date(2026, 3, 2),
        in_review=[Span(date(2026, 3, 4), date(2026, 3, 12))],
        suspended=[Span(date(2026, 3, 6), date(2026, 3, 11))],
    )
    counted = clock(turns, on=date(2026, 3, 14), calendar=CALENDAR)
    assert counted == Clock(own=4, reviewer=3, suspended=3)
    assert counted.whole == 10


def test_before_the_issue_nothing_is_counted():
    assert clock(Turns(None), on=ISSUED, calendar=CALENDAR) == Clock()
    assert clock(Turns(ISSUED), on=ISSUED, calendar=CALENDAR) == Clock()
    assert clock(Turns(ISSUED), on=ISSUED + timedelta(days=1), calendar=CALENDAR) == Clock(own=1)


# --- From real rows --------------------------------------------------------------------------


def test_a_story_in_rows(cast, clause):
    """Issued Monday 2 March; reported Thursday, returned Tuesday, taken back at once, approved
    Wednesday; applied for completion on Friday the 13th.
    """
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    cast.today = date(2026, 3, 5)
    report = reported(cast, measure, progress=Decimal(50))
    for day, operation, said in (
        (10, operations.return_report, {"reason": "缺材料"}),
        (11, operations.approve_report, {}),
    ):
        cast.today = date(2026, 3, day)
        who = {"by": cast["supervisor"], "at": cast.at()}
        review = operation(report, seen=fresh(measure).version, **said, **who)
        if said:
            operations.withdraw_review(review, seen=fresh(measure).version, **who)
    cast.today = date(2026, 3, 13)
    operations.apply_for_completion(
        measure,
        grounds="完成",
        evidence=[evidence(cast)],
        seen=fresh(measure).version,
        by=cast["liaison"],
        at=cast.at(),
    )
    found = clock_of([measure])[0]
    assert clock(found, on=date(2026, 3, 18), calendar=CALENDAR) == Clock(own=5, reviewer=7)


def test_many_measures_cost_as_many_queries_as_one(cast, clause):
    counts = []
    for n in range(3):
        measure = in_progress(cast, clause, code=f"m-{n}", plan=an_estimate(cast))
        reported(cast, measure, progress=Decimal(9))
        with CaptureQueriesContext(connection) as captured:
            clock_of(Measure.objects.all())
        counts.append(len(captured))
    assert counts[1] == counts[2] <= counts[0] + 1


def clock_of(measures) -> list[Turns]:
    loaded = list(Measure.objects.filter(pk__in=[m.pk for m in measures]))
    prefetch_related_objects(loaded, *ROWS)
    return [turns_of(measure) for measure in loaded]
