"""What people do in the demo story, each act through the operation that people use."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from apps.accounts.models import User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.operations import keep_reference
from apps.console.demo_days import Days
from apps.console.demo_files import content_of
from apps.console.demo_story import LIAISONS, NOTE
from apps.console.demo_story.words import (
    Completion,
    Handing,
    Help,
    Instruction,
    Objection,
    Question,
    Report,
    Rest,
    Story,
)
from apps.core.actor import Role
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import CoordinationItem, Evidence, Measure, ProgressReport
from apps.policies.models import Clause


@dataclass
class Acts:
    """The people of the demo at work."""

    days: Days
    users: dict[str, User]
    standings: dict[str, Standing] = field(default_factory=dict)

    def who(self, username: str) -> Standing:
        """A person's standing; nobody's changes during the story."""
        if username not in self.standings:
            self.standings[username] = Standing.of(self.users[username], on=self.days.as_of)
        return self.standings[username]

    def liaison(self, agency: str) -> Standing:
        return self.who(LIAISONS[agency])

    # --- The office's ---

    def draft(self, story: Story, at: datetime) -> None:
        measure, by = _measure(story), self.who("supervisor")
        plan = operations.Plan(
            title=measure.title,
            title_en=measure.title_en,
            lead=_agency(story.lead),
            supporters=[_agency(code) for code in story.supporters],
            due_on=self.days.day(story.deadline),
            basis=story.basis,
            target_quantity=Decimal(story.target) if story.target else None,
            quantity_unit=story.unit,
            milestones=[
                operations.MilestonePlan(step.title, self.days.day(step.due), step.weight)
                for step in story.steps
            ],
        )
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

    def break_down(self, story: Story, said: Handing, at: datetime) -> None:
        measure = _measure(story)
        operations.break_down(
            measure,
            [operations.Part(_agency(code)) for code in said.to],
            by_parts=True,
            seen=measure.version,
            by=self.who("supervisor"),
            at=at,
        )

    def review(self, story: Story, report: Report, at: datetime) -> None:
        measure = _measure(story)
        last = ProgressReport.objects.filter(measure=measure).latest("number")
        by = self.who(story.reviewers[last.number % len(story.reviewers)])
        if report.returned:
            operations.return_report(
                last, reason=report.returned, seen=measure.version, by=by, at=at
            )
        else:
            operations.approve_report(last, seen=measure.version, by=by, at=at)

    # --- The lead's ---

    def acknowledge(self, story: Story, at: datetime) -> None:
        measure = _measure(story)
        by = self.liaison(story.lead)
        operations.acknowledge_measure(measure, seen=measure.version, by=by, at=at)

    def object(self, story: Story, said: Objection, at: datetime) -> None:
        measure, by = _measure(story), self.liaison(story.lead)
        operations.object_to_measure(
            measure, grounds=said.grounds, seen=measure.version, by=by, at=at
        )

    def confirm(self, story: Story, said: Objection, at: datetime) -> None:
        measure, by = _measure(story), self.who(said.confirmed_by)
        operations.confirm_objection(measure, seen=measure.version, by=by, at=at)

    def report(self, story: Story, report: Report, at: datetime) -> None:
        measure, by = _measure(story), self.liaison(story.lead)
        account = self._account(story, measure, report, at)
        operations.submit_report(measure, account, seen=measure.version, by=by, at=at)

    def let_confirm(self, story: Story, at: datetime) -> None:
        """From now on the agency's reports wait for its unit leader."""
        agency, by = _agency(story.lead), self.who("administrator")
        said = {"confirms_reports": True}
        keepers = (Role.ADMINISTRATOR,)
        keep_reference(agency, said, seen=agency.version, keepers=keepers, by=by, at=at)

    def hand_in(self, story: Story, report: Report, at: datetime) -> None:
        measure, by = _measure(story), self.liaison(story.lead)
        account = self._account(story, measure, report, at)
        operations.hand_in_report(measure, account, seen=measure.version, by=by, at=at)

    def _account(
        self, story: Story, measure: Measure, report: Report, at: datetime
    ) -> operations.Account:
        reached = measure.milestones.filter(position__in=report.reached)
        return operations.Account(
            summary=report.summary,
            problems=report.problems,
            next_step=report.next_step,
            progress=None if report.progress is None else Decimal(report.progress),
            quantity=None if report.quantity is None else Decimal(report.quantity),
            reached=frozenset(reached.values_list("pk", flat=True)),
            no_change=report.no_change,
            evidence=self._files(story.lead, measure, report.summary, report.files, at),
        )

    def apply(self, story: Story, said: Completion, at: datetime) -> None:
        measure = _measure(story)
        operations.apply_for_completion(
            measure,
            grounds=said.grounds,
            evidence=self._files(story.lead, measure, said.grounds, said.files, at),
            seen=measure.version,
            by=self.liaison(story.lead),
            at=at,
        )

    def verify(self, story: Story, at: datetime) -> None:
        measure, by = _measure(story), self.who("supervisor")
        operations.verify_completion(measure, seen=measure.version, by=by, at=at)

    def send_back(self, story: Story, said: Completion, at: datetime) -> None:
        measure = _measure(story)
        operations.send_back_completion(
            measure, reason=said.reason, seen=measure.version, by=self.who("supervisor"), at=at
        )

    def close(self, story: Story, at: datetime) -> None:
        measure, by = _measure(story), self.who("director")
        operations.close_measure(measure, seen=measure.version, by=by, at=at)

    # --- Suspended by a decision on paper ---

    def ask_to_rest(self, story: Story, said: Rest, at: datetime) -> None:
        measure = _measure(story)
        operations.ask_suspension(
            measure,
            grounds=said.grounds,
            condition=said.condition,
            review_on=self.days.day(said.review),
            seen=measure.version,
            by=self.liaison(story.lead),
            at=at,
        )

    def record_rest(self, story: Story, said: Rest, at: datetime) -> None:
        measure, by = _measure(story), self.who("supervisor")
        content = content_of(said.scan, [measure.title, said.reason, NOTE])
        scan = operations.add_scan(ContentFile(content), name=said.scan, by=by, at=at)
        operations.record_paper_decision(
            measure,
            Action.SUSPEND,
            paper=operations.Paper(said.by, self.days.day(said.decided), scan),
            reason=said.reason,
            seen=measure.version,
            by=by,
            at=at,
        )

    # --- Instructed on paper ---

    def record_instruction(self, story: Story, said: Instruction, at: datetime) -> None:
        measure, by = _measure(story), self.who("supervisor")
        content = content_of(said.scan, [measure.title, said.text, NOTE])
        scan = operations.add_scan(ContentFile(content), name=said.scan, by=by, at=at)
        paper = operations.Paper(said.by, self.days.day(said.given), scan)
        operations.record_instruction(measure, text=said.text, paper=paper, by=by, at=at)

    def acknowledge_instruction(self, story: Story, at: datetime) -> None:
        instruction = _measure(story).instructions.select_related("measure").get()
        by = self.liaison(story.lead)
        operations.acknowledge_instruction(instruction, by=by, at=at)

    # --- Between agencies ---

    def ask(self, story: Story, said: Question, at: datetime) -> None:
        question = operations.Question(_agency(said.of), said.text, self.days.day(said.wanted))
        by = self.liaison(story.lead)
        operations.ask_coordination(_measure(story), question, by=by, at=at)

    def answer(self, story: Story, said: Question, at: datetime) -> None:
        item = CoordinationItem.objects.get(measure__code=story.code, question=said.text)
        operations.answer_item(item, text=said.answer, by=self.liaison(said.of), at=at)

    def ask_for_help(self, story: Story, said: Help, at: datetime) -> None:
        operations.ask_for_contribution(
            _measure(story),
            agency=_agency(said.of),
            question=said.question,
            wanted_on=self.days.day(said.wanted),
            by=self.liaison(story.lead),
            at=at,
        )

    def help(self, story: Story, said: Help, at: datetime) -> None:
        measure = _measure(story)
        operations.contribute(
            measure,
            agency=_agency(said.of),
            text=said.text,
            evidence=self._files(said.of, measure, said.text, said.files, at),
            by=self.liaison(said.of),
            at=at,
        )

    def _files(
        self, agency: str, measure: Measure, said: str, names: Iterable[str], at: datetime
    ) -> list[Evidence]:
        return [
            operations.add_evidence(
                ContentFile(content_of(name, [name.rsplit(".", 1)[0], measure.title, said, NOTE])),
                name=name,
                agency=_agency(agency),
                by=self.liaison(agency),
                at=at,
            )
            for name in names
        ]


def _measure(story: Story) -> Measure:
    return Measure.objects.get(code=story.code)


def _agency(code: str) -> Agency:
    return Agency.objects.get(code=code)
