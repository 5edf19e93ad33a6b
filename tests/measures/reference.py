"""The slow reference: lights and reasons told day by day, straight from the rules in words.

It shares nothing with `lights.py` and `periods.py`: no stored date, only what happened and the
calendar's answer whether a day is a workday. Reports and deadlines are looked for one day at a
time, so it is slow, and easy to check against the rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)
TARGET = 7_000
"""Of a measure on the basis quantity; reported figures go beyond it."""
MONTHS_A_PERIOD = {"MONTHLY": 1, "QUARTERLY": 3}


@dataclass(frozen=True)
class Rule:
    """When lights turn: workdays before the deadline, hundredths of a point behind."""

    due_soon: int = 5
    behind: int = 1_000
    far_behind: int = 3_000


@dataclass
class Step:
    """A milestone: due on a day, with a weight."""

    due_on: date
    weight: int = 1


@dataclass
class PartOf:
    """A part of the whole, with its own deadline and weight; by its steps if it has any."""

    issued_on: date
    due_on: date
    weight: int
    steps: list[Step] = field(default_factory=list)
    rests_from: date | None = None
    """From that day on it is suspended, and nothing more is expected of it."""

    def expected(self, on: date) -> int:
        if self.rests_from is not None and on > self.rests_from:
            return self.expected(self.rests_from)
        if self.steps:
            due = sum(step.weight for step in self.steps if step.due_on <= on)
            return rounded(due, sum(step.weight for step in self.steps))
        if on >= self.due_on:
            return 10_000
        return rounded((on - self.issued_on).days, (self.due_on - self.issued_on).days)


@dataclass
class Report:
    """A report as submitted; `percent` in hundredths on an estimate, the figure on a quantity.

    `stand` is how far each part was then, where the whole goes by its parts.
    """

    on: date
    percent: int | None = None
    reached: frozenset[int] = frozenset()
    no_change: bool = False
    stand: tuple[int, ...] = ()
    returned_on: date | None = None
    approved_on: date | None = None
    answers_until: date | None = None

    def stands(self, on: date) -> bool:
        return self.on <= on and (self.returned_on is None or self.returned_on > on)


@dataclass
class Application:
    """Completion was applied for on a day; sent back or closed on another, or it waits."""

    on: date
    sent_back_on: date | None = None
    closed_on: date | None = None
    skipped: list[date] = field(default_factory=list)
    """The report days that were not asked for, because the reviewer had the turn."""

    def waits(self, on: date) -> bool:
        ended = self.sent_back_on or self.closed_on
        return self.on <= on and (ended is None or ended > on)


@dataclass
class Life:
    """What happened to one measure, and when. Days on which nothing happened are None."""

    calendar: Calendar
    basis: str
    cadence: str
    steps: list[Step] = field(default_factory=list)
    due_on: date | None = None
    issued_on: date | None = None
    acknowledged_on: date | None = None
    reports: list[Report] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    rule: Rule = field(default_factory=Rule)
    parts: list[PartOf] = field(default_factory=list)
    original_due_on: date | None = None
    """Where an extension has moved the deadline since."""
    going_on_since: date | None = None
    """Since it was reopened or resumed: reports are owed as after the issue."""
    rested: int = 0
    """Days in which nothing was expected, because it was suspended."""

    # --- workdays and report due dates, one day at a time ---

    def workdays_after(self, start: date, end: date) -> int:
        """Workdays in (start, end]; 0 when there is none."""
        return sum(self.calendar.is_workday(day) for day in days(start + ONE_DAY, end))

    def is_report_day(self, day: date) -> bool:
        """The last workday of a week from Monday to Sunday, of a month, or of a quarter."""
        if self.cadence == "WEEKLY":
            if not self.calendar.is_workday(day):
                return False
            return not self.workdays_after(day, day + (6 - day.weekday()) * ONE_DAY)
        if not self.calendar.is_workday(day) or day.month % MONTHS_A_PERIOD[self.cadence]:
            return False
        later = day + ONE_DAY
        while later.month == day.month:
            if self.calendar.is_workday(later):
                return False
            later += ONE_DAY
        return True

    def report_days(self, until: date) -> list[date]:
        """Those at least ten workdays after the issue, five where weekly, up to `until`."""
        start = self.going_on_since or self.issued_on
        assert start is not None
        settling = 5 if self.cadence == "WEEKLY" else 10
        return [
            day
            for day in days(start, until)
            if self.is_report_day(day) and self.workdays_after(start, day) >= settling
        ]

    def period_end(self, day: date) -> date:
        """The first report day of the calendar that is not before `day`."""
        while not self.is_report_day(day):
            day += ONE_DAY
        return day

    # --- reports ---

    def submit(self, report: Report) -> Report:
        """The report answers all that was missed; else its own period, if that is owed."""
        until = self.answered_until(report.on)
        owed = [day for day in self.report_days(report.on + timedelta(days=200)) if day > until]
        missed = [day for day in owed if day < report.on]
        current = self.period_end(report.on)
        if missed:
            until = missed[-1]
        elif current in owed:
            until = current
        report.answers_until = until
        self.reports.append(report)
        return report

    def answered_until(self, on: date) -> date:
        """The latest report that stands speaks for its period and for all before it.

        So does a skipped report day, where nothing before the application is missing.
        """
        standing = self.standing(on)
        until = standing[-1].answers_until or date.min if standing else date.min
        for back in self.sent_back(on):
            if back.skipped and not self.missing(until, back.skipped[0]):
                until = max(until, back.skipped[-1])
        return until

    def missing(self, until: date, before: date) -> list[date]:
        """The report days after `until` and before `before`."""
        return [day for day in self.report_days(before - ONE_DAY) if day > until]

    def begin_again(self, on: date) -> None:
        """What is owed is owed from that day on: no report so far answers any of it."""
        self.going_on_since = on
        self.applications = []
        for report in self.reports:
            report.answers_until = None

    # --- completion ---

    def application(self, on: date) -> Application | None:
        """The one that waits on that day."""
        return next((one for one in self.applications if one.waits(on)), None)

    def is_closed(self, on: date) -> bool:
        return any(one.closed_on is not None and one.closed_on <= on for one in self.applications)

    def sent_back(self, on: date) -> list[Application]:
        back = [one for one in self.applications if one.sent_back_on is not None]
        return [one for one in back if one.sent_back_on <= on]

    def send_back(self, on: date) -> None:
        """Report days since the application are skipped, unless one before was missing."""
        waiting, until = self.application(on), self.answered_until(on)
        assert waiting is not None
        if not self.missing(until, waiting.on):
            waiting.skipped = self.missing(until, on)
        waiting.sent_back_on = on

    def review_workdays(self, on: date) -> int:
        """Workdays at whose end the reviewer had the turn, of what was sent back by then."""
        return sum(
            self.workdays_after(one.on - ONE_DAY, one.sent_back_on - ONE_DAY)
            for one in self.sent_back(on)
        )

    def last_day(self, on: date) -> date:
        """The deadline, later by each workday that was the reviewer's."""
        assert self.due_on is not None
        day = self.due_on
        for _workday in range(self.review_workdays(on)):
            day += ONE_DAY
            while not self.calendar.is_workday(day):
                day += ONE_DAY
        return day

    def is_done(self, on: date) -> bool:
        """Every step is reached; an estimate has none."""
        reached = {n for report in self.standing(on) for n in report.reached}
        return self.basis != "MILESTONES" or len(reached) == len(self.steps)

    def waiting_reports(self) -> list[Report]:
        return [r for r in self.reports if r.returned_on is None and r.approved_on is None]

    # --- progress ---

    def standing(self, on: date) -> list[Report]:
        return [report for report in self.reports if report.stands(on)]

    def progress(self, on: date, *, approved: bool = False) -> int:
        """Hundredths of a percent that stand on that day."""
        reports = self.standing(on)
        if approved:
            reports = [r for r in reports if r.approved_on is not None and r.approved_on <= on]
        if self.basis == "MILESTONES":
            reached = {n for report in reports for n in report.reached}
            return self.share(sum(self.steps[n].weight for n in reached))
        said = [report.percent for report in reports if not report.no_change]
        if self.basis == "QUANTITY":
            said = [min(rounded(figure or 0, TARGET), 10_000) for figure in said]
        return (said[-1] or 0) if said else 0

    def share(self, weight: int) -> int:
        return rounded(weight, sum(step.weight for step in self.steps))

    def mean(self, percents: Sequence[int]) -> int:
        """Of a figure of each part, by the parts' weights."""
        weighed = sum(p.weight * each for p, each in zip(self.parts, percents, strict=True))
        whole = sum(part.weight for part in self.parts)
        return (2 * weighed + whole) // (2 * whole)

    def expected(self, on: date) -> int:
        """Hundredths of a percent that ought to be done on that day."""
        assert self.issued_on is not None
        assert self.due_on is not None
        if self.basis == "CHILDREN":
            return self.mean([part.expected(on) for part in self.parts])
        if self.basis == "MILESTONES":
            return self.share(sum(step.weight for step in self.steps if step.due_on <= on))
        if on >= self.due_on:
            return 10_000
        start = self.issued_on + timedelta(days=self.rested)
        return rounded(max((on - start).days, 0), (self.due_on - start).days)

    # --- the light, and why ---

    def light(self, on: date) -> str:
        colours = [colour for colour, _said in self.findings(on)]
        if not self.is_issued(on):
            return "GREY"
        if self.is_closed(on):
            return "BLUE"
        if colours:
            return "RED" if "RED" in colours else "YELLOW"
        return "GREEN" if self.is_acknowledged(on) else "GREY"

    def reasons(self, on: date) -> list[str]:
        """The sentences in English, red ones first."""
        found = list(self.findings(on))
        return [s for c, s in found if c == "RED"] + [s for c, s in found if c == "YELLOW"]

    def is_issued(self, on: date) -> bool:
        return self.issued_on is not None and self.issued_on <= on

    def is_acknowledged(self, on: date) -> bool:
        return self.acknowledged_on is not None and self.acknowledged_on <= on

    def findings(self, on: date) -> Iterator[tuple[str, str]]:
        if not self.is_issued(on) or self.is_closed(on):
            return
        if waiting := self.application(on):
            yield from self.find_late_application(waiting, on)
            return
        overdue = list(self.find_deadline(on))
        if not self.is_acknowledged(on):
            yield from overdue
            yield from self.find_unacknowledged(on)
            return
        behind, missed = list(self.find_behind(on)), list(self.find_missed(on))
        yield from overdue
        yield from behind
        yield from missed

    def find_deadline(self, on: date) -> Iterator[tuple[str, str]]:
        assert self.due_on is not None
        last_day, review = self.last_day(on), self.not_counted(on)
        if on > last_day:
            late = self.workdays_after(last_day, on)
            said = f"Overdue by {counted(late, 'workday')}" if late else "Deadline has passed"
            yield "RED", f"{said}; original deadline {short(self.first_due_on)}{review}"
        elif (left := self.workdays_after(on, last_day)) <= self.rule.due_soon:
            if left:
                yield "YELLOW", f"Due in {counted(left, 'workday')}{review}"
            elif on == last_day:
                yield "YELLOW", f"Due today{review}"
            else:
                yield "YELLOW", f"No workday left before the deadline{review}"

    def find_late_application(self, waiting: Application, on: date) -> Iterator[tuple[str, str]]:
        assert self.due_on is not None
        last_day = self.last_day(on)
        if waiting.on <= last_day:
            return
        late = self.workdays_after(last_day, waiting.on)
        how = f"{counted(late, 'workday')} late" if late else "after the deadline"
        yield (
            "RED",
            f"Completion applied for {how}; original deadline {short(self.first_due_on)}"
            f"{self.not_counted(on)}",
        )

    @property
    def first_due_on(self) -> date:
        day = self.original_due_on or self.due_on
        assert day is not None
        return day

    def not_counted(self, on: date) -> str:
        review = self.review_workdays(on)
        return f"; {counted(review, 'workday')} in review not counted" if review else ""

    def find_unacknowledged(self, on: date) -> Iterator[tuple[str, str]]:
        assert self.issued_on is not None
        by = self.issued_on
        while self.workdays_after(self.issued_on, by) < 2:
            by += ONE_DAY
        if on > by:
            yield "YELLOW", f"Not acknowledged; was to be by {short(by)}"

    def find_behind(self, on: date) -> Iterator[tuple[str, str]]:
        past = self.report_days(on - ONE_DAY)
        if not past:
            return
        expected, done = self.expected(past[-1]), self.progress(on)
        if expected - done < self.rule.behind:
            return
        yield (
            "RED" if expected - done > self.rule.far_behind else "YELLOW",
            f"{percent(expected - done)} points behind: {percent(expected)}% expected by "
            f"{short(past[-1])}, {percent(done)}% reported",
        )

    def find_missed(self, on: date) -> Iterator[tuple[str, str]]:
        until = self.answered_until(on)
        missed = [day for day in self.report_days(on - ONE_DAY) if day > until]
        if len(missed) == 1:
            yield "YELLOW", f"1 report missing, it was due {short(missed[0])}"
        elif missed:
            yield (
                "RED",
                f"{len(missed)} reports missing, the first was due {short(missed[0])}",
            )


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def rounded(part: int, whole: int) -> int:
    """part/whole in hundredths of a percent, halves up."""
    return (20_000 * part + whole) // (2 * whole) if whole else 0


def percent(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def short(day: date) -> str:
    return f"{day.day} {day:%b}"
