"""What the random people of the state test say: plausible mostly, and now and then absurd.

One line an operation, with what it is called with drawn by chance. An operation without a line
is called as `arguments.py` has it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import (
    Basis,
    CoordinationItem,
    Evidence,
    Measure,
    ProgressReport,
    Request,
    Review,
    State,
)
from apps.measures.models.states import OPEN
from apps.measures.operations.steps import open_steps
from tests.measures.arguments import arguments

if TYPE_CHECKING:
    from tests.measures.test_stateful import World

Draw = Callable[[st.SearchStrategy[Any]], Any]
Call = tuple[tuple[Any, ...], dict[str, Any]]

WORDS = st.sampled_from(["事"] * 9 + ["  "])
DAYS = st.sampled_from([10, 1, 30, 60, 90, 150, 220, 0, -3])
AGENCIES = st.sampled_from(["bureau", "bureau", "section", "section", "other", "district"])
PERCENT = st.sampled_from([*map(Decimal, (100, 55, 0, 7, 30, 55, 80, 100, 101)), None])


class Nothing(Exception):
    """There is nothing that this could be done to."""


def said_by_chance(name: str, world: "World", measure: Measure, draw: Draw) -> Call:
    if name in MOVES:
        return MOVES[name](world, measure, draw)
    return arguments(name, measure, world.cast, world.clause)


def day(world: "World", draw: Draw) -> Any:
    return world.today + timedelta(days=draw(DAYS))


def plan(world: "World", draw: Draw, *, lead: str = "") -> operations.Plan:
    """With a lead given: one that a draft can begin with."""
    sound = bool(lead)
    basis = draw(st.sampled_from([Basis.MILESTONES, Basis.ESTIMATE, Basis.QUANTITY]))
    in_workdays = draw(st.sampled_from([None, None, 90] if sound else [None, None, 5, 40]))
    lead = lead or draw(AGENCIES)
    shortest = 61 if sound else 20
    supporters = draw(st.sampled_from([[], ["other"], ["other", "office"]]))
    return operations.Plan(
        title="一项举措",
        lead=world.cast.agencies[lead],
        supporters=[world.cast.agencies[name] for name in supporters],
        districts=list(world.districts) if draw(st.booleans()) else None,
        due_on=None
        if in_workdays
        else world.today + timedelta(days=draw(st.integers(shortest, 200))),
        due_workdays=in_workdays,
        basis=basis,
        target_quantity=Decimal(70) if basis == Basis.QUANTITY else None,
        quantity_unit="台" if basis == Basis.QUANTITY else "",
        standing=not in_workdays and draw(st.sampled_from([False, False, True])),
        cadence=draw(st.sampled_from(["MONTHLY", "QUARTERLY"])),
        milestones=steps(world, draw) if basis == Basis.MILESTONES else [],
        restricted=draw(st.sampled_from([False, False, False, True])),
    )


def steps(world: "World", draw: Draw) -> list[operations.MilestonePlan]:
    places = draw(st.lists(st.integers(1, 60), min_size=1, max_size=3))
    return [
        operations.MilestonePlan(f"第{n}步", world.today + timedelta(days=place), n)
        for n, place in enumerate(places, start=1)
    ]


def issue(world: "World", measure: Measure, draw: Draw) -> Call:
    because = draw(st.sampled_from([None, None, None, "紧急", " "]))
    return (measure,), {"weekly_because": because}


def account(world: "World", measure: Measure, draw: Draw) -> operations.Account:
    if draw(st.sampled_from([False] * 4 + [True])):
        return operations.Account(no_change=True)
    found = list(measure.milestones.values_list("pk", flat=True))
    reached = draw(st.sets(st.sampled_from(found))) if found else set()
    return operations.Account(
        summary=draw(WORDS),
        progress=draw(PERCENT),
        quantity=draw(PERCENT),
        reached=frozenset(reached),
        explanation=draw(st.sampled_from(["因故", "因故", ""])),
        evidence=proof(world, measure, draw),
    )


def proof(world: "World", measure: Measure, draw: Draw) -> list[Evidence]:
    """The lead's own mostly; sometimes none, or somebody else's."""
    whose = draw(st.sampled_from(["lead"] * 8 + ["none", "other"]))
    if whose == "none":
        return []
    agency = measure.lead_id if whose == "lead" else world.cast.agencies["other"].pk
    return list(Evidence.objects.filter(agency_id=agency).order_by("pk")[:1])


def a_report(measure: Measure, draw: Draw) -> ProgressReport:
    return one_of(measure.reports.order_by("pk"), draw)


def one_of(rows: Any, draw: Draw) -> Any:
    found = list(rows)
    if not found:
        raise Nothing
    return draw(st.sampled_from(found))


def an_item(measure: Measure, draw: Draw) -> CoordinationItem:
    return one_of(measure.coordination_items.order_by("pk"), draw)


def withdraw_review(world: "World", measure: Measure, draw: Draw) -> Call:
    return (one_of(Review.objects.filter(report__measure=measure).order_by("pk"), draw),), {}


def a_part(world: "World", measure: Measure, draw: Draw) -> operations.Part:
    return operations.Part(
        world.cast.agencies[draw(AGENCIES)],
        due_on=draw(st.sampled_from([None, None, world.today + timedelta(days=draw(DAYS))])),
        title=draw(st.sampled_from(["", "甲", "乙"])),
        weight=draw(st.sampled_from([1, 2, 0])),
        milestones=steps(world, draw) if draw(st.booleans()) else (),
    )


def break_down(world: "World", measure: Measure, draw: Draw) -> Call:
    parts = [a_part(world, measure, draw) for _n in range(draw(st.integers(1, 2)))]
    return (measure, parts), {"by_parts": draw(st.booleans())}


def apply(world: "World", measure: Measure, draw: Draw) -> Call:
    return (measure,), {"grounds": draw(WORDS), "evidence": proof(world, measure, draw)}


def ask_for_a_day(world: "World", measure: Measure, draw: Draw) -> Call:
    start = max(world.today, measure.due_on or world.today)
    wanted = start + timedelta(days=draw(DAYS))
    return (measure,), {
        "grounds": draw(WORDS),
        "due_on": wanted,
        "evidence": proof(world, measure, draw),
    }


def some_parts(measure: Measure, draw: Draw) -> list[Measure]:
    """All that are open mostly, or the first of them only."""
    found = list(measure.children.filter(state__in=OPEN).order_by("pk"))
    return draw(st.sampled_from([found, found, found[:1]]))


def ask_suspension(world: "World", measure: Measure, draw: Draw) -> Call:
    running = [part for part in some_parts(measure, draw) if part.state == State.IN_PROGRESS]
    said = {"condition": draw(WORDS), "review_on": day(world, draw), "parts": running}
    return (measure,), said | {"grounds": draw(WORDS)}


def ask_cancellation(world: "World", measure: Measure, draw: Draw) -> Call:
    return (measure,), {"grounds": draw(WORDS), "parts": some_parts(measure, draw)}


def resume(world: "World", measure: Measure, draw: Draw) -> Call:
    due_on = measure.due_on and measure.due_on + timedelta(days=draw(DAYS))
    return (measure,), {"reason": draw(WORDS), "due_on": draw(st.sampled_from([None, due_on]))}


def reissue(world: "World", measure: Measure, draw: Draw) -> Call:
    lead = world.cast.agencies[draw(AGENCIES)]
    due_on = draw(st.sampled_from([None, None, day(world, draw)]))
    return (measure,), {"reason": draw(WORDS), "lead": lead, "due_on": due_on}


def ask_adjustment(world: "World", measure: Measure, draw: Draw) -> Call:
    """Of what can be adjusted, one or two things."""
    names = draw(st.sets(st.sampled_from(sorted(ADJUSTED)), min_size=1, max_size=2))
    said = {name: ADJUSTED[name](world, measure, draw) for name in sorted(names)}
    return (measure, operations.Adjustment(**said)), {"grounds": draw(WORDS)}


def other_steps(world: "World", measure: Measure, draw: Draw) -> list[operations.MilestonePlan]:
    """Some that are open already, and others ahead."""
    stay = open_steps(measure)[: draw(st.sampled_from([0, 1, 5]))]
    return stay + [replace(step, title=f"{step.title}乙") for step in steps(world, draw)]


ADJUSTED: dict[str, Callable[["World", Measure, Draw], Any]] = {
    "title": lambda w, m, draw: draw(st.sampled_from(["改后的举措", "再改的举措", " "])),
    "supporters": lambda w, m, draw: [
        w.cast.agencies[name]
        for name in draw(st.sampled_from([["other"], ["district", "office"], ["bureau"], []]))
    ],
    "target_quantity": lambda w, m, draw: Decimal(draw(st.sampled_from([50, 100, 0]))),
    "cadence": lambda w, m, draw: draw(st.sampled_from(["MONTHLY", "QUARTERLY", "WEEKLY"])),
    "milestones": other_steps,
}


def ask_carry_over(world: "World", measure: Measure, draw: Draw) -> Call:
    due_on = date(world.today.year + draw(st.sampled_from([1, 1, 2])), 12, 31)
    return (measure,), {
        "grounds": draw(WORDS),
        "due_on": draw(st.sampled_from([due_on, due_on.replace(month=5)])),
        "milestones": other_steps(world, measure, draw),
    }


def on_paper(world: "World", draw: Draw) -> tuple[Measure, Call]:
    """Any request that waits, decided by somebody on a day, and the office puts it on record."""
    request = one_of(Request.objects.waiting().order_by("pk"), draw)
    ways = sorted(action for action in DECIDES if DECIDES[action].kind == request.kind)
    action = draw(st.sampled_from(ways))
    name = draw(st.sampled_from(["市长", "市长", request.asked_by_name, " "]))
    decided_on = world.today - timedelta(days=draw(st.sampled_from([0, 0, 1, 5, -1])))
    said: dict[str, Any] = {"paper": operations.Paper(name, decided_on, world.scan)}
    if action is Action.REISSUE:
        said["lead"] = world.cast.agencies[draw(AGENCIES)]
    measure = Measure.objects.get(pk=request.measure_id)
    said |= {"reason": draw(WORDS), "seen": measure.version}
    return measure, ((measure, action), said)


def with_reason(world: "World", measure: Measure, draw: Draw) -> Call:
    return (measure,), {"reason": draw(WORDS)}


def question(world: "World", measure: Measure, draw: Draw) -> Call:
    asked = operations.Question(
        agency=world.cast.agencies[
            draw(st.sampled_from(["district", "other", "office", "bureau"]))
        ],
        text=draw(WORDS),
        wanted_on=day(world, draw),
        of_leader=draw(st.sampled_from([False, False, True])),
    )
    return (measure, asked), {}


def record_answer(world: "World", measure: Measure, draw: Draw) -> Call:
    said = {"text": draw(WORDS), "given_by": draw(WORDS), "given_on": day(world, draw)}
    return (an_item(measure, draw),), said


def record_instruction(world: "World", measure: Measure, draw: Draw) -> Call:
    given = operations.Paper(draw(WORDS), day(world, draw), world.scan)
    return (measure,), {"text": draw(WORDS), "paper": given}


def acknowledge_instruction(world: "World", measure: Measure, draw: Draw) -> Call:
    return (one_of(measure.instructions.order_by("pk"), draw),), {}


MOVES: dict[str, Callable[["World", Measure, Draw], Call]] = {
    "revise_draft": lambda w, m, draw: ((m, plan(w, draw)), {}),
    "return_proposal": with_reason,
    "issue_measure": issue,
    "submit_report": lambda w, m, draw: ((m, account(w, m, draw)), {}),
    "hand_in_report": lambda w, m, draw: ((m, account(w, m, draw)), {}),
    "hand_back_report": with_reason,
    "approve_report": lambda w, m, draw: ((a_report(m, draw),), {}),
    "return_report": lambda w, m, draw: ((a_report(m, draw),), {"reason": draw(WORDS)}),
    "withdraw_review": withdraw_review,
    "break_down": break_down,
    "detach_child": with_reason,
    "reissue_measure": reissue,
    "refuse_objection": with_reason,
    "ask_adjustment": ask_adjustment,
    "adjust_measure": with_reason,
    "refuse_adjustment": with_reason,
    "ask_carry_over": ask_carry_over,
    "carry_over": with_reason,
    "refuse_carry_over": with_reason,
    "apply_for_completion": apply,
    "verify_completion": with_reason,
    "send_back_completion": with_reason,
    "close_measure": with_reason,
    "ask_reopening": ask_for_a_day,
    "reopen_measure": with_reason,
    "refuse_reopening": with_reason,
    "ask_extension": ask_for_a_day,
    "extend_deadline": with_reason,
    "refuse_extension": with_reason,
    "ask_suspension": ask_suspension,
    "suspend_measure": with_reason,
    "refuse_suspension": with_reason,
    "resume_measure": resume,
    "ask_cancellation": ask_cancellation,
    "cancel_measure": with_reason,
    "refuse_cancellation": with_reason,
    "ask_for_contribution": lambda w, m, draw: (
        (m,),
        {"agency": w.cast.agencies[draw(AGENCIES)], "wanted_on": day(w, draw)},
    ),
    "contribute": lambda w, m, draw: (
        (m,),
        {"agency": w.cast.agencies[draw(AGENCIES)], "text": draw(WORDS)},
    ),
    "ask_coordination": question,
    "instruct": lambda w, m, draw: ((m,), {"text": draw(WORDS)}),
    "record_instruction": record_instruction,
    "acknowledge_instruction": acknowledge_instruction,
    "answer_item": lambda w, m, draw: ((an_item(m, draw),), {"text": draw(WORDS)}),
    "record_answer": record_answer,
    "settle_item": lambda w, m, draw: ((an_item(m, draw),), {"reason": draw(WORDS)}),
    "withdraw_item": lambda w, m, draw: ((an_item(m, draw),), {"reason": draw(WORDS)}),
}
