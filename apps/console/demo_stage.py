"""The stage of the demo: its days and people, and each act through the operation people use."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile

from apps.accounts.models import User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.console.demo_files import content_of
from apps.console.demo_story import LIAISONS, NOTE
from apps.console.demo_story.words import Report, Story, When
from apps.measures import operations, periods
from apps.measures.models import Cadence, Evidence, Measure, ProgressReport
from apps.policies.models import Clause
from apps.workdays.arithmetic import Calendar

IN_POST_SINCE = timedelta(days=400)
LEAD_TIME_WORKDAYS = 12
"""From the issue to the first report due: the 10 settling workdays, and 2 to spare."""

Act = tuple[datetime, Callable[[], object]]


def moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(settings.TIME_ZONE))


@dataclass
class Stage:
    """The days and people that the stories refer to."""

    as_of: date
    calendar: Calendar
    users: dict[str, User]
    standings: dict[str, Standing] = field(default_factory=dict)

    def everything(self, stories: Iterable[Story]) -> Iterator[Act]:
        """What happens in all the stories, each act with its moment, in no order yet."""
        for story in stories:
            yield from self.acts(story)

    def acts(self, story: Story) -> Iterator[Act]:
        """What happens to one measure, each act with its moment."""
        issued = self.day(story.issued) if story.issued else None
        proposed = self.calendar.add(issued, -1) if issued else self.day(story.proposed)
        yield self._act(proposed, 9, lambda at: self.draft(story, at))
        yield self._act(proposed, 10, lambda at: self.propose(story, at))
        if story.proposal_returned:
            day = self.calendar.add(proposed, 1)
            yield self._act(day, 14, lambda at: self.return_proposal(story, at))
        if issued is None:
            return
        yield self._act(issued, 9, lambda at: self.issue(story, at))
        if story.acknowledged:
            day = self.calendar.add(issued, 1)
            yield self._act(day, 9, lambda at: self.acknowledge(story, at))
        yield from self._reports(story)

    def _reports(self, story: Story) -> Iterator[Act]:
        due = self.report_dues()
        first = story.issued.number if story.issued else 0
        for n, report in enumerate(story.reports):
            yield from self._report(story, report, due[n - first], hours=(10, 15))
        if story.latest:
            yesterday = self.calendar.add(self.as_of, -1)
            yield from self._report(story, story.latest, yesterday, hours=(16, 17))

    def _report(
        self, story: Story, report: Report, day: date, *, hours: tuple[int, int]
    ) -> Iterator[Act]:
        submitted, reviewed = hours
        yield self._act(day, submitted, lambda at: self.report(story, report, at))
        if not report.waits:
            yield self._act(day, reviewed, lambda at: self.review(story, report, at))

    def _act(self, day: date, hour: int, do: Callable[[datetime], object]) -> Act:
        at = moment(day, hour)
        return at, lambda: do(at)

    # --- Days and people ---

    def day(self, when: When) -> date:
        match when.unit:
            case "days":
                return self.as_of + timedelta(days=when.number)
            case "workdays":
                return self.calendar.add(self.as_of, when.number)
            case "report_due":
                return self.report_dues()[when.number]
        return self.calendar.add(self.report_dues()[-when.number], -LEAD_TIME_WORKDAYS)

    def report_dues(self) -> list[date]:
        """Every monthly report due date of the past year, the last one at the end."""
        due = periods.due_on_or_after(self.as_of - IN_POST_SINCE, Cadence.MONTHLY, self.calendar)
        dues = []
        while due < self.as_of:
            dues.append(due)
            due = periods.due_after(due, Cadence.MONTHLY, self.calendar)
        return dues

    def who(self, username: str) -> Standing:
        """A person's standing; nobody's changes during the story."""
        if username not in self.standings:
            self.standings[username] = Standing.of(self.users[username], on=self.as_of)
        return self.standings[username]

    def lead_of(self, story: Story) -> Standing:
        return self.who(LIAISONS[story.lead])

    # --- Acts ---

    def draft(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        plan = operations.Plan(
            title=measure.title,
            title_en=measure.title_en,
            lead=_agency(story.lead),
            supporters=[_agency(code) for code in story.supporters],
            due_on=self.day(story.deadline),
            basis=story.basis,
            milestones=[
                operations.MilestonePlan(step.title, self.day(step.due), step.weight)
                for step in story.steps
            ],
        )
        by = self.who("supervisor")
        measure = operations.revise_draft(measure, plan, seen=measure.version, by=by, at=at)
        if story.clauses:
            clauses = list(Clause.objects.filter(code__in=story.clauses))
            operations.add_clauses(measure, clauses, seen=measure.version, by=by, at=at)

    def propose(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        by = self.who("supervisor")
        operations.propose_measure(measure, seen=measure.version, by=by, at=at)

    def return_proposal(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        operations.return_proposal(
            measure,
            reason=story.proposal_returned,
            seen=measure.version,
            by=self.who("director"),
            at=at,
        )

    def issue(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        by = self.who("director")
        operations.issue_measure(measure, seen=measure.version, by=by, at=at)

    def acknowledge(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        by = self.lead_of(story)
        operations.acknowledge_measure(measure, seen=measure.version, by=by, at=at)

    def report(self, story: Story, report: Report, at: datetime) -> None:
        measure, by = _measure(story), self.lead_of(story)
        reached = measure.milestones.filter(position__in=report.reached)
        account = operations.Account(
            summary=report.summary,
            problems=report.problems,
            next_step=report.next_step,
            progress=None if report.progress is None else Decimal(report.progress),
            reached=frozenset(reached.values_list("pk", flat=True)),
            no_change=report.no_change,
            evidence=[self._file(story, report, name, at) for name in report.files],
        )
        operations.submit_report(measure, account, seen=measure.version, by=by, at=at)

    def _file(self, story: Story, report: Report, name: str, at: datetime) -> Evidence:
        lines = [name.rsplit(".", 1)[0], _measure(story).title, report.summary, NOTE]
        return operations.add_evidence(
            ContentFile(content_of(name, lines)),
            name=name,
            agency=_agency(story.lead),
            by=self.lead_of(story),
            at=at,
        )

    def review(self, story: Story, report: Report, at: datetime) -> None:
        measure = _measure(story)
        last = ProgressReport.objects.filter(measure=measure).latest("number")
        by = self.who("supervisor" if last.number % 2 else "supervisor2")
        if report.returned:
            operations.return_report(
                last, reason=report.returned, seen=measure.version, by=by, at=at
            )
        else:
            operations.approve_report(last, seen=measure.version, by=by, at=at)


def _measure(story: Story) -> Measure:
    return Measure.objects.get(code=story.code)


def _agency(code: str) -> Agency:
    return Agency.objects.get(code=code)
