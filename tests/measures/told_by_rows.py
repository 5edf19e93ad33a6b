"""Lights, reasons, due days and clocks told again from raw rows, by the slow reference."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils import timezone

from apps.measures import lights
from apps.measures.clock import ROWS, Clock, clock, turns_of
from apps.measures.models import Measure
from apps.measures.operations.family import load_parts
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar
from tests.measures.raw_rows import Row, Rows
from tests.measures.reference import Application, Life, PartOf, Report, Step, rounded, short

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
LATER = (0, 1, 4, 17, 45)
"""The days from today on that lights are compared on, and those around the deadline."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a measure: a row of its own."""

    at: datetime
    what: str
    row: Row

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


def events_of(measure: Row, rows: Rows) -> list[Event]:
    """In the order in which they happened."""
    found = [*_reporting(measure, rows), *_asking(measure, rows), *_resting(measure, rows)]
    return sorted(found, key=lambda event: event.at)


def _reporting(measure: Row, rows: Rows) -> Iterator[Event]:
    for report in rows.of("ProgressReport", measure_id=measure["id"]):
        yield Event(report["submitted_at"], "report", report)
        for review in rows.reviews_of(report):
            yield Event(review["at"], review["outcome"], review)


def _asking(measure: Row, rows: Rows) -> Iterator[Event]:
    for request in rows.of("Request", measure_id=measure["id"]):
        yield Event(request["asked_at"], f"ask {request['kind']}", request)
        for decision in rows.of("Decision", request_id=request["id"]):
            known_at = decision["recorded_at"] or decision["at"]
            yield Event(known_at, f"{decision['outcome']} {request['kind']}", decision)


def _resting(measure: Row, rows: Rows) -> Iterator[Event]:
    """Also of a part that was taken along: the trail tells it of each measure by itself."""
    for act in ("measures.suspend", "measures.resume", "measures.cancel"):
        about = {"subject_type": "measures.measure", "subject_id": measure["id"]}
        for event in rows.of("AuditEvent", act=act, **about):
            yield Event(event["at"], act, event)


# --- The light, by replaying what happened --------------------------------------------------------


@dataclass
class Replay:
    """One measure's events happen once more, in the reference."""

    measure: Row
    rows: Rows
    life: Life
    reports: dict[int, Report] = field(default_factory=dict)
    rests_since: date | None = None

    def run(self) -> Life:
        for event in events_of(self.measure, self.rows):
            handler = {
                "report": self.report,
                "APPROVED": self.approve,
                "RETURNED": self.send_back,
                "WITHDRAWN": self.withdraw,
                "ask COMPLETE": self.apply,
                "REFUSED COMPLETE": self.refuse,
                "GRANTED COMPLETE": self.close,
                "GRANTED REOPEN": self.begin_again,
                "GRANTED OBJECT": self.begin_again,
                "measures.suspend": self.rest,
                "measures.resume": self.go_on,
            }.get(event.what)
            if handler:
                handler(event)
        return self.life

    def report(self, event: Event) -> None:
        row = event.row
        steps = milestones_of(self.measure, self.rows)
        reached = self.rows.of("ReportMilestone", report_id=row["id"])
        told = Report(
            event.day,
            percent=_percent(row, self.measure),
            reached=frozenset(
                n
                for n, step in enumerate(steps)
                if step["id"] in {each["milestone_id"] for each in reached}
            ),
            no_change=row["no_change"],
        )
        self.reports[row["id"]] = self.life.submit(told)

    def approve(self, event: Event) -> None:
        self.reports[event.row["report_id"]].approved_on = event.day

    def send_back(self, event: Event) -> None:
        self.reports[event.row["report_id"]].returned_on = event.day

    def withdraw(self, event: Event) -> None:
        report = self.reports[event.row["report_id"]]
        report.returned_on = report.approved_on = None

    def apply(self, event: Event) -> None:
        self.life.applications.append(Application(event.day))

    def refuse(self, event: Event) -> None:
        self.life.send_back(event.day)

    def close(self, event: Event) -> None:
        self.life.applications[-1].closed_on = event.day

    def begin_again(self, event: Event) -> None:
        self.life.begin_again(event.day)

    def rest(self, event: Event) -> None:
        self.rests_since = self.rests_since or event.day

    def go_on(self, event: Event) -> None:
        assert self.rests_since is not None
        self.life.rested += (event.day - self.rests_since).days
        self.rests_since = None
        self.life.begin_again(event.day)


def _percent(report: Row, measure: Row) -> int:
    """Hundredths; a quantity is divided by the target once more."""
    if report["quantity"] is not None:
        return min(rounded(report["quantity"], measure["target_quantity"]), 10_000)
    return int(report["progress"] * 100)


def milestones_of(measure: Row, rows: Rows) -> list[Row]:
    return sorted(rows.of("Milestone", measure_id=measure["id"]), key=lambda m: m["position"])


def life_of(measure: Row, rows: Rows, calendar: Calendar) -> Life:
    basis = "ESTIMATE" if measure["basis"] == "QUANTITY" else measure["basis"]
    life = Life(
        calendar,
        basis,
        measure["cadence"],
        [Step(m["due_on"], m["weight"]) for m in milestones_of(measure, rows)],
        measure["due_on"],
        measure["issued_on"],
        measure["acknowledged_on"],
        original_due_on=measure["original_due_on"],
    )
    counted = [c for c in rows.children(measure) if c["state"] not in NOT_COUNTED]
    life.parts = [_part(child, rows) for child in counted]
    return Replay(measure, rows, life).run()


NOT_COUNTED = {"DRAFT", "PROPOSED", "CANCELLED"}


def _part(child: Row, rows: Rows) -> PartOf:
    steps = milestones_of(child, rows) if child["basis"] == "MILESTONES" else []
    return PartOf(
        child["issued_on"],
        child["due_on"],
        child["weight"],
        [Step(m["due_on"], m["weight"]) for m in steps],
    )


def beyond_the_reference(measure: Row, rows: Rows) -> bool:
    """What the reference does not tell: another basis, rhythm or target, a part that rested, or a
    calendar since.
    """
    if measure["state"] not in TOLD or (measure["basis"] == "CHILDREN" and not rows.of(
        "Measure", parent_id=measure["id"]
    )):  # fmt: skip
        return True
    events = rows.of("AuditEvent", subject_type="measures.measure", subject_id=measure["id"])
    issued = max(event["id"] for event in events if event["act"] in ISSUES)
    since = [event for event in events if event["id"] > issued]
    noticed = [e for e in rows.of("AuditEvent", act="workdays.enter_notice") if e["id"] > issued]
    changed = any(ANEW & set(event["changes"]) for event in since)
    rested = any(child["suspended_days"] for child in rows.children(measure))
    return bool(noticed) or changed or rested


ISSUES = {"measures.issue", "measures.reissue"}
ANEW = {"basis", "cadence", "target_quantity"}
"""Figures from before say something else after these."""
TOLD = {"ISSUED", "IN_PROGRESS", "COMPLETING", "CLOSED"}


def _days(measure: Row, on: date) -> list[date]:
    around = [measure["due_on"] + timedelta(days=days) for days in (0, 1, 2)]
    return [on + timedelta(days=days) for days in LATER] + [day for day in around if day > on]


def lights_agree(measure: Row, rows: Rows, calendar: Calendar, *, on: date) -> None:
    if measure["state"] == "SUSPENDED":
        rest_agrees(measure, on=on)
    if beyond_the_reference(measure, rows):
        return
    life = life_of(measure, rows, calendar)
    found = Measure.objects.select_related("lead").get(pk=measure["id"])
    load_parts(found)
    steps = list(found.milestones.all())
    for day in _days(measure, on):
        assert lights.light_of(found, on=day) == life.light(day), (measure["code"], day)
        said = lights.reasons(found, steps, on=day, calendar=calendar)
        assert said == life.reasons(day), (measure["code"], day)
    assert measure["reported_progress"] == Decimal(life.progress(on)) / 100
    assert measure["approved_progress"] == Decimal(life.progress(on, approved=True)) / 100
    assert measure["review_workdays"] == life.review_workdays(on)
    if measure["state"] in ("ISSUED", "IN_PROGRESS"):
        owed = life.report_days(on + timedelta(days=200))
        until = life.answered_until(on)
        assert measure["next_report_due_on"] == next(day for day in owed if day > until)


def rest_agrees(measure: Row, *, on: date) -> None:
    """Grey, with the condition, and the review date that comes or has come."""
    found = Measure.objects.get(pk=measure["id"])
    for day in _days(measure, on):
        to_come = f"To be reviewed on {short(measure['review_on'])}"
        come = f"The review date, {short(measure['review_on'])}, has come"
        said = [f"Until: {measure['suspension_condition']}", to_come]
        if day >= measure["review_on"]:
            said[1] = come
        assert lights.light_of(found, on=day) == "GREY", measure["code"]
        assert lights.reasons(found, [], on=day, calendar=current_calendar()) == said


# --- The clock, evening by evening ---------------------------------------------------------------


def clocks_agree(measure: Row, rows: Rows, calendar: Calendar, *, on: date) -> None:
    found = Measure.objects.get(pk=measure["id"])
    prefetch_related_objects([found], *ROWS)
    told = clock(turns_of(found), on=on, calendar=calendar)
    assert told == slow_clock(measure, rows, calendar, on=on), measure["code"]


def slow_clock(measure: Row, rows: Rows, calendar: Calendar, *, on: date) -> Clock:
    counted = dict.fromkeys(("own", "reviewer", "suspended", ""), 0)
    events, day = events_of(measure, rows), measure["issued_on"]
    while day is not None and day < on:
        evening = datetime.combine(day, time.max, SHANGHAI)
        if calendar.is_workday(day):
            counted[_held([event for event in events if event.at <= evening])] += 1
        day += ONE_DAY
    return Clock(counted["own"], counted["reviewer"], counted["suspended"])


REPORTS = {"report": 1, "WITHDRAWN": 1, "APPROVED": -1, "RETURNED": -1}
HOLDERS = {
    "ask COMPLETE": "reviewer",
    "REFUSED COMPLETE": "own",
    "GRANTED COMPLETE": "",
    "GRANTED REOPEN": "own",
    "measures.suspend": "suspended",
    "measures.resume": "own",
    "measures.cancel": "",
}


def _held(so_far: list[Event]) -> str:
    """Who holds the turn after these events."""
    waiting = sum(REPORTS.get(event.what, 0) for event in so_far) + _objections(so_far)
    turns = [HOLDERS[event.what] for event in so_far if event.what in HOLDERS]
    holder = turns[-1] if turns else "own"
    return "reviewer" if waiting and holder == "own" else holder


def _objections(so_far: list[Event]) -> int:
    """How many are confirmed and not decided."""
    confirmed = {e.row["request_id"] for e in so_far if e.what == "VERIFIED OBJECT"}
    ends = ("GRANTED OBJECT", "REFUSED OBJECT")
    return len(confirmed - {e.row["request_id"] for e in so_far if e.what in ends})


def lights_and_clocks_agree(rows: Rows, was: Rows, *, on: date) -> None:
    """Of what has changed; of everything, when a day has passed."""
    calendar = current_calendar()
    for measure in rows.measures:
        if measure["issued_on"] is not None and _is_new(measure, was):
            lights_agree(measure, rows, calendar, on=on)
            clocks_agree(measure, rows, calendar, on=on)


def _is_new(measure: Row, was: Rows) -> bool:
    before: Any = was.tables["Measure"].get(measure["id"])
    return bool(before is None or before != measure)
