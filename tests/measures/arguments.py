"""How each operation is called where a test tries them all: plausibly, and everywhere the same.

The permission matrix, the table of transitions and the races call operations by name through
`act_of`; a new operation is given its arguments here, once.
"""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import (
    CoordinationItem,
    Evidence,
    Instruction,
    Measure,
    ProgressReport,
    Review,
)
from tests.conftest import PDF, Cast, a_plan
from tests.measures.confirming import shown
from tests.measures.on_paper import paper
from tests.measures.stories_of_others import question

Act = Callable[[], object]
ON_A_DRAFT = ("confirm_report", "hand_back_report", "take_back_report")
"""What these decide on is the draft of a report."""
ON_AN_ITEM = ("answer_item", "record_answer", "settle_item", "withdraw_item")
INSTRUCTIONS = ("instruct", "record_instruction", "acknowledge_instruction")
BESIDE = (
    *ON_AN_ITEM,
    *INSTRUCTIONS,
    "ask_for_contribution",
    "contribute",
    "ask_coordination",
)
"""These leave the measure's version alone, and ask for none."""
DRAFTS = ("save_draft", "discard_draft")
"""These have a version of their own."""


def act_of(
    name: str, measure: Measure | None, cast: Cast, clause, who: str, *, hour: int = 12
) -> Act:
    """The operation as that person does it, from a page that shows the measure as it is given."""
    things, said = arguments(name, measure, cast, clause)
    if measure is not None and name not in BESIDE:
        said["seen"] = 0 if name in DRAFTS else measure.version
    if name in ON_A_DRAFT:
        said["seen" if name != "confirm_report" else "seen_draft"] = shown(measure)
    said |= {"by": cast[who], "at": cast.at(hour)}
    return lambda: getattr(operations, name)(*things, **said)


def arguments(name: str, measure: Measure | None, cast: Cast, clause) -> tuple[tuple, dict]:
    """The things it is about, and what is said about them."""
    later = cast.today + timedelta(days=200)
    given = {
        "draft_measure": lambda: ((a_plan(cast),), {"code": "tried", "clauses": [clause]}),
        "add_clauses": lambda: ((measure, [clause]), {}),
        "revise_draft": lambda: ((measure, a_plan(cast)), {}),
        "return_proposal": lambda: ((measure,), {"reason": "再议"}),
        "hand_back_report": lambda: ((measure,), {"reason": "再核"}),
        "hand_in_report": lambda: ((measure, an_account(measure)), {}),
        "submit_report": lambda: ((measure, an_account(measure)), {}),
        "break_down": lambda: ((measure, [operations.Part(cast.agencies["section"])]), {}),
        "detach_child": lambda: ((measure,), {"reason": "另立"}),
        "approve_report": lambda: ((a_report(measure),), {}),
        "return_report": lambda: ((a_report(measure),), {"reason": "再议"}),
        "withdraw_review": lambda: ((a_review(measure),), {}),
        "apply_for_completion": lambda: (
            (measure,),
            {"grounds": "完成", "evidence": of_the_lead(measure)},
        ),
        "send_back_completion": lambda: ((measure,), {"reason": "再议"}),
        "ask_reopening": lambda: ((measure,), {"grounds": "缺项", "due_on": later}),
        "refuse_reopening": lambda: ((measure,), {"reason": "再议"}),
        "ask_extension": lambda: ((measure,), {"grounds": "推迟", "due_on": later}),
        "refuse_extension": lambda: ((measure,), {"reason": "再议"}),
        "ask_suspension": lambda: (
            (measure,),
            {"grounds": "未办妥", "condition": "办妥", "review_on": later},
        ),
        "refuse_suspension": lambda: ((measure,), {"reason": "再议"}),
        "resume_measure": lambda: ((measure,), {"reason": "已办妥"}),
        "ask_cancellation": lambda: ((measure,), {"grounds": "已废止"}),
        "refuse_cancellation": lambda: ((measure,), {"reason": "再议"}),
        "record_paper_decision": lambda: (
            (measure, Action.EXTEND),
            {"paper": paper(cast, who="director")},
        ),
        "add_scan": lambda: ((ContentFile(PDF),), {"name": "x.pdf"}),
        "add_evidence": lambda: (
            (ContentFile(PDF),),
            {"name": "x.pdf", "agency": cast.agencies["bureau"]},
        ),
        "ask_for_contribution": lambda: (
            (measure,),
            {"agency": cast.agencies["other"], "wanted_on": cast.today},
        ),
        "contribute": lambda: ((measure,), {"agency": cast.agencies["other"], "text": "事"}),
        "ask_coordination": lambda: ((measure, question(cast, of="other")), {}),
        "instruct": lambda: ((measure,), {"text": "从快"}),
        "record_instruction": lambda: (
            (measure,),
            {"text": "从快", "paper": paper(cast)},
        ),
        "acknowledge_instruction": lambda: ((an_instruction(measure),), {}),
        "answer_item": lambda: ((an_item(measure),), {"text": "答"}),
        "record_answer": lambda: (
            (an_item(measure),),
            {"text": "答", "given_by": "李", "given_on": cast.today},
        ),
        "settle_item": lambda: ((an_item(measure),), {"reason": "已定"}),
        "withdraw_item": lambda: ((an_item(measure),), {"reason": "不问"}),
        "hand_over": lambda: (
            (cast.users["stranger"],),
            {"to": cast.users["district_liaison"], "seen": cast.users["stranger"].version},
        ),
        "save_draft": lambda: ((measure, {}), {}),
        "object_to_measure": lambda: ((measure,), {"grounds": "不属本单位职责"}),
        "reissue_measure": lambda: ((measure,), {"lead": cast.agencies["district"]}),
        "ask_adjustment": lambda: (
            (measure, operations.Adjustment(title="改后的举措")),
            {"grounds": "情况有变"},
        ),
        "refuse_adjustment": lambda: ((measure,), {"reason": "照旧"}),
        "ask_carry_over": lambda: (
            (measure,),
            {
                "grounds": "持续推进",
                "due_on": cast.today.replace(year=cast.today.year + 1),
                "milestones": [operations.MilestonePlan("下年", later)],
            },
        ),
        "refuse_carry_over": lambda: ((measure,), {"reason": "另行立项"}),
        "refuse_objection": lambda: ((measure,), {"reason": "职责明确"}),
    }
    return given.get(name, lambda: ((measure,), {}))()


def an_account(measure: Measure) -> operations.Account:
    """With evidence at hand, the first milestone is reached."""
    proof = of_the_lead(measure)
    reached = [step.pk for step in measure.milestones.all()[:1]] if proof else []
    return operations.Account(summary="事", reached=frozenset(reached), evidence=proof)


def of_the_lead(measure: Measure) -> list[Evidence]:
    return list(Evidence.objects.filter(agency=measure.lead)[:1])


def a_report(measure: Measure) -> ProgressReport:
    """The measure's last; one that nobody wrote, where it has none."""
    return measure.reports.last() or ProgressReport(pk=0, measure=measure)


def a_review(measure: Measure) -> Review:
    review = Review.objects.filter(report__measure=measure).last()
    return review or Review(pk=0, report=a_report(measure))


def an_item(measure: Measure) -> CoordinationItem:
    return measure.coordination_items.get()


def an_instruction(measure: Measure) -> Instruction:
    return measure.instructions.last() or Instruction(pk=0, measure=measure)
