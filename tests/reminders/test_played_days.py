"""Days are played one by one; what is planned each morning agrees with the slow reference."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from apps.accounts.models import Deputy, Membership
from apps.core.actor import Role
from apps.kpis.operations import review_observations
from apps.measures import operations
from apps.measures.models import Measure
from apps.measures.operations.following import follow_calendar
from apps.reminders.models import BulletinProposal, Reminder, Urging
from apps.reminders.operations.planning import plan
from apps.workdays.models import CalendarYear
from apps.workdays.operations import enter_notice
from tests.conftest import (
    SET_UP,
    a_plan,
    an_estimate,
    applied,
    at,
    broken_down,
    fresh,
    in_progress,
    issued,
    reported,
)
from tests.kpis.figuring import JANUARY, a_kpi, entered, entry, known
from tests.measures.confirming import confirms, hand_in
from tests.measures.instructing import instructed
from tests.measures.stories_of_others import asked
from tests.measures.stories_of_rest import suspended
from tests.reminders.reference import DAY, LADDERS, Memory, days

BEGINS, ENDS = date(2026, 2, 2), date(2026, 3, 4)
"""Spring Festival: off from 15 to 23 February; 14 and 28 February, two Saturdays, are worked."""


def due(cast, day: int, month: int = 2, **said):
    return an_estimate(cast, due_on=date(2026, month, day), **said)


class Story:
    """What happens to a dozen measures, by the day on which it does."""

    def __init__(self, cast, clause) -> None:
        self.cast, self.clause = cast, clause
        cast.today = BEGINS
        self.late = in_progress(cast, clause, code="late", plan=due(cast, 11))
        self.asked = in_progress(cast, clause, code="asked", plan=due(cast, 12))
        self.hidden = in_progress(cast, clause, code="hidden", plan=due(cast, 13, restricted=True))
        self.whole = in_progress(cast, clause, code="whole", plan=due(cast, 26))
        self.monthly = in_progress(cast, clause, code="monthly")
        steps = [operations.MilestonePlan("第一步", date(2026, 2, 27))]
        plan = a_plan(cast, milestones=steps)
        self.waiting = in_progress(cast, clause, code="waiting", plan=plan)
        self.counted = in_progress(
            cast, clause, code="counted", plan=an_estimate(cast, due_on=None, due_workdays=60)
        )
        self.resting = suspended(cast, clause, code="resting")
        self.unsigned = None
        Measure.objects.filter(pk=self.resting.pk).update(review_on=date(2026, 2, 27))
        self.kpi = a_kpi(cast)
        known(cast, self.kpi, entry(1, JANUARY.moved(-1)))

    def happens(self, on: date) -> None:
        self.cast.today = on
        act = getattr(self, f"on_{on:%m_%d}", None)
        if act:
            act()

    def on_02_03(self) -> None:
        broken_down(self.cast, self.whole, operations.Part(self.cast.agencies["section"]))

    def on_02_05(self) -> None:
        """The Monday after Qingming turns out to be off: what counts in workdays moves."""
        year = CalendarYear.objects.get(year=BEGINS.year)
        enter_notice(
            year.year,
            holidays=[*year.holidays, date(2026, 4, 7)],
            make_up_days=year.make_up_days,
            notice="更正通知",
            seen=year.version,
            by=SET_UP,
            at=self.cast.at(),
        )
        assert follow_calendar(by=SET_UP, at=self.cast.at(11)) > 0

    def on_02_06(self) -> None:
        reported(self.cast, self.monthly)
        applied(self.cast, self.clause, code="done", plan=an_estimate(self.cast))

    def on_02_09(self) -> None:
        reported(self.cast, self.waiting, no_change=True)
        asked(self.cast, self.monthly)
        asked(self.cast, self.monthly, of="bureau", of_leader=True)

    def on_02_10(self) -> None:
        self._ask_extension(self.asked, date(2026, 3, 3))
        self.figures = entered(self.cast, self.kpi, entry(1, JANUARY))

    def on_02_11(self) -> None:
        instructed(self.cast, self.monthly)
        self.unsigned = issued(self.cast, self.clause, code="unsigned", plan=due(self.cast, 30, 6))

    def on_02_12(self) -> None:
        done = Measure.objects.get(code="done")
        said = {"seen": done.version, "by": self.cast["supervisor"], "at": self.cast.at()}
        operations.verify_completion(done, **said)
        mine = Membership.objects.filter(user=self.cast.users["liaison"])
        mine.update(to_on=self.cast.today)

    def on_02_13(self) -> None:
        report = self.monthly.reports.get()
        said = {"by": self.cast["supervisor"], "at": self.cast.at()}
        seen = fresh(self.monthly).version
        operations.return_report(report, reason="缺材料", seen=seen, **said)

    def on_02_24(self) -> None:
        """The stranger takes the liaison's post over; the director is away."""
        successor = {"agency": self.cast.agencies["bureau"], "role": Role.LIAISON}
        Membership.objects.create(
            user=self.cast.users["stranger"], from_on=self.cast.today, **successor
        )
        Deputy.objects.create(
            absent=self.cast.users["director"],
            deputy=self.cast.users["second_supervisor"],
            role=Role.DIRECTOR,
            from_on=self.cast.today,
            to_on=date(2026, 2, 27),
        )
        said = {"by": self.cast["owner"], "at": self.cast.at()}
        review_observations(self.figures, "APPROVED", **said)

    def on_02_26(self) -> None:
        said = {"seen": fresh(self.asked).version, "by": self.cast["director"]}
        operations.extend_deadline(self.asked, **said, at=self.cast.at())
        confirms(self.cast)
        hand_in(self.cast, self.late, by="stranger", summary="已完成大半", progress=Decimal(50))

    def _ask_extension(self, measure: Measure, due_on: date) -> None:
        said = {"grounds": "施工许可推迟", "seen": fresh(measure).version}
        by = {"by": self.cast["liaison"], "at": self.cast.at()}
        operations.ask_extension(measure, due_on=due_on, **said, **by)


def written(after: int) -> set[tuple[str, int, date, int, str]]:
    rows = Reminder.objects.filter(pk__gt=after)
    return set(rows.values_list("cause", "subject_id", "owed_on", "step", "recipient__username"))


def last() -> int:
    return Reminder.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def play(story: Story, *, until: date, asleep: Collection[date] = ()) -> set[str]:
    """Every morning agrees with the reference; returns the causes that were seen."""
    memory, causes = Memory(), set()
    for on in days(BEGINS - DAY, until):
        if on not in asleep:
            expected, before = memory.morning(on), last()
            assert plan(on=on, at=at(on, 6)).total == len(expected)
            assert written(before) == expected, on
            causes |= {cause for cause, *_rest in expected}
        story.happens(on)
    return causes


def steps_urged(measure: Measure) -> list[int]:
    return list(
        Urging.objects.filter(measure=measure).order_by("id").values_list("step", flat=True)
    )


def test_a_month_agrees_with_the_reference(cast, clause):
    story = Story(cast, clause)
    assert play(story, until=ENDS) == set(LADDERS)
    assert plan(on=ENDS, at=at(ENDS, 7)).total == 0
    assert steps_urged(story.late) == [1, 3, 5]
    assert BulletinProposal.objects.filter(measure=story.late).count() == 1
    numbers = Urging.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_after_three_days_asleep_the_highest_step_goes_out_once(cast, clause):
    story, asleep = Story(cast, clause), set(days(date(2026, 2, 10), date(2026, 2, 13)))
    play(story, until=date(2026, 2, 14), asleep=asleep)
    assert steps_urged(story.late) == [3]
    sent = Reminder.objects.filter(measure=story.late, step__gt=0, cause="deadline")
    assert set(sent.values_list("step", flat=True)) == {3}
