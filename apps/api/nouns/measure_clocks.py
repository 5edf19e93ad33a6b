"""The clock of a measure: whose workdays went by, and how many are left until its deadline.

What the turns are told from comes with the row, in the same query; only the calendar is besides.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from rest_framework import serializers

from apps.api.shapes import Derived, Row
from apps.measures.clock import CLOCKED, Holder, clock, turns_of
from apps.measures.lights import last_day_of
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
from apps.workdays.models import current_calendar

OF_ROW = Q(measure=OuterRef("pk"))
HOLDERS = [holder.name for holder in Holder]


class ClockRow(serializers.Serializer[Any]):
    """Workdays that are over, by who held the turn at their end, and who holds it today (null:
    nobody, before the issue and after the end). `last_day` is the deadline, later by the reviewers'
    days; `workdays_left` until then, while the turn is the lead's, negative when it has passed.
    """

    holder = serializers.ChoiceField(choices=HOLDERS, allow_null=True)
    own = serializers.IntegerField()
    reviewer = serializers.IntegerField()
    suspended = serializers.IntegerField()
    last_day = serializers.DateField(allow_null=True)
    workdays_left = serializers.IntegerField(allow_null=True)


def told_from(on: date) -> Any:
    """The rows that the turns follow from, as JSON."""
    said = JSONObject(outcome="outcome", at="at", recorded_at="recorded_at")
    decisions = Decision.objects.filter(request=OuterRef("pk")).order_by("pk").values_list(said)
    reviews = Review.objects.filter(report=OuterRef("pk")).order_by("pk")
    reports = ProgressReport.objects.filter(OF_ROW).order_by("number")
    requests = Request.objects.filter(OF_ROW, kind__in=CLOCKED).order_by("number")
    rests = TakenAlong.objects.filter(OF_ROW, decision__request__kind=Request.Kind.SUSPEND)
    of_report = ArraySubquery(reviews.values_list(JSONObject(at="at", withdraws="withdraws_id")))
    return JSONObject(
        reports=ArraySubquery(
            reports.values_list(JSONObject(at="submitted_at", reviews=of_report))
        ),
        requests=ArraySubquery(
            requests.values_list(
                JSONObject(kind="kind", at="asked_at", decisions=ArraySubquery(decisions))
            )
        ),
        rests=ArraySubquery(
            rests.order_by("pk").values_list(
                JSONObject(at="decision__at", recorded_at="decision__recorded_at")
            )
        ),
        ends=ArraySubquery(Resumption.objects.filter(OF_ROW).values_list(JSONObject(at="at"))),
    )


def _told(values: tuple[Any, ...], on: date) -> Any:
    return values


CLOCK = Derived(("x_clock", "issued_on", "cancelled_on", "due_on", "review_workdays"), _told)


def with_clocks(rows: Sequence[Row], on: date) -> Sequence[Row]:
    """Each row's clock, of the day; the calendar is asked once."""
    if any("clock" in row for row in rows):
        calendar = current_calendar()
        for row in rows:
            row["clock"] = _clock(row["clock"], on, calendar)
    return rows


def _clock(values: tuple[Any, ...], on: date, calendar: Calendar) -> Row:
    told, *columns = values
    names = ("issued_on", "cancelled_on", "due_on", "review_workdays")
    measure = Measure(**dict(zip(names, columns, strict=True)))
    turns = turns_of(_as_prefetched(measure, told))
    spent, holder = clock(turns, on=on, calendar=calendar), turns.holder(on)
    last_day = last_day_of(measure, calendar)
    is_own = holder is Holder.OWN and last_day is not None
    return {
        "holder": holder.name if holder else None,
        "own": spent.own,
        "reviewer": spent.reviewer,
        "suspended": spent.suspended,
        "last_day": last_day,
        "workdays_left": calendar.between(on, last_day) if is_own and last_day else None,
    }


def _as_prefetched(measure: Measure, told: Any) -> Measure:
    """With what `turns_of` looks at, made of the rows' own classes."""
    found: Any = measure
    found.clocked_reports = [_report(each) for each in told["reports"]]
    found.clocked_requests = [_request(each) for each in told["requests"]]
    found.clocked_rests = [SimpleNamespace(decision=_decision(each)) for each in told["rests"]]
    found.clocked_ends = [Resumption(at=_moment(each["at"])) for each in told["ends"]]
    return measure


def _report(told: Any) -> ProgressReport:
    report: Any = ProgressReport(submitted_at=_moment(told["at"]))
    report.clocked_reviews = [
        Review(at=_moment(each["at"]), withdraws_id=each["withdraws"]) for each in told["reviews"]
    ]
    made: ProgressReport = report
    return made


def _request(told: Any) -> Request:
    request: Any = Request(kind=told["kind"], asked_at=_moment(told["at"]))
    request.clocked_decisions = _decisions(told["decisions"])
    made: Request = request
    return made


def _decisions(told: Iterable[Any]) -> list[Decision]:
    return [_decision(each) for each in told]


def _decision(told: Any) -> Decision:
    recorded = told["recorded_at"]
    return Decision(
        outcome=told.get("outcome", ""),
        at=_moment(told["at"]),
        recorded_at=_moment(recorded) if recorded else None,
    )


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
