"""Asking and deciding, each with words of its own, for tests that try every act in turn."""

from datetime import date

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence
from tests.conftest import extension_asked, in_progress, issued, reopening_asked
from tests.measures.on_paper import paper
from tests.measures.stories_of_adjustments import (
    adjustment_asked,
    carry_over_asked,
    next_year,
    standing_work,
)
from tests.measures.stories_of_objections import objected, objection_confirmed
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


ASKED = {"request": ["", "#1"]}
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


def object_to(cast, measure, said):
    operations.object_to_measure(measure, grounds="不属职责", **said)


def confirm_objection(cast, measure, said):
    operations.confirm_objection(measure, reason="属实", **said)


def reissue(cast, measure, said):
    operations.reissue_measure(measure, lead=cast.agencies["other"], reason="职责在彼", **said)


def refuse_objection(cast, measure, said):
    operations.refuse_objection(measure, reason="职责明确", **said)


OBJECTING = [
    ("measures.object", "liaison", issued, object_to, {"request": ["", "#1"]}, "不属职责"),
    (
        "measures.confirm_objection",
        "unit_leader",
        objected,
        confirm_objection,
        {"decision": ["#1", "VERIFIED"]},
        "属实",
    ),
    (
        "measures.reissue",
        "director",
        objection_confirmed,
        reissue,
        {
            "lead_id": ["bureau", "other"],
            "supporters": ["other 局", ""],
            "decision": ["#1", "GRANTED"],
        },
        "职责在彼",
    ),
    (
        "measures.refuse_objection",
        "director",
        objected,
        refuse_objection,
        {"decision": ["#1", "REFUSED"]},
        "职责明确",
    ),
]
"""Act, who, story, the call, what the event says, and its note."""


def ask_adjustment(cast, measure, said):
    wanted = operations.Adjustment(title="改", supporters=[cast.agencies["district"]])
    operations.ask_adjustment(measure, wanted, grounds="有变", **said)


def adjust(cast, measure, said):
    operations.adjust_measure(measure, reason="同意", **said)


def refuse_adjustment(cast, measure, said):
    operations.refuse_adjustment(measure, reason="照旧", **said)


def ask_carry_over(cast, measure, said):
    steps = next_year(cast)
    operations.ask_carry_over(
        measure, grounds="持续", due_on=date(2027, 12, 31), milestones=steps, **said
    )


def carry_over(cast, measure, said):
    operations.carry_over(measure, **said)


def refuse_carry_over(cast, measure, said):
    operations.refuse_carry_over(measure, reason="另立", **said)


ADJUSTING = [
    ("measures.ask_adjustment", "supervisor", in_progress, ask_adjustment, ASKED, "有变"),
    (
        "measures.adjust",
        "director",
        adjustment_asked,
        adjust,
        {
            "title": ["一项举措", "改后的举措"],
            "title_en": ["A measure", ""],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
    (
        "measures.refuse_adjustment",
        "director",
        adjustment_asked,
        refuse_adjustment,
        {"decision": ["#1", "REFUSED"]},
        "照旧",
    ),
    ("measures.ask_carry_over", "liaison", standing_work, ask_carry_over, ASKED, "持续"),
    (
        "measures.carry_over",
        "director",
        carry_over_asked,
        carry_over,
        {
            "due_on": ["2026-12-31", "2027-12-31"],
            "milestones": [
                "第一步 2026-04-11 ×1；第二步 2026-06-10 ×1",
                "下年第一步 2027-05-31 ×2",
            ],
            "decision": ["#1", "GRANTED"],
        },
        "",
    ),
    (
        "measures.refuse_carry_over",
        "director",
        carry_over_asked,
        refuse_carry_over,
        {"decision": ["#1", "REFUSED"]},
        "另立",
    ),
]
"""Act, who, story, the call, what the event says, and its note."""

ON_REQUESTS = [
    (
        "measures.refuse_reopening",
        "director",
        reopening_asked,
        refuse_reopening,
        {"decision": ["#2", "REFUSED"]},
        "另行立项",
    ),
    *EXTENDING,
    *OBJECTING,
    *ADJUSTING,
]
"""All of them, and one on reopening."""
