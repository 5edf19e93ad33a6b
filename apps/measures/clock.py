"""Clock: whose workdays went by. A workday belongs to whoever held the turn at its end. Pure.

The lead's own days begin with the issue. While a report waits for review, completion is
applied for, or a confirmed objection waits, the day is the reviewer's; while the measure is
suspended it is nobody's fault; once it has ended no day is counted until it is reopened. The day
that still runs is nobody's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import pairwise

from django.db.models import Prefetch
from django.utils import timezone

from apps.measures.models import (
    Decision,
    Measure,
    ProgressReport,
    Request,
    Resumption,
    Review,
    TakenAlong,
)
from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)


class Holder(Enum):
    """Who is counted for a workday."""

    OWN = "own"
    REVIEWER = "reviewer"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Span:
    """From the day at whose end it held, up to the day at whose end it no longer did."""

    begins: date
    ends: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it held at the end of the day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True)
class Turns:
    """What happened to one measure, as far as the turn goes."""

    issued_on: date | None
    in_review: Sequence[Span] = ()
    suspended: Sequence[Span] = ()
    ended: Sequence[Span] = ()

    def holder(self, day: date) -> Holder | None:
        """Who held the turn at the end of the day; None before issue and after the end."""
        if self.issued_on is None or day < self.issued_on or _any(self.ended, day):
            return None
        if _any(self.suspended, day):
            return Holder.SUSPENDED
        return Holder.REVIEWER if _any(self.in_review, day) else Holder.OWN

    def days_of_change(self) -> Iterator[date]:
        for span in (*self.in_review, *self.suspended, *self.ended):
            yield span.begins
            if span.ends is not None:
                yield span.ends


@dataclass(frozen=True)
class Clock:
    """Workdays of one measure by holder."""

    own: int = 0
    reviewer: int = 0
    suspended: int = 0

    @property
    def whole(self) -> int:
        return self.own + self.reviewer + self.suspended

    def __add__(self, other: "Clock") -> "Clock":
        return Clock(
            self.own + other.own,
            self.reviewer + other.reviewer,
            self.suspended + other.suspended,
        )


def clock(turns: Turns, *, on: date, calendar: Calendar) -> Clock:
    """The workdays that are over on that day."""
    if turns.issued_on is None or turns.issued_on >= on:
        return Clock()
    inner = {day for day in turns.days_of_change() if turns.issued_on < day < on}
    counted: Counter[Holder | None] = Counter()
    for first, following in pairwise([turns.issued_on, *sorted(inner), on]):
        workdays = calendar.between(first - ONE_DAY, following - ONE_DAY)
        counted[turns.holder(first)] += workdays
    return Clock(*(counted[holder] for holder in Holder))


def of_term(turns: Turns, *, begins: date, ends: date, calendar: Calendar) -> Clock:
    """The workdays while one agency led: from that day up to the day at whose end another did.

    A measure that was reissued counts for each of its leads, for its own time.
    """
    return clock(replace(turns, issued_on=begins), on=ends, calendar=calendar)


def _any(spans: Iterable[Span], day: date) -> bool:
    return any(span.holds(day) for span in spans)


# --- From rows ------------------------------------------------------------------------------


CLOCKED = (
    Request.Kind.COMPLETE,
    Request.Kind.REOPEN,
    Request.Kind.SUSPEND,
    Request.Kind.OBJECT,
)
ROWS = (
    Prefetch(
        "reports",
        ProgressReport.objects.only("measure", "number", "submitted_at"),
        to_attr="clocked_reports",
    ),
    Prefetch(
        "clocked_reports__reviews",
        Review.objects.only("report", "withdraws", "at"),
        to_attr="clocked_reviews",
    ),
    Prefetch(
        "requests",
        Request.objects.filter(kind__in=CLOCKED).order_by("number"),
        to_attr="clocked_requests",
    ),
    Prefetch(
        "clocked_requests__decisions",
        Decision.objects.only("request", "outcome", "at", "recorded_at"),
        to_attr="clocked_decisions",
    ),
    Prefetch(
        "taken_along",
        TakenAlong.objects.filter(decision__request__kind=Request.Kind.SUSPEND).select_related(
            "decision"
        ),
        to_attr="clocked_rests",
    ),
    Prefetch("resumptions", Resumption.objects.only("measure", "at"), to_attr="clocked_ends"),
)
"""To be prefetched for `turns_of`: six queries for any number of measures."""


def turns_of(measure: Measure) -> Turns:
    """The turns of a measure whose ROWS are prefetched."""
    reports: list[ProgressReport] = measure.clocked_reports  # type: ignore[attr-defined]  # ROWS
    requests: list[Request] = measure.clocked_requests  # type: ignore[attr-defined]  # ROWS
    in_review = [span for report in reports for span in _waits(report)]
    in_review += [_application(r) for r in requests if r.kind == Request.Kind.COMPLETE]
    in_review += [s for r in requests if r.kind == Request.Kind.OBJECT for s in _objection(r)]
    ended = list(_ends(requests))
    if measure.cancelled_on is not None:
        ended.append(Span(measure.cancelled_on))
    return Turns(measure.issued_on, in_review, list(_rests(measure, requests)), ended)


def _waits(report: ProgressReport) -> Iterator[Span]:
    """The report waits from its submission to its review, and again from a withdrawal on."""
    waiting_since: date | None = timezone.localdate(report.submitted_at)
    reviews: list[Review] = report.clocked_reviews  # type: ignore[attr-defined]  # ROWS
    for review in reviews:
        on = timezone.localdate(review.at)
        if waiting_since is not None:
            yield Span(waiting_since, on)
        waiting_since = on if review.withdraws_id else None
    if waiting_since is not None:
        yield Span(waiting_since)


def _application(request: Request) -> Span:
    """An application for completion is the reviewer's until it is decided."""
    decided_at = _decided_at(request)
    return Span(_day(request.asked_at), _day(decided_at) if decided_at else None)


def _objection(request: Request) -> Iterator[Span]:
    """An objection is the director's from its confirmation until it is decided."""
    confirmed = [d for d in _all_decisions(request) if d.outcome == Decision.Outcome.VERIFIED]
    if confirmed:
        decided_at = _decided_at(request)
        yield Span(_day(confirmed[0].known_at), _day(decided_at) if decided_at else None)


def _ends(requests: Iterable[Request]) -> Iterator[Span]:
    """From each closing to the reopening after it, if there was one."""
    closed_on: date | None = None
    for request in requests:
        granted = [d for d in _decisions(request) if d.outcome == Decision.Outcome.GRANTED]
        if not granted:
            continue
        if request.kind == Request.Kind.COMPLETE:
            closed_on = _day(granted[0].known_at)
        elif request.kind == Request.Kind.REOPEN and closed_on is not None:
            yield Span(closed_on, _day(granted[0].known_at))
            closed_on = None
    if closed_on is not None:
        yield Span(closed_on)


def _rests(measure: Measure, requests: Iterable[Request]) -> Iterator[Span]:
    """From each granted suspension, its own or that of its whole, to the resumption after it."""
    rests: list[TakenAlong] = measure.clocked_rests  # type: ignore[attr-defined]  # ROWS
    ends: list[Resumption] = measure.clocked_ends  # type: ignore[attr-defined]  # ROWS
    own = [request for request in requests if request.kind == Request.Kind.SUSPEND]
    granted = [d for each in own for d in _decisions(each) if d.outcome == Decision.Outcome.GRANTED]
    for decision in [*granted, *(row.decision for row in rests)]:
        begun = decision.known_at
        ended_at = min((end.at for end in ends if end.at >= begun), default=None)
        yield Span(_day(begun), _day(ended_at) if ended_at else None)


def _decided_at(request: Request) -> datetime | None:
    """A decision taken on paper ends the turn when it is put on record, not before."""
    return next((decision.known_at for decision in _decisions(request)), None)


def _decisions(request: Request) -> list[Decision]:
    """The granting or refusing one, where there is one."""
    return [d for d in _all_decisions(request) if d.outcome in Decision.FINAL]


def _all_decisions(request: Request) -> list[Decision]:
    found: list[Decision] = request.clocked_decisions  # type: ignore[attr-defined]  # ROWS
    return found


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
