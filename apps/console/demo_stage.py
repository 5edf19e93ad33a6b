"""The stage of the demo: when each act of a story happens."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from apps.console.demo_acts import Acts
from apps.console.demo_days import Days, moment
from apps.console.demo_story.words import Completion, Report, Story, When

Act = tuple[datetime, Callable[[], object]]


@dataclass
class Stage:
    """Puts what happens in the stories in its places in time."""

    days: Days
    acts: Acts

    def everything(self, stories: Iterable[Story]) -> list[Act]:
        """What happens in all the stories, in order of time."""
        told = [act for story in stories for act in self.story(story)]
        return sorted(told, key=lambda act: act[0])

    def story(self, story: Story) -> Iterator[Act]:
        """What happens to one measure, each act with its moment."""
        if not story.is_part:
            yield from self._drafted(story)
        if story.issued is None:
            return
        issued = self.days.day(story.issued)
        yield self._act(issued, 9, self.acts.issue, story)
        if story.acknowledged:
            yield self._act(self._after(issued), 9, self.acts.acknowledge, story)
        if story.objection:
            yield self._on(story.objection.raised, 11, self.acts.object, story, story.objection)
            yield self._on(story.objection.confirmed, 16, self.acts.confirm, story, story.objection)
        if story.handing:
            yield self._on(story.handing.on, 11, self.acts.break_down, story, story.handing)
        yield from self._reported(story)
        yield from self._between(story)
        if story.completion:
            yield from self._completed(story, story.completion)
        if rest := story.rest:
            yield self._on(rest.asked, 11, self.acts.ask_to_rest, story, rest)
            yield self._on(rest.recorded, 15, self.acts.record_rest, story, rest)
        yield from self._instructed(story)

    def _instructed(self, story: Story) -> Iterator[Act]:
        said = story.instruction
        if said is None:
            return
        yield self._on(said.recorded, 9, self.acts.record_instruction, story, said)
        if said.acknowledged:
            yield self._on(said.acknowledged, 13, self.acts.acknowledge_instruction, story)

    def _drafted(self, story: Story) -> Iterator[Act]:
        proposed = self.days.day(story.proposed)
        if story.issued:
            proposed = self.days.calendar.add(self.days.day(story.issued), -1)
        yield self._act(proposed, 9, self.acts.draft, story)
        yield self._act(proposed, 10, self.acts.propose, story)
        if story.proposal_returned:
            yield self._act(self._after(proposed), 14, self.acts.return_proposal, story)

    def _reported(self, story: Story) -> Iterator[Act]:
        dues = self.days.report_dues
        first = story.issued.number if story.issued else 0
        for n, report in enumerate(story.reports):
            day = self.days.day(report.on) if report.on else dues[n - first]
            if not self._is_completing(story, day):
                yield from self._report(story, report, day, hours=(10, 15))
        yesterday = self.days.calendar.add(self.days.as_of, -1)
        if story.confirming:
            yield self._act(yesterday, 15, self.acts.let_confirm, story)  # what was due came before
            yield self._act(yesterday, 16, self.acts.hand_in, story, story.confirming)
        if story.latest:
            yield from self._report(story, story.latest, yesterday, hours=(16, 17))

    def _report(
        self, story: Story, report: Report, day: date, *, hours: tuple[int, int]
    ) -> Iterator[Act]:
        submitted, reviewed = hours
        yield self._act(day, submitted, self.acts.report, story, report)
        if not report.waits:
            on = self.days.day(report.reviewed) if report.reviewed else day
            yield self._act(on, reviewed, self.acts.review, story, report)

    def _is_completing(self, story: Story, day: date) -> bool:
        """No report is owed while the reviewers look at the completion, nor after the end."""
        said = story.completion
        if said is None or day < self.days.day(said.applied):
            return False
        return said.sent_back is None or day < self.days.day(said.sent_back)

    def _between(self, story: Story) -> Iterator[Act]:
        """Questions and contributions."""
        for question in story.questions:
            yield self._on(question.asked, 11, self.acts.ask, story, question)
            if question.answered:
                yield self._on(question.answered, 14, self.acts.answer, story, question)
        for help_ in story.helps:
            yield self._on(help_.asked, 11, self.acts.ask_for_help, story, help_)
            if help_.given:
                yield self._on(help_.given, 14, self.acts.help, story, help_)

    def _completed(self, story: Story, said: Completion) -> Iterator[Act]:
        yield self._on(said.applied, 11, self.acts.apply, story, said)
        if said.verified:
            yield self._on(said.verified, 14, self.acts.verify, story)
        if said.closed:
            yield self._on(said.closed, 16, self.acts.close, story)
        if said.sent_back:
            yield self._on(said.sent_back, 8, self.acts.send_back, story, said)

    def _after(self, day: date) -> date:
        return self.days.calendar.add(day, 1)

    def _on(self, when: When, hour: int, do: Callable[..., object], *what: object) -> Act:
        return self._act(self.days.day(when), hour, do, *what)

    def _act(self, day: date, hour: int, do: Callable[..., object], *what: object) -> Act:
        at = moment(day, hour)
        return at, lambda: do(*what, at)
