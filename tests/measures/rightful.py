"""Who may do what next, to let random people get somewhere; and whether what was done was right.

`rightful` asks the code, for it only chooses. `judge` goes by the table written by hand.
"""

from django.db.models import prefetch_related_objects

from apps.accounts.standing import Standing
from apps.measures.lifecycle import DECIDES, Action, actions_from
from apps.measures.models import Measure
from apps.measures.permissions import may
from tests.conftest import Cast
from tests.measures.arguments import BESIDE, DRAFTS
from tests.measures.raw_rows import Row, Rows
from tests.measures.table_of_transitions import TRANSITIONS
from tests.repository.test_conventions import OPERATIONS

ANSWER = "ANSWER"
ACTION = {str(action): names for action, names in OPERATIONS.items()} | {
    ANSWER: {"answer_item", "record_answer"}
}
ACTION_OF = {name: action for action, names in ACTION.items() for name in names}
EVENTS_BESIDE = {
    "break_down",
    "detach_child",
    "suspend_measure",
    "resume_measure",
    "cancel_measure",
    "record_paper_decision",
}
"""These leave events about parts or parents too."""
OFFICE = {"supervisor", "second_supervisor", "director", "deputy"}
DIRECTORS = {"director", "deputy"}
WRITERS = {
    "bureau": {"liaison", "drafter"},
    "section": {"section_liaison", "liaison", "drafter"},
    "other": {"stranger"},
    "district": {"district_liaison"},
    "office": set(),
}
"""For each lead whoever writes for it: its own people, and those of the agency above it."""
LEADERS = {"bureau": {"unit_leader"}, "section": {"unit_leader"}, "other": set(), "district": set()}
SUPERVISING = {"bureau": {"leader"}, "section": {"leader"}, "other": set(), "district": set()}


def rightful(
    standings: dict[str, Standing],
) -> list[tuple[Measure, dict[str, list[str]]]]:
    """Of each measure the actions that its state knows, and who may take them."""
    measures = list(Measure.objects.select_related("lead", "parent__lead").order_by("pk"))
    prefetch_related_objects(measures, "supporters", "coordination_items")
    found = [(measure, _of(measure, standings)) for measure in measures]
    return [(measure, by_action) for measure, by_action in found if by_action]


def _of(measure: Measure, standings: dict[str, Standing]) -> dict[str, list[str]]:
    actions = [a for a in actions_from(measure.state) if str(a) in ACTION and _sensible(a, measure)]
    by_action = {
        str(action): [who for who, by in standings.items() if may(action, by, measure)]
        for action in actions
    }
    if measure.coordination_items.all():
        by_action[ANSWER] = ["stranger", "district_liaison", "supervisor", "leader"]
    return {action: people for action, people in by_action.items() if people}


def _sensible(action: Action, measure: Measure) -> bool:
    """Somebody has asked for what is decided, and there is something to review or to detach."""
    if action in DECIDES:
        return measure.requests.of_kind(DECIDES[action].kind).waiting().exists()
    if action is Action.REVIEW:
        return measure.review_waiting_since is not None
    if action is Action.WITHDRAW_REVIEW:
        return measure.reports.filter(reviews__isnull=False).exists()
    if action is Action.ACKNOWLEDGE_INSTRUCTION:
        return measure.instructions.open().exists()
    return action is not Action.DETACH or measure.parent_id is not None


# --- Judging ------------------------------------------------------------------------------------


def judge(
    name: str,
    who: str,
    by: Standing,
    measure: Measure | None,
    was: Rows,
    rows: Rows,
    cast: Cast,
    decided: str = "",
) -> None:
    """Whether what was done was this person's to do, and left the traces that it ought to.

    `decided` is the action that a decision on paper put on record, which is the office's.
    """
    events = [row for pk, row in rows.tables["AuditEvent"].items() if pk > _last(was)]
    assert all(event["actor_id"] == by.pk for event in events)
    if measure is None or name in BESIDE or _on_a_draft(name, measure, was, rows):
        assert len(events) == (name not in DRAFTS), name
        for row in was.measures:
            assert row == rows.get("Measure", row["id"]) | _seen(row), f"{name} moved a measure"
        return
    before, after = was.get("Measure", measure.pk), rows.get("Measure", measure.pk)
    action = decided or ACTION_OF[name]
    _judge_state(action, before, after)
    _judge_events(name, measure, events)
    those = OFFICE if decided else _those_who_may(action, before, was, cast)
    assert who in those, f"{who} did {name}"
    assert may_have_seen(who, by, before), f"{who} saw a restricted measure"


def _on_a_draft(name: str, measure: Measure, was: Rows, rows: Rows) -> bool:
    """What is handed in may wait for the unit leader first, or be reported at once."""
    if name == "hand_in_report":
        return was.get("Measure", measure.pk) == rows.get("Measure", measure.pk)
    return name in (*DRAFTS, "hand_back_report", "take_back_report")


def _last(was: Rows) -> int:
    return max(was.tables["AuditEvent"], default=0)


def _seen(row: Row) -> Row:
    """Who sees it may change by what is asked beside it; nothing else may."""
    return {"viewer_agencies": row["viewer_agencies"]}


def _judge_state(action: str, before: Row, after: Row) -> None:
    target = TRANSITIONS[action][before["state"]]
    assert target != "-", f"{action} in {before['state']}"
    assert after["state"] == (before["state"] if target == "stays" else target), action
    assert after["version"] == before["version"] + 1, action
    if action.startswith("ASK_"):
        _nothing_moved(before, after)


MOVED_BY_ASKING = {"version", "changed_at", "first_overdue_on"}
"""That a deadline is over is noted with the first act after it, whatever that is."""


def _nothing_moved(before: Row, after: Row) -> None:
    """Nothing moves before the decision."""
    moved = {column for column in before if before[column] != after[column]}
    assert moved <= MOVED_BY_ASKING, f"moved by asking: {moved}"


def _judge_events(name: str, measure: Measure, events: list[Row]) -> None:
    about = [e for e in events if (e["subject_type"], e["subject_id"]) == _subject(measure)]
    assert len(about) == 1, f"{name}: {len(about)} events about it"
    if name not in EVENTS_BESIDE:
        assert len(events) == 1, f"{name}: {len(events)} events"


def _subject(measure: Measure) -> tuple[str, int]:
    return measure._meta.label_lower, measure.pk


def _those_who_may(action: str, before: Row, was: Rows, cast: Cast) -> set[str]:
    who = TRANSITIONS[action]["who"]
    short = {agency.pk: name for name, agency in cast.agencies.items()}
    lead = short.get(before["lead_id"], "")
    if who == "director+leader":
        return SUPERVISING[lead] if before["extensions"] == 1 else DIRECTORS
    if who == "reviewer":
        return _reviewers(before, was, short)
    supporters = was.of("Support", measure_id=before["id"])
    return {
        "office": OFFICE,
        "director": DIRECTORS,
        "lead": WRITERS.get(lead, set()),
        "unit_leader": LEADERS.get(lead, set()),
        "lead+unit_leader": WRITERS.get(lead, set()) | LEADERS.get(lead, set()),
        "lead+office": WRITERS.get(lead, set()) | OFFICE,
        "supporter": {w for row in supporters for w in WRITERS[short[row["agency_id"]]]},
    }[who]


def _reviewers(before: Row, was: Rows, short: dict[int, str]) -> set[str]:
    if before["parent_id"] is None:
        return OFFICE
    lead = short[was.get("Measure", before["parent_id"])["lead_id"]]
    return WRITERS[lead] | LEADERS[lead]


def may_have_seen(who: str, by: Standing, before: Row) -> bool:
    own = {post.agency_id for post in by.posts}
    return (
        not before["restricted"]
        or who in DIRECTORS
        or bool(own & set(before["viewer_agencies"]))
        or by.pk in before["reader_ids"]
    )
