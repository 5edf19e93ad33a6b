"""Asking and deciding, each with words of its own, for tests that try every act in turn."""

from datetime import date

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence
from tests.conftest import extension_asked, in_progress
from tests.measures.on_paper import paper


def apply(cast, measure, said):
    proof = list(Evidence.objects.all()[:1])
    operations.apply_for_completion(measure, grounds="完成", evidence=proof, **said)


def verify(cast, measure, said):
    operations.verify_completion(measure, **said)


def send_back_completion(cast, measure, said):
    operations.send_back_completion(measure, reason="未验收", **said)


def close(cast, measure, said):
    operations.close_measure(measure, reason="同意", **said)


def ask_reopening(cast, measure, said):
    operations.ask_reopening(measure, grounds="缺项", due_on=date(2026, 9, 30), **said)


def reopen(cast, measure, said):
    operations.reopen_measure(measure, **said)


def refuse_reopening(cast, measure, said):
    operations.refuse_reopening(measure, reason="另行立项", **said)


def ask_extension(cast, measure, said):
    operations.ask_extension(measure, grounds="推迟", due_on=date(2026, 9, 30), **said)


def extend(cast, measure, said):
    operations.extend_deadline(measure, reason="同意", **said)


def refuse_extension(cast, measure, said):
    operations.refuse_extension(measure, reason="不宜推迟", **said)


def extend_on_paper(cast, measure, said):
    given = operations.Paper("李某", date(2026, 3, 2), Evidence.objects.get())
    operations.record_paper_decision(measure, Action.EXTEND, paper=given, reason="同意", **said)


def scanned(cast, clause):
    """An extension is asked for, and the scan of the decision is handed in."""
    measure = extension_asked(cast, clause)
    paper(cast)
    return measure


EXTENDING = [
    (
        "measures.ask_extension",
        "liaison",
        in_progress,
        ask_extension,
        {"request": ["", "#1"]},
        "推迟",
    ),
    (
        "measures.extend",
        "director",
        extension_asked,
        extend,
        {
            "due_on": ["2026-06-30", "2026-08-29"],
            "extensions": [0, 1],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
    (
        "measures.refuse_extension",
        "director",
        extension_asked,
        refuse_extension,
        {"decision": ["#1", "REFUSED"]},
        "不宜推迟",
    ),
    (
        "measures.extend",
        "supervisor",
        scanned,
        extend_on_paper,
        {
            "due_on": ["2026-06-30", "2026-08-29"],
            "extensions": [0, 1],
            "on_paper": ["", "李某 2026-03-02"],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
]
"""Act, who, story, the call, what the event says, and its note."""
