"""Who is owed which reminder, told slowly: plain Python over raw rows, written from domain.md.

It shares nothing with the planner but the names of causes and recipients.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.measures.models import Measure
from apps.workdays.models import CalendarYear
from tests.measures.raw_rows import Row, Rows
from tests.reminders.reference_of_figures import owed_figures

DAY = timedelta(days=1)
WRITERS, STAFF = "LIAISON DRAFTER", "LIAISON DRAFTER UNIT_LEADER"

# Cause: workdays after the day, ! for an escalation, whom it reaches.
LADDERS = {
    "deadline": f"""
        -5 {WRITERS} / -3 {WRITERS} / -1 {WRITERS} / 1! {STAFF} / 3! {STAFF} UNIT_HEAD ISSUER
        / 5! {STAFF} UNIT_HEAD ISSUER SUPERVISING_LEADER""",
    "acknowledge": f"-1 {WRITERS} / 1! {STAFF}",
    "report": f"-3 {WRITERS} / 0 {WRITERS} / 1! {STAFF}",
    "confirm": "0 ASKED / 2 ASKED",
    "returned": f"0 {WRITERS} / 3! {STAFF}",
    "review": "0 REVIEWER / 3 REVIEWER / 5! REVIEWER DIRECTOR",
    "request": "0 ASKED / 3 ASKED / 5! ASKED DIRECTOR",
    "completion": "0 ASKED / 3 ASKED / 5! ASKED DIRECTOR",
    "coordination": "-1 ASKED / 1 ASKED / 3! ASKED DIRECTOR",
    "milestone": f"-3 {WRITERS} / 1 {WRITERS} / 3! {STAFF}",
    "suspension": "-1 SUPERVISOR / 1 SUPERVISOR DIRECTOR / 3! SUPERVISOR DIRECTOR",
    "moved": f"0 {STAFF}",
    "instruction": f"0 {STAFF} / 2! {STAFF}",
    "kpi_entry": f"-3 {WRITERS} / 0 {WRITERS} / 1! {STAFF}",
    "kpi_review": "0 ASKED / 3 ASKED / 5! ASKED DIRECTOR",
    "kpi_closing": "-1 ASKED / 1 ASKED",
}
ANSWERERS = ("LIAISON", "DRAFTER", "UNIT_LEADER", "SUPERVISOR", "DIRECTOR")
RUNNING = ("ISSUED", "IN_PROGRESS")
OPEN = (*RUNNING, "COMPLETING", "SUSPENDED")


@dataclass(frozen=True)
class Owed:
    """One thing owed."""

    cause: str
    measure: Row
    subject: int
    on: date
    asked: tuple[tuple[str, ...], int | None] = ((), None)
    """The roles, and the agency; None is the office."""
    not_to: int | None = None
    paused: bool = False


def local(moment: Any) -> date:
    day: date = moment.astimezone(ZoneInfo("Asia/Shanghai")).date()
    return day


class Office:
    """The rows of a moment, and who holds what on a day."""

    def __init__(self, on: date) -> None:
        self.on, self.rows = on, Rows.now()
        self.agencies = {a.pk: a for a in Agency.objects.all()}
        years = list(CalendarYear.objects.all())
        self.off = {day for year in years for day in year.holidays}
        self.worked = {day for year in years for day in year.make_up_days}
        self.people = {user.pk: user for user in User.objects.filter(is_active=True)}
        self.posts = set(self._posts())
        self.sight: dict[int, set[int]] = {}

    def _posts(self) -> Iterator[tuple[int, int, str]]:
        for held in Membership.objects.all():
            if held.from_on > self.on or (held.to_on and held.to_on < self.on):
                continue
            yield held.user_id, held.agency_id, held.role
            for stand_in in Deputy.objects.filter(absent=held.user_id, role=held.role):
                if stand_in.from_on <= self.on <= stand_in.to_on:
                    yield stand_in.deputy_id, held.agency_id, held.role

    def is_workday(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def gone(self, since: date) -> int:
        """Workdays after that day up to today, negative where it is still to come."""
        if since > self.on:
            return -sum(self.is_workday(day) for day in days(self.on, since))
        return sum(self.is_workday(day) for day in days(since, self.on))

    def holders(self, role: str, agency: int | None) -> set[int]:
        """Those nearest to the agency in the tree; the office's are all who hold it."""
        if agency is None:
            return {who for who, _where, held in self.posts if held == role}
        while agency is not None:
            found = {who for who, where, held in self.posts if (where, held) == (agency, role)}
            if found:
                return found
            agency = self.agencies[agency].parent_id
        return set()

    def sees(self, person: int, measure: Row) -> bool:
        if measure["id"] is None:
            return True  # an indicator: whoever owes its figures may know so
        if person not in self.sight:
            standing = Standing.of(self.people[person], on=self.on)
            seen = Measure.objects.visible_to(standing)
            self.sight[person] = set(seen.values_list("pk", flat=True))
        return measure["id"] in self.sight[person]

    # --- What is owed -----------------------------------------------------------------------

    def owed(self) -> Iterator[Owed]:
        for measure in self.rows.measures:
            yield from self._of_measure(measure)
            yield from self._of_requests(measure)
            yield from self._of_others(measure)
            yield from self._of_questions(measure)
        for cause, subject, on, agency, asked, not_to in owed_figures(self):
            nobodys = {"id": None, "parent_id": None, "lead_id": agency}
            yield Owed(cause, nobodys, subject, on, asked, not_to)

    def _of_measure(self, m: Row) -> Iterator[Owed]:
        confirming = [d for d in self.rows.of("ReportDraft", measure_id=m["id"]) if d["handed_at"]]
        if m["state"] in RUNNING:
            late = m["due_on"]
            yield Owed("deadline", m, m["id"], late, paused=self._paused(m, late))
        if m["state"] == "ISSUED":
            yield Owed("acknowledge", m, m["id"], m["acknowledge_due_on"])
        if m["state"] == "IN_PROGRESS" and not confirming:
            yield Owed("report", m, m["id"], m["next_report_due_on"])
            if m["returned_on"]:
                yield Owed("returned", m, m["id"], m["returned_on"])
        if m["state"] == "IN_PROGRESS" and confirming:
            [draft] = confirming
            asked = (("UNIT_LEADER",), m["lead_id"])
            handed_by = draft["handed_by_id"]
            yield Owed("confirm", m, draft["id"], local(draft["handed_at"]), asked, handed_by)
        whole = m["parent_id"] and self.rows.get("Measure", m["parent_id"])
        if m["state"] == "SUSPENDED" and not (whole and whole["state"] == "SUSPENDED"):
            yield Owed("suspension", m, m["id"], m["review_on"])

    def _paused(self, measure: Row, late: date) -> bool:
        waiting = [
            asked
            for asked in self.rows.waiting(measure)
            if asked["kind"] == "EXTEND" and not asked["late"]
        ]
        return bool(waiting) and self.gone(late) <= 3

    def _of_requests(self, m: Row) -> Iterator[Owed]:
        for asked in self.rows.waiting(m):
            verified = bool(self.rows.of("Decision", request_id=asked["id"], outcome="VERIFIED"))
            whom = self._decider(asked["kind"], m, verified)
            cause = "completion" if asked["kind"] == "COMPLETE" else "request"
            by = asked["asked_by_id"]
            yield Owed(cause, m, asked["id"], local(asked["asked_at"]), whom, by)

    def _decider(self, kind: str, m: Row, verified: bool) -> tuple[tuple[str, ...], int | None]:
        if kind == "COMPLETE":
            return ("DIRECTOR" if verified else "SUPERVISOR",), None
        if kind == "OBJECT" and not verified:
            return ("UNIT_LEADER",), m["lead_id"]
        if kind == "EXTEND" and m["extensions"] == 1:
            return ("SUPERVISING_LEADER",), m["lead_id"]
        if kind == "EXTEND" and m["extensions"] > 1:
            return ("DIRECTOR", "SUPERVISOR"), None
        return ("DIRECTOR",), None

    def _of_others(self, m: Row) -> Iterator[Owed]:
        for report in self.rows.of("ProgressReport", measure_id=m["id"]):
            if not self.rows.verdict(report) and m["review_waiting_since"]:
                by, on = report["submitted_by_id"], local(report["submitted_at"])
                yield Owed("review", m, report["id"], on, not_to=by)
        for step in self.rows.of("Milestone", measure_id=m["id"]):
            if m["state"] == "IN_PROGRESS" and not step["reached_in_id"]:
                yield Owed("milestone", m, step["id"], step["due_on"])
        for moved in self.rows.of("DeadlineChange", measure_id=m["id"], cause="CALENDAR"):
            if m["state"] in OPEN and moved["new_due_on"] == m["due_on"]:
                yield Owed("moved", m, moved["id"], local(moved["decided_at"]))

    def _of_questions(self, m: Row) -> Iterator[Owed]:
        for item in self.rows.of("CoordinationItem", measure_id=m["id"]):
            ended = self.rows.of("CoordinationOutcome", item_id=item["id"])
            if not ended and m["state"] in OPEN:
                roles = ("SUPERVISING_LEADER",) if item["of_leader"] else ANSWERERS
                asked = (roles, item["agency_id"])
                yield Owed("coordination", m, item["id"], item["wanted_on"], asked)
        for given in self.rows.of("Instruction", measure_id=m["id"]):
            received = self.rows.of("InstructionReceipt", instruction_id=given["id"])
            if not received and m["state"] in OPEN:
                known = local(given["recorded_at"] or given["at"])
                yield Owed("instruction", m, given["id"], known)

    # --- Whom it reaches --------------------------------------------------------------------

    def reached(self, owed: Owed) -> dict[int, int]:
        """The highest step that has come, of each person."""
        found: dict[int, int] = {}
        gone = self.gone(owed.on)
        for workdays, is_escalation, recipients in rungs(owed.cause):
            if workdays > gone or (owed.paused and is_escalation):
                continue
            for recipient in recipients:
                for person in self._people(recipient, owed):
                    found[person] = max(workdays, found.get(person, -99))
        return {
            person: step
            for person, step in found.items()
            if person != owed.not_to and person in self.people and self.sees(person, owed.measure)
        }

    def _people(self, recipient: str, owed: Owed) -> set[int]:
        whole = owed.measure["parent_id"] and self.rows.get("Measure", owed.measure["parent_id"])
        if recipient == "ASKED":
            roles, agency = owed.asked
        elif recipient in ("ISSUER", "REVIEWER") and whole:
            roles, agency = ("LIAISON", "DRAFTER", "UNIT_LEADER"), whole["lead_id"]
        elif recipient in ("ISSUER", "REVIEWER", "DIRECTOR", "SUPERVISOR"):
            roles, agency = (
                (("SUPERVISOR" if recipient in ("REVIEWER", "SUPERVISOR") else "DIRECTOR"),),
                None,
            )
        else:
            roles, agency = (recipient,), owed.measure["lead_id"]
        return set().union(*(self.holders(role, agency) for role in roles))


@dataclass
class Memory:
    """Plays days one by one and remembers who was told what."""

    told: dict[tuple[str, int, date, int], int] = field(default_factory=dict)

    def morning(self, on: date) -> set[tuple[str, int, date, int, str]]:
        """What goes out on that day: cause, subject, day owed, step, username."""
        office = Office(on)
        return set(self._news(office)) if office.is_workday(on) else set()

    def _news(self, office: Office) -> Iterator[tuple[str, int, date, int, str]]:
        for owed in office.owed():
            for person, step in office.reached(owed).items():
                key = (owed.cause, owed.subject, owed.on, person)
                if step > self.told.get(key, -99):
                    self.told[key] = step
                    name = office.people[person].username
                    yield owed.cause, owed.subject, owed.on, step, name


def rungs(cause: str) -> Iterator[tuple[int, bool, list[str]]]:
    for line in LADDERS[cause].split("/"):
        when, *recipients = line.split()
        yield int(when.rstrip("!")), when.endswith("!"), recipients


def days(after: date, upto: date) -> Iterator[date]:
    while after < upto:
        after += DAY
        yield after
