"""One person's page, for tests in which two of them act on a measure at once."""

from collections.abc import Callable
from datetime import timedelta

from apps.measures import operations
from apps.measures.models import Evidence, Measure, ProgressReport, Request, Review
from tests.conftest import a_plan

Act = Callable[[], object]


class Session:
    """One person's page: everything they do carries the version it showed."""

    def __init__(self, cast, who: str, measure: Measure) -> None:
        self.by, self.at = cast[who], cast.at(12)
        self.cast, self.measure, self.seen = cast, measure, measure.version

    def do(self, name: str) -> Act:
        return {
            "revise": lambda: operations.revise_draft(
                self.measure, a_plan(self.cast, title="改"), **self.said
            ),
            "propose": lambda: operations.propose_measure(self.measure, **self.said),
            "return_proposal": lambda: operations.return_proposal(
                self.measure, reason="再议", **self.said
            ),
            "issue": lambda: operations.issue_measure(self.measure, **self.said),
            "acknowledge": lambda: operations.acknowledge_measure(self.measure, **self.said),
            "report": self.report,
            "approve": lambda: operations.approve_report(self.measure.reports.get(), **self.said),
            "return": lambda: operations.return_report(
                self.measure.reports.get(), reason="再议", **self.said
            ),
            "apply": self.apply,
            "verify": lambda: operations.verify_completion(self.measure, **self.said),
            "send_back": lambda: operations.send_back_completion(
                self.measure, reason="再议", **self.said
            ),
            "close": lambda: operations.close_measure(self.measure, **self.said),
            "ask_reopening": lambda: operations.ask_reopening(
                self.measure,
                grounds="缺项",
                due_on=self.cast.today + timedelta(days=200),
                **self.said,
            ),
            "reopen": lambda: operations.reopen_measure(self.measure, **self.said),
            "refuse_reopening": lambda: operations.refuse_reopening(
                self.measure, reason="再议", **self.said
            ),
            "ask_extension": lambda: operations.ask_extension(
                self.measure,
                grounds="推迟",
                due_on=self.cast.today + timedelta(days=200),
                **self.said,
            ),
            "extend": lambda: operations.extend_deadline(self.measure, **self.said),
            "refuse_extension": lambda: operations.refuse_extension(
                self.measure, reason="再议", **self.said
            ),
            "withdraw": lambda: operations.withdraw_review(Review.objects.get(), **self.said),
        }[name]

    def apply(self) -> Request:
        proof = list(Evidence.objects.all()[:1])
        return operations.apply_for_completion(
            self.measure, grounds="完成", evidence=proof, **self.said
        )

    def report(self) -> ProgressReport:
        step, proof = self.measure.milestones.get(position=1), Evidence.objects.first()
        account = operations.Account(
            summary="事", reached=frozenset({step.pk}), evidence=[proof] if proof else []
        )
        return operations.submit_report(self.measure, account, **self.said)

    @property
    def said(self) -> dict[str, object]:
        return {"seen": self.seen, "by": self.by, "at": self.at}
