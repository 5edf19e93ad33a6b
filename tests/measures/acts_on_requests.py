"""Asking and deciding, each with words of its own, for tests that try every act in turn."""

from datetime import date

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence
from tests.conftest import extension_asked, in_progress
from tests.measures.on_paper import paper
from tests.measures.stories_of_rest import (
    ask_cancellation,
    ask_suspension,
    cancellation_asked,
    suspended,
    suspension_asked,
)


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
        "measures.ask_suspension",
        "liaison",
        in_progress,
        lambda cast, measure, said: ask_suspension(cast, measure, **said),
        {"request": ["", "#1"]},
        "许可未办妥",
    ),
    (
        "measures.suspend",
        "director",
        suspension_asked,
        lambda cast, measure, said: operations.suspend_measure(measure, reason="同意", **said),
        {
            "state": ["IN_PROGRESS", "SUSPENDED"],
            "suspended_on": [None, "2026-03-02"],
            "suspension_condition": ["", "施工许可下达"],
            "review_on": [None, "2026-05-01"],
            "next_report_due_on": ["2026-03-31", None],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
    (
        "measures.refuse_suspension",
        "director",
        suspension_asked,
        lambda cast, measure, said: operations.refuse_suspension(measure, reason="否", **said),
        {"decision": ["#1", "REFUSED"]},
        "否",
    ),
    (
        "measures.resume",
        "director",
        suspended,
        lambda cast, measure, said: operations.resume_measure(
            measure, reason="已办妥", due_on=date(2026, 9, 30), **said
        ),
        {
            "state": ["SUSPENDED", "IN_PROGRESS"],
            "suspended_on": ["2026-03-02", None],
            "suspension_condition": ["施工许可下达", ""],
            "review_on": ["2026-05-01", None],
            "resumed_on": [None, "2026-03-02"],
            "next_report_due_on": [None, "2026-03-31"],
            "due_on": ["2026-06-30", "2026-09-30"],
        },
        "已办妥",
    ),
    (
        "measures.ask_cancellation",
        "liaison",
        in_progress,
        lambda cast, measure, said: ask_cancellation(cast, measure, **said),
        {"request": ["", "#1"]},
        "政策已废止",
    ),
    (
        "measures.cancel",
        "director",
        cancellation_asked,
        lambda cast, measure, said: operations.cancel_measure(measure, reason="同意", **said),
        {
            "state": ["IN_PROGRESS", "CANCELLED"],
            "cancelled_on": [None, "2026-03-02"],
            "next_report_due_on": ["2026-03-31", None],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
    (
        "measures.refuse_cancellation",
        "director",
        cancellation_asked,
        lambda cast, measure, said: operations.refuse_cancellation(measure, reason="否", **said),
        {"decision": ["#1", "REFUSED"]},
        "否",
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
