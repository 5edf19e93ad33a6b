"""What must always hold, judged from raw rows alone: none of it is asked of the code it judges."""

from collections.abc import Callable
from itertools import pairwise

from django.utils import timezone

from tests.measures.raw_rows import Row, Rows, append_only

UNISSUED = {"DRAFT", "PROPOSED"}
ENDED = {"CLOSED", "CANCELLED"}
OPEN = {"ISSUED", "IN_PROGRESS", "COMPLETING", "SUSPENDED"}


def check(rows: Rows, was: Rows) -> None:
    """Every invariant, after a step that led from one set of rows to the next."""
    for invariant in INVARIANTS:
        invariant(rows, was)


# --- Nothing is overwritten or deleted -----------------------------------------------------


def what_was_written_stays(rows: Rows, was: Rows) -> None:
    for table in append_only():
        for pk, row in was.tables[table].items():
            assert rows.tables[table].get(pk) == row, f"{table} {pk} was overwritten or deleted"
    assert set(was.tables["Measure"]) <= set(rows.tables["Measure"]), "a measure is gone"


def the_original_deadline_stays(rows: Rows, was: Rows) -> None:
    for pk, row in was.tables["Measure"].items():
        if row["original_due_on"] is not None:
            assert rows.get("Measure", pk)["original_due_on"] == row["original_due_on"]


def the_cancelled_stays_cancelled(rows: Rows, was: Rows) -> None:
    for pk, row in was.tables["Measure"].items():
        if row["state"] == "CANCELLED":
            assert rows.get("Measure", pk)["state"] == "CANCELLED"
            assert not rows.waiting(row), "cancelled over an open request"


def numbers_have_no_gaps(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        for table in ("ProgressReport", "Request", "CoordinationItem"):
            numbers = [row["number"] for row in rows.of(table, measure_id=measure["id"])]
            assert numbers == list(range(1, len(numbers) + 1)), table


def versions_only_rise(rows: Rows, was: Rows) -> None:
    for pk, row in was.tables["Measure"].items():
        assert rows.get("Measure", pk)["version"] >= row["version"]


# --- Lead and deadline ---------------------------------------------------------------------


def exactly_one_lead(rows: Rows, was: Rows) -> None:
    """The last term is the lead's; each term gives the lead to another agency."""
    for measure in rows.measures:
        terms = [row["agency_id"] for row in rows.of("LeadTerm", measure_id=measure["id"])]
        if measure["state"] in UNISSUED:
            assert terms == [], "led before it was issued"
            continue
        assert terms, "issued, and nobody leads it"
        assert terms[-1] == measure["lead_id"], "the last term is not the lead's"
        assert all(one != other for one, other in pairwise(terms)), "one term twice"


def the_ledger_leads_to_the_deadline(rows: Rows, was: Rows) -> None:
    """From the original deadline, change by change without a gap."""
    for measure in rows.measures:
        day = measure["original_due_on"]
        changes = rows.of("DeadlineChange", measure_id=measure["id"])
        if measure["state"] in UNISSUED:
            assert day is None
            assert changes == []
            continue
        for change in changes:
            assert change["old_due_on"] == day, "a gap in the ledger"
            day = change["new_due_on"]
        assert measure["due_on"] == day, "the deadline is not what the ledger says"


def a_granted_deadline_was_asked_for(rows: Rows, was: Rows) -> None:
    for change in rows.of("DeadlineChange", cause="GRANTED"):
        if change["request_id"] is None:
            continue
        request = rows.get("Request", change["request_id"])
        if request["kind"] not in ("EXTEND", "REOPEN"):  # which ask for the day itself
            continue
        decision = rows.decision(request)
        assert decision is not None
        assert decision["outcome"] == "GRANTED"
        assert request["wanted"]["due_on"][1] == change["new_due_on"].isoformat()


def extensions_are_counted(rows: Rows, was: Rows) -> None:
    """Since it was given to its lead: two at most without the issuing level, which decides on
    paper.
    """
    for measure in rows.measures:
        terms = rows.of("LeadTerm", measure_id=measure["id"])
        given = max((term["request_id"] or 0 for term in terms), default=0)
        upheld = rows.decision(rows.get("Request", given)) if given else None
        asked = rows.of("Request", measure_id=measure["id"], kind="EXTEND")
        granted = [d for d in map(rows.decision, asked) if d and d["outcome"] == "GRANTED"]
        granted = [d for d in granted if upheld is None or d["id"] > upheld["id"]]
        assert measure["extensions"] == len(granted)
        assert len([d for d in granted if not d["on_paper"]]) <= 2


# --- Requests and decisions ----------------------------------------------------------------


def one_request_of_a_kind_waits(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        kinds = [request["kind"] for request in rows.waiting(measure)]
        assert len(kinds) == len(set(kinds)), kinds


def nobody_decides_what_they_asked_for(rows: Rows, was: Rows) -> None:
    for decision in rows.of("Decision"):
        request = rows.get("Request", decision["request_id"])
        # A unit leader who raises an objection confirms it by that, which decides nothing.
        if (request["kind"], decision["outcome"]) != ("OBJECT", "VERIFIED"):
            assert decision["by_id"] != request["asked_by_id"], "decided one's own request"
        assert decision["recorded_by_id"] != request["asked_by_id"] or not decision["on_paper"]
    for review in rows.of("Review"):
        report = rows.get("ProgressReport", review["report_id"])
        assert review["by_id"] != report["submitted_by_id"], "reviewed one's own report"


def whoever_proposed_does_not_issue(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        events = rows.of("AuditEvent", subject_type="measures.measure", subject_id=measure["id"])
        acts = [(event["act"], event["actor_id"]) for event in events]
        for (act, proposer), (following, issuer) in pairwise(acts):
            if (act, following) == ("measures.propose", "measures.issue"):
                assert proposer != issuer, "proposed and issued by the same person"


def closed_means_applied_verified_and_granted(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        asked = rows.of("Request", measure_id=measure["id"], kind="COMPLETE")
        waits = [request for request in asked if rows.decision(request) is None]
        assert (measure["state"] == "COMPLETING") == bool(waits)
        if measure["state"] == "CLOSED":
            _closed_by(rows, measure, asked[-1])
        assert (measure["state"] in ("COMPLETING", "CLOSED")) == (
            measure["completion_applied_on"] is not None
        )


def _closed_by(rows: Rows, measure: Row, request: Row) -> None:
    decision = rows.decision(request)
    assert decision is not None, "closed, but not decided"
    assert decision["outcome"] == "GRANTED", "closed, but not granted"
    verified = rows.of("Decision", request_id=request["id"], outcome="VERIFIED")
    assert verified, "closed, but never verified"
    assert verified[0]["id"] < decision["id"]
    assert measure["completion_applied_on"] == timezone.localdate(request["asked_at"])
    assert measure["closed_on"] == timezone.localdate(decision["at"])
    waiting = {request["kind"] for request in rows.waiting(measure)}
    assert waiting <= {"REOPEN"}, "closed over an open request"
    assert measure["review_waiting_since"] is None, "closed over a waiting report"


# --- Reports -------------------------------------------------------------------------------


def the_queue_shows_the_oldest_report_that_waits(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        reports = rows.of("ProgressReport", measure_id=measure["id"])
        waiting = [report["submitted_at"] for report in reports if rows.verdict(report) is None]
        assert measure["review_waiting_since"] == min(waiting, default=None)


def a_milestone_is_reached_by_a_report_that_stands(rows: Rows, was: Rows) -> None:
    for milestone in rows.of("Milestone"):
        if milestone["reached_in_id"] is None:
            continue
        report = rows.get("ProgressReport", milestone["reached_in_id"])
        verdict = rows.verdict(report)
        assert report["measure_id"] == milestone["measure_id"]
        assert verdict is None or verdict["outcome"] == "APPROVED"
        assert rows.of("ReportMilestone", report_id=report["id"], milestone_id=milestone["id"])


# --- Parent and children -------------------------------------------------------------------


def a_closed_parent_has_no_open_child(rows: Rows, was: Rows) -> None:
    for parent in rows.measures:
        if parent["state"] == "CLOSED":
            assert all(child["state"] in ENDED for child in rows.children(parent)), parent["code"]


def no_child_is_due_after_its_parent(rows: Rows, was: Rows) -> None:
    """But where a notice moved the parent's day, and said that parts were left behind."""
    for child in rows.measures:
        if child["parent_id"] is None or child["due_on"] is None or child["state"] in ENDED:
            continue
        parent = rows.get("Measure", child["parent_id"])
        moved = rows.of("DeadlineChange", measure_id=parent["id"], cause="CALENDAR")
        if not any(change["parts_after"] for change in moved):
            assert parent["due_on"] is None or child["due_on"] <= parent["due_on"], child["code"]


def nothing_is_open_below_the_cancelled(rows: Rows, was: Rows) -> None:
    for child in rows.measures:
        if child["parent_id"] and child["state"] in OPEN:
            parent = rows.get("Measure", child["parent_id"])
            assert parent["state"] != "CANCELLED", f"{child['code']} goes on without its whole"


def parts_of_the_restricted_are_restricted(rows: Rows, was: Rows) -> None:
    for child in rows.measures:
        if child["parent_id"] and rows.get("Measure", child["parent_id"])["restricted"]:
            assert child["restricted"]


# --- Who sees it ---------------------------------------------------------------------------


def viewers_are_who_domain_md_says(rows: Rows, was: Rows) -> None:
    for measure in rows.measures:
        assert measure["viewer_agencies"] == sorted(_viewers(rows, measure)), measure["code"]


def _viewers(rows: Rows, measure: Row) -> set[int]:
    if measure["state"] in UNISSUED:
        return set()
    asked = _asked(rows, measure)
    parent = rows.get("Measure", measure["parent_id"]) if measure["parent_id"] else None
    if measure["restricted"]:
        reviewer = {parent["lead_id"]} if parent and parent["lead_id"] else set()
        return _hands(rows, measure) | asked | reviewer
    family = [measure, *rows.children(measure), *([parent] if parent else [])]
    known = [one for one in family if one["state"] not in UNISSUED]
    shown = [one for one in known if one is measure or not one["restricted"]]
    agencies = asked.union(*(_hands(rows, one) for one in shown))
    return {above for agency in agencies for above in rows.paths[agency]}


def _hands(rows: Rows, measure: Row) -> set[int]:
    """Its lead and its supporters."""
    supporters = {row["agency_id"] for row in rows.of("Support", measure_id=measure["id"])}
    return supporters | {measure["lead_id"]}


def _asked(rows: Rows, measure: Row) -> set[int]:
    """With a coordination item that is open."""
    if measure["state"] not in OPEN:
        return set()
    ended = {row["item_id"] for row in rows.of("CoordinationOutcome")}
    items = rows.of("CoordinationItem", measure_id=measure["id"], of_leader=False)
    return {item["agency_id"] for item in items if item["id"] not in ended}


INVARIANTS: list[Callable[[Rows, Rows], None]] = [
    what_was_written_stays,
    the_original_deadline_stays,
    the_cancelled_stays_cancelled,
    numbers_have_no_gaps,
    versions_only_rise,
    exactly_one_lead,
    the_ledger_leads_to_the_deadline,
    a_granted_deadline_was_asked_for,
    extensions_are_counted,
    one_request_of_a_kind_waits,
    nobody_decides_what_they_asked_for,
    whoever_proposed_does_not_issue,
    closed_means_applied_verified_and_granted,
    the_queue_shows_the_oldest_report_that_waits,
    a_milestone_is_reached_by_a_report_that_stands,
    a_closed_parent_has_no_open_child,
    no_child_is_due_after_its_parent,
    nothing_is_open_below_the_cancelled,
    parts_of_the_restricted_are_restricted,
    viewers_are_who_domain_md_says,
]
