"""Generated histories of a measure: from issue over reports and reviews to weeks of silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from apps.workdays.arithmetic import Calendar
from apps.workdays.operations import days_known_for
from tests.measures.reference import Application, Life, PartOf, Report, Rule, Step, days

SILENCE = timedelta(weeks=8)
KNOWN = [days_known_for(year) for year in (2025, 2026)]
CALENDAR = Calendar.of(
    holidays=(day for off, _worked in KNOWN for day in off),
    make_up_days=(day for _off, worked in KNOWN for day in worked),
    official_years=(2025, 2026),
)
"""As the fixture `calendar` has it: statutory days of 2025 and 2026, 2027 provisional."""


@dataclass(frozen=True)
class Act:
    """Something that happens `after` days: a report, its review, or a step of completion.

    `withdrawn`: the review is taken back at once.
    """

    after: int
    kind: str
    pick: int
    percent: int
    withdrawn: bool = False


@dataclass(frozen=True)
class Outline:
    """What is decided by chance about a history."""

    issued_on: date
    acknowledged_after: int | None
    basis: str
    cadence: str
    deadline: int
    in_workdays: bool
    steps: list[tuple[int, int]]
    parts: list[tuple[int, int, list[int], int | None]]
    """Of each part: its share of the time left, its weight, where its steps lie in it, and where
    it begins to rest, if it does.
    """
    acts: list[Act]
    rule: Rule = Rule()

    def due_on(self) -> date:
        if not self.in_workdays:
            return self.issued_on + timedelta(days=self.deadline)
        day, left = self.issued_on, self.deadline
        while left:
            day += timedelta(days=1)
            left -= CALENDAR.is_workday(day)
        return day

    def life(self) -> Life:
        """The planned measure, not issued yet."""
        due_on = self.due_on()
        whole = (due_on - self.issued_on).days
        steps = [
            Step(self.issued_on + timedelta(days=whole * part // 100), weight)
            for part, weight in self.steps
        ]
        return Life(CALENDAR, self.basis, self.cadence, steps, due_on, rule=self.rule)

    def parts_from(self, start: date, due_on: date) -> list[PartOf]:
        """The parts that the lead makes of it on a day before the deadline."""
        found = []
        for share, weight, places, rest in self.parts:
            time = max((due_on - start).days * share // 100, 1)
            steps = [Step(start + timedelta(days=time * place // 100)) for place in places]
            rests_from = None if rest is None else start + timedelta(days=time * rest // 100)
            end = start + timedelta(days=time)
            found.append(PartOf(start, end, weight, steps, rests_from))
        return found


ACTS = st.builds(
    Act,
    after=st.one_of(st.integers(0, 12), st.integers(0, 50)),
    kind=st.sampled_from(
        ["report", "report", "report", "no change", "send back", "approve"]
        + ["apply", "apply", "hand back", "close"]
    ),
    pick=st.integers(0, 31),
    percent=st.integers(0, 10_000),
    withdrawn=st.sampled_from([False, False, True]),
)
BACK_AND_FORTH = st.tuples(
    st.builds(Act, st.integers(0, 40), st.just("apply"), st.just(0), st.just(0)),
    st.builds(Act, st.integers(0, 70), st.just("hand back"), st.just(0), st.just(0)),
)
"""An application and its end, often over a report day or the deadline."""
OUTLINES = st.builds(
    Outline,
    issued_on=st.dates(date(2026, 1, 5), date(2026, 12, 20)),
    acknowledged_after=st.one_of(st.integers(0, 12), st.integers(0, 12), st.none()),
    basis=st.sampled_from(["MILESTONES", "ESTIMATE", "QUANTITY", "CHILDREN"]),
    cadence=st.sampled_from(["MONTHLY", "MONTHLY", "QUARTERLY", "WEEKLY"]),
    deadline=st.integers(1, 220),
    in_workdays=st.booleans(),
    steps=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 5)), min_size=1, max_size=5),
    parts=st.lists(
        st.tuples(
            st.integers(0, 100),
            st.integers(1, 5),
            st.lists(st.integers(0, 100), max_size=2),
            st.one_of(st.none(), st.integers(0, 100)),
        ),
        min_size=1,
        max_size=3,
    ),
    acts=st.lists(
        st.one_of(st.tuples(ACTS), st.tuples(*[ACTS] * 4), BACK_AND_FORTH), max_size=9
    ).map(lambda parts: [act for part in parts for act in part]),
    rule=st.sampled_from([Rule(), Rule(), Rule(0, 1, 10_000), Rule(12, 2_050, 2_050)]),
)


@dataclass(frozen=True)
class Chapter:
    """After one act: the days until the next one, on which nothing more happens."""

    kind: str
    on: date
    days: list[date]
    report: Report | None = None


def chapters(outline: Outline, life: Life) -> Iterator[Chapter]:
    """Let the history happen in the reference, act by act; the caller follows with its own."""
    happening = _happening(outline, life)
    kind, day, report = next(happening)
    for next_kind, next_day, next_report in happening:
        yield Chapter(kind, day, list(days(day, next_day - timedelta(days=1))), report)
        kind, day, report = next_kind, next_day, next_report
    yield Chapter(kind, day, list(days(day, day + SILENCE)), report)


def _happening(outline: Outline, life: Life) -> Iterator[tuple[str, date, Report | None]]:
    life.issued_on = outline.issued_on
    yield "plan", outline.issued_on - timedelta(days=3), None
    yield "issue", outline.issued_on, None
    if outline.acknowledged_after is None:
        return
    life.acknowledged_on = day = outline.issued_on + timedelta(days=outline.acknowledged_after)
    yield "acknowledge", day, None
    if life.basis == "CHILDREN":
        yield from _broken_down(outline, day, life)
    for act in outline.acts:
        day += timedelta(days=act.after)
        yield from _one(act, day, life)


def _broken_down(outline: Outline, day: date, life: Life) -> Iterator[tuple[str, date, None]]:
    """On the day it is acknowledged; too late for parts, it goes on by estimate."""
    assert life.due_on is not None
    if day >= life.due_on:
        life.basis = "ESTIMATE"
        return
    life.parts = outline.parts_from(day, life.due_on)
    yield "break down", day, None


def _one(act: Act, day: date, life: Life) -> Iterator[tuple[str, date, Report | None]]:
    """The act, where the measure's state knows it."""
    if life.is_closed(day):
        return
    completing = life.application(day) is not None
    if act.kind in ("report", "no change"):
        if not completing:
            no_change = act.kind == "no change"
            reached = frozenset() if no_change else _newly_reached(act, day, life)
            stand = _stand(act, life)
            percent = life.mean(stand) if stand else act.percent
            report = Report(day, percent, reached, no_change, stand)
            yield act.kind, day, life.submit(report)
    elif act.kind in ("send back", "approve"):
        yield from _review(act, day, life)
    elif completing == (act.kind != "apply"):
        yield from _complete(act.kind, day, life)


def _stand(act: Act, life: Life) -> tuple[int, ...]:
    """How far each part is by then."""
    return tuple((act.percent * n + 997 * act.pick) % 10_001 for n in range(len(life.parts)))


def _review(act: Act, day: date, life: Life) -> Iterator[tuple[str, date, Report | None]]:
    waiting = life.waiting_reports()
    if not waiting:
        return
    report = waiting[act.pick % len(waiting)]
    if act.kind == "send back":
        report.returned_on = day
    else:
        report.approved_on = day
    yield act.kind, day, report
    if act.withdrawn:
        report.returned_on = report.approved_on = None
        yield "withdraw", day, report


def _complete(kind: str, day: date, life: Life) -> Iterator[tuple[str, date, Report | None]]:
    """Apply for completion, have it handed back, or have it verified and closed."""
    if kind == "hand back":
        life.send_back(day)
    elif not life.is_done(day) or (kind == "close" and life.waiting_reports()):
        return
    elif kind == "apply":
        life.applications.append(Application(day))
    else:
        life.applications[-1].closed_on = day
    yield kind, day, None


def _newly_reached(act: Act, day: date, life: Life) -> frozenset[int]:
    """Some of the steps still open, by the bits of `pick`."""
    if life.basis != "MILESTONES":
        return frozenset()
    done = {n for report in life.standing(day) for n in report.reached}
    return frozenset(n for n in range(len(life.steps)) if act.pick >> n & 1 and n not in done)
