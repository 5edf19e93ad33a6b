"""Lights and reasons agree with the slow reference on every day of generated histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper
from django.utils import translation
from hypothesis import Phase, given, settings

from apps.measures import lights, operations
from apps.measures.lights import Light
from apps.measures.models import Basis, Cadence, LightRule, Measure, Milestone, State, Thresholds
from apps.measures.operations.family import follow_part, load_parts
from tests.conftest import a_plan, at, evidence, fresh
from tests.measures.histories import CALENDAR, OUTLINES, Chapter, Outline, chapters
from tests.measures.reference import TARGET, Life, PartOf, Report
from tests.measures.stories_of_rest import put_into

# --- In memory: every day of many histories ----------------------------------------------


@settings(max_examples=150)
@given(outline=OUTLINES)
def test_light_and_reasons_agree_in_memory(outline):
    life = outline.life()
    for chapter in chapters(outline, life):
        if not chapter.days:
            continue
        measure, milestones = as_known(life, chapter.days[0])
        for day in chapter.days:
            assert lights.light_of(measure, on=day) == life.light(day), day
            assert said(measure, milestones, day) == life.reasons(day), day


def as_known(life: Life, on: date) -> tuple[Measure, list[Milestone]]:
    """The measure as it stands at the end of a day, by the reference's own account."""
    if not life.is_issued(on):
        return Measure(state=State.PROPOSED, due_on=life.due_on), []
    owed = [day for day in life.report_days(on + timedelta(days=200))]
    waiting = life.application(on)
    measure = Measure(
        state=state_of(life, on),
        completion_applied_on=waiting.on if waiting else None,
        review_workdays=life.review_workdays(on),
        basis=life.basis,
        cadence=life.cadence,
        due_on=life.due_on,
        original_due_on=life.due_on,
        issued_on=life.issued_on,
        acknowledge_due_on=CALENDAR.add(life.issued_on, 2),
        reported_progress=Decimal(life.progress(on)) / 100,
        next_report_due_on=next(day for day in owed if day > life.answered_until(on)),
    )
    measure.parts = [part_as_known(part, n) for n, part in enumerate(life.parts, start=1)]
    milestones = [Milestone(due_on=step.due_on, weight=step.weight) for step in life.steps]
    with_dates(
        measure,
        lights.dates_of(measure, milestones, calendar=CALENDAR, thresholds=thresholds(life)),
    )
    return measure, milestones


def state_of(life: Life, on: date) -> State:
    if life.is_closed(on):
        return State.CLOSED
    if life.application(on):
        return State.COMPLETING
    return State.IN_PROGRESS if life.is_acknowledged(on) else State.ISSUED


def thresholds(life: Life) -> Thresholds:
    """The reference's rule as the code takes it."""
    rule = life.rule
    return Thresholds(rule.due_soon, Decimal(rule.behind) / 100, Decimal(rule.far_behind) / 100)


def part_as_known(part: PartOf, number: int) -> Measure:
    measure = Measure(
        pk=number,
        basis=Basis.MILESTONES if part.steps else Basis.ESTIMATE,
        issued_on=part.issued_on,
        due_on=part.due_on,
        weight=part.weight,
        suspended_on=part.rests_from,
    )
    steps = [Milestone(due_on=step.due_on, weight=step.weight) for step in part.steps]
    measure._prefetched_objects_cache = {"milestones": steps}
    return measure


def with_dates(measure: Measure, dates: dict[str, date | None]) -> None:
    """Give the measure its dates, and the two columns that the database makes of them."""
    for column, day in dates.items():
        setattr(measure, column, day)
    for column, colour in (("red_from_on", Light.RED), ("yellow_from_on", Light.YELLOW)):
        begins = [dates[c] for c, of in lights.REASONS.items() if of is colour and dates[c]]
        setattr(measure, column, min(begins, default=None))


def said(measure: Measure, milestones: list[Milestone], day: date) -> list[str]:
    with translation.override("en"):
        return lights.reasons(measure, milestones, on=day, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("hundredths", "light"),
    [(4001, "GREEN"), (4000, "YELLOW"), (2000, "YELLOW"), (1999, "RED")],
)
def test_ten_points_behind_are_yellow_and_more_than_thirty_red(hundredths, light):
    """29 of 58 days are gone on 31 March: half is expected."""
    issued_on, report_due = date(2026, 3, 2), date(2026, 3, 31)
    life = Life(CALENDAR, "ESTIMATE", "MONTHLY", [], issued_on + timedelta(58), issued_on)
    life.acknowledged_on = issued_on
    life.submit(Report(report_due, percent=hundredths))
    measure, _milestones = as_known(life, report_due)
    day_after = report_due + timedelta(days=1)
    assert lights.light_of(measure, on=report_due) == life.light(report_due) == "GREEN"
    assert lights.light_of(measure, on=day_after) == life.light(day_after) == light


def test_reasons_outlive_a_changed_calendar():
    """Dates are recomputed after a notice is entered; until then a page must not fail."""
    measure = Measure(
        state=State.IN_PROGRESS,
        basis=Basis.ESTIMATE,
        cadence="MONTHLY",
        issued_on=date(2027, 1, 4),
        due_on=date(2027, 2, 26),
        reported_progress=Decimal(0),
        next_report_due_on=date(2027, 1, 29),
    )
    with_dates(measure, lights.dates_of(measure, [], calendar=CALENDAR, thresholds=Thresholds()))
    assert measure.behind_from_on == date(2027, 1, 30)
    changed = replace(CALENDAR, make_up_days=CALENDAR.make_up_days | {date(2027, 1, 30)})
    with translation.override("en"):
        sentences = lights.reasons(measure, [], on=date(2027, 1, 30), calendar=changed)
    assert "47.17 points behind: 47.17% expected by 29 Jan, 0% reported" in sentences


# --- Through the operations and the database ---------------------------------------------


def enter_rule(outline: Outline) -> None:
    """The thresholds of the history, as if they had always been in force."""
    said = thresholds(outline.life())
    LightRule.objects.create(
        number=LightRule.objects.count() + 1,
        from_on=date(2025, 1, 1),
        **vars(said),
        reason="a test",
        at=at(date(2025, 1, 1)),
    )


class Office:
    """Does to a real measure what the history says, and keeps the versions it had."""

    def __init__(self, cast, clause, outline):
        self.cast, self.clause, self.outline = cast, clause, outline
        self.people = {name: cast[name] for name in ("supervisor", "director", "liaison")}
        self.proof = evidence(cast)
        self.measure: Measure | None = None
        self.reports: dict[int, operations.ProgressReport] = {}
        self.weekly = outline.cadence == Cadence.WEEKLY
        enter_rule(outline)

    def follow(self, chapter: Chapter, life: Life, day: date) -> None:
        act = getattr(self, chapter.kind.replace(" ", "_"))
        act(chapter, life, at(day))

    def plan(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        plan = a_plan(
            self.cast,
            basis=Basis.ESTIMATE if life.basis == "CHILDREN" else life.basis,
            target_quantity=Decimal(TARGET) if life.basis == Basis.QUANTITY else None,
            quantity_unit="台" if life.basis == Basis.QUANTITY else "",
            cadence=Cadence.MONTHLY if self.weekly else life.cadence,
            due_on=None if self.outline.in_workdays else life.due_on,
            due_workdays=self.outline.deadline if self.outline.in_workdays else None,
            milestones=[
                operations.MilestonePlan(f"step {n}", step.due_on, step.weight)
                for n, step in enumerate(life.steps)
            ],
        )
        self.measure = operations.draft_measure(
            plan,
            code=f"history-{Measure.objects.count()}",
            clauses=[self.clause],
            by=self.people["supervisor"],
            at=moment,
        )
        self.do(operations.propose_measure, "supervisor", moment)

    def issue(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        because = "it is urgent" if self.weekly else None
        self.measure = operations.issue_measure(
            self.measure,
            weekly_because=because,
            seen=self.version,
            by=self.people["director"],
            at=moment,
        )

    def acknowledge(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        self.do(operations.acknowledge_measure, "liaison", moment)

    def break_down(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        parts = [
            operations.Part(
                self.cast.agencies["bureau"],
                part.due_on,
                f"part {n}",
                part.weight,
                [operations.MilestonePlan("step", step.due_on) for step in part.steps],
            )
            for n, part in enumerate(life.parts)
        ]
        operations.break_down(
            self.measure, parts, by_parts=True, seen=self.version, by=self.people["liaison"],
            at=moment,
        )  # fmt: skip
        self.parts_rest(life)
        self.measure = fresh(self.measure)

    def parts_rest(self, life: Life) -> None:
        """As granted suspensions would leave them, each from its day on."""
        for child, part in zip(self.measure.children.order_by("pk"), life.parts, strict=True):
            if part.rests_from is not None:
                Measure.objects.filter(pk=child.pk).update(**put_into("SUSPENDED", part.rests_from))
        follow_part(child, CALENDAR, thresholds(life))

    def parts_stand_at(self, *percents: Decimal) -> None:
        """As approved reports on the parts would leave them."""
        for child, percent in zip(self.measure.children.order_by("pk"), percents, strict=True):
            Measure.objects.filter(pk=child.pk).update(approved_progress=percent)

    def report(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        told = chapter.report
        self.parts_stand_at(*(Decimal(percent) / 100 for percent in told.stand))
        steps = list(self.measure.milestones.all())
        account = operations.Account(
            summary="done",
            explanation="because",
            progress=Decimal(told.percent) / 100 if life.basis == Basis.ESTIMATE else None,
            quantity=Decimal(told.percent) if life.basis == Basis.QUANTITY else None,
            reached=frozenset(steps[n].pk for n in told.reached),
            evidence=[self.proof] if told.reached else [],
        )
        self.hand_in(account, told, moment)

    def no_change(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        self.parts_stand_at(*[fresh(self.measure).reported_progress] * len(life.parts))
        self.hand_in(operations.Account(no_change=True), chapter.report, moment)

    def hand_in(self, account: operations.Account, told, moment: datetime) -> None:
        self.reports[id(told)] = operations.submit_report(
            self.measure, account, seen=self.version, by=self.people["liaison"], at=moment
        )

    def approve(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        self.review = operations.approve_report(
            self.reports[id(chapter.report)],
            seen=self.version,
            by=self.people["supervisor"],
            at=moment,
        )

    def send_back(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        self.review = operations.return_report(
            self.reports[id(chapter.report)],
            reason="proof is missing",
            seen=self.version,
            by=self.people["supervisor"],
            at=moment,
        )

    @contextmanager
    def parts_done(self) -> Iterator[None]:
        """Parts are completed before the whole; a history that goes on has them open again."""
        dates = ("completion_applied_on", "closed_on")
        day = self.cast.today
        self.measure.children.update(state=State.CLOSED, **dict.fromkeys(dates, day))
        yield
        self.measure.children.update(state=State.ISSUED, **dict.fromkeys(dates))

    def apply(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        with self.parts_done():
            operations.apply_for_completion(
                self.measure,
                grounds="all of it is done",
                evidence=[self.proof],
                seen=self.version,
                by=self.people["liaison"],
                at=moment,
            )

    def hand_back(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        operations.send_back_completion(
            self.measure,
            reason="proof is missing",
            seen=self.version,
            by=self.people["supervisor"],
            at=moment,
        )

    def close(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        steps = (
            (operations.verify_completion, "supervisor"),
            (operations.close_measure, "director"),
        )
        with self.parts_done():
            for operation, who in steps:
                operation(self.measure, seen=self.version, by=self.people[who], at=moment)

    def withdraw(self, chapter: Chapter, life: Life, moment: datetime) -> None:
        operations.withdraw_review(
            self.review,
            seen=self.version,
            by=self.people["supervisor"],
            at=moment + timedelta(seconds=5),
        )

    def do(self, operation, who: str, moment: datetime) -> None:
        self.measure = operation(self.measure, seen=self.version, by=self.people[who], at=moment)

    @property
    def version(self) -> int:
        return fresh(self.measure).version


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
@given(outline=OUTLINES)
def test_operations_database_and_history_agree(cast, clause, outline):
    with transaction.atomic():  # a failing example leaves the next one a sound transaction
        life, office = outline.life(), Office(cast, clause, outline)
        versions: list[tuple[list[date], int]] = []
        for chapter in chapters(outline, life):
            office.follow(chapter, life, chapter.on)
            if chapter.days:
                agree_now(office.measure, life, chapter.days)
                versions.append((chapter.days, office.version))
        agree_in_history(office.measure, life, versions)


def agree_now(measure: Measure, life: Life, on: list[date]) -> None:
    """Python, SQL, filters and sentences on each day until the next act."""
    measure = fresh(measure)
    load_parts(measure)
    milestones = list(measure.milestones.all())
    by_sql = in_sql(measure, on)
    for day in on:
        light = life.light(day)
        assert lights.light_of(measure, on=day) == light, day
        assert by_sql[day] == (light, [light]), day
        assert said(measure, milestones, day) == life.reasons(day), day
    assert measure.reported_progress == Decimal(life.progress(on[0])) / 100
    assert measure.approved_progress == Decimal(life.progress(on[0], approved=True)) / 100


def in_sql(measure: Measure, on: list[date]) -> dict[date, tuple[str, list[str]]]:
    """For each day: the annotated light, and every light whose filter finds the measure."""
    columns = {f"light_{n}": lights.light_expression(on=day) for n, day in enumerate(on)}
    for n, day in enumerate(on):
        for light in Light:
            found = ExpressionWrapper(lights.in_light(light, on=day), BooleanField())
            columns[f"in_{light}_{n}"] = found
    row = Measure.objects.annotate(**columns).values(*columns).get(pk=measure.pk)
    return {
        day: (row[f"light_{n}"], [light for light in Light if row[f"in_{light}_{n}"]])
        for n, day in enumerate(on)
    }


def agree_in_history(measure: Measure, life: Life, versions) -> None:
    """What the row history kept of each version still tells the light of its own days."""
    rows = Measure.pgh_event_model.objects.filter(pgh_obj_id=measure.pk).order_by("pgh_id")
    kept = {row.version: row for row in rows}
    milestones = list(measure.milestones.all())
    load_parts(measure := fresh(measure))
    for on, version in versions:
        then = Measure()
        then.parts = getattr(measure, "parts", [])
        for field in Measure._meta.concrete_fields:
            if hasattr(kept[version], field.attname):
                setattr(then, field.attname, getattr(kept[version], field.attname))
        with_dates(then, {column: getattr(then, column) for column in lights.REASONS})
        for day in on:
            assert lights.light_of(then, on=day) == life.light(day), day
            assert said(then, milestones, day) == life.reasons(day), day
