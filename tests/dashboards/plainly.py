"""How things stood at the end of a day, gone through row by row: the slow way, for comparison.

It reads versions of rows and dated rows as they are, and adds up in Python. Nothing of
apps.dashboards or apps.kpis is called; of apps.measures only how a row's dates make a light.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from django.apps import apps

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.measures.lights import Light
from apps.measures.models import (
    CoordinationItem,
    Decision,
    LeadTerm,
    Measure,
    ProgressReport,
    Request,
    Resumption,
    Review,
    TakenAlong,
)
from apps.measures.models.coordination import CoordinationOutcome
from apps.policies.models import Problem
from apps.workdays.arithmetic import Calendar
from tests.conftest import SHANGHAI
from tests.dashboards.test_daily_tallies import (
    MeasureClauseEvent,
    MeasureEvent,
    last_versions,
    shown,
)

MeasureProblemEvent = apps.get_model("measures.MeasureProblemEvent")
ClauseEvent = apps.get_model("policies.ClauseEvent")
ONE_DAY = timedelta(days=1)
OFFICE = (Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR)
OPEN = {"ISSUED", "IN_PROGRESS", "COMPLETING", "SUSPENDED"}


def evening(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), SHANGHAI)


def sees(standing: Standing, row: Any) -> bool:
    """As the table of roles says it."""
    if standing.holds(Role.DIRECTOR):
        return True
    its, is_issued = set(row.viewer_agencies), row.state not in ("DRAFT", "PROPOSED")
    is_own = bool(its & set(standing.unit_agencies))
    is_theirs = bool(its & set(standing.viewing_agencies)) and not row.restricted
    is_named = row.restricted and standing.pk in row.reader_ids
    if standing.holds(Role.SUPERVISOR):
        return not row.restricted or is_own or is_named
    if standing.holds(Role.AUDITOR):
        return is_issued and (not row.restricted or is_own or is_named)
    return is_own or is_theirs or (is_named and is_issued)


def light(row: Any, day: date) -> Light:
    found = shown(row, day)
    return Light(found) if found in Light.values else Light.GREY


class World:
    """What was written, read once; nothing is written while it is looked at."""

    def __init__(self) -> None:
        self.agencies = {each.pk: each for each in Agency.objects.all()}
        self.measures = list(Measure.objects.all())
        self.versions = cache(last_versions)
        self.turn_of = cache(Turn)


@dataclass
class Evening:
    """What one person may know of the end of a day."""

    world: World
    standing: Standing
    day: date

    @property
    def agencies(self) -> dict[int, Agency]:
        return self.world.agencies

    @cached_property
    def everything(self) -> dict[int, Any]:
        return {row.pgh_obj_id: row for row in self.world.versions(MeasureEvent, self.day)}

    @cached_property
    def rows(self) -> dict[int, Any]:
        """The versions that were to be seen then, of what is to be seen now."""
        now = {measure.pk for measure in self.world.measures if sees(self.standing, measure)}
        then = self.everything.items()
        return {pk: row for pk, row in then if pk in now and sees(self.standing, row)}

    @cached_property
    def carried(self) -> dict[int, set[int]]:
        """By measure the clauses that it carried out."""
        found: dict[int, set[int]] = {}
        for link in self.world.versions(MeasureClauseEvent, self.day):
            found.setdefault(link.measure_id, set()).add(link.clause_id)
        return found

    def light_of(self, pk: int) -> Light:
        return light(self.rows[pk], self.day)

    def path_of(self, pk: int) -> list[Agency]:
        lead = self.rows[pk].lead_id
        return [self.agencies[one] for one in self.agencies[lead].path] if lead else []

    def tally(self, pks: Iterable[int]) -> Counter[Light]:
        return Counter(self.light_of(pk) for pk in pks)

    @property
    def top(self) -> set[int]:
        return {pk for pk, row in self.rows.items() if row.parent_id is None}

    # --- Districts and agencies

    def districts(self) -> dict[int | None, Counter[Light]]:
        found: dict[int | None, Counter[Light]] = {}
        for pk in self.rows:
            of = {agency.district_id for agency in self.path_of(pk)} - {None}
            for district in of or {None}:
                found.setdefault(district, Counter())[self.light_of(pk)] += 1
        return found

    def led_by(self, agency: Agency, is_top: bool) -> set[int]:
        return {
            pk
            for pk, row in self.rows.items()
            if agency in self.path_of(pk) and (row.parent_id is None) is is_top
        }

    def returned(self) -> set[int]:
        """Measures of which a report had been returned, and the return not withdrawn."""
        reviews = [each for each in Review.objects.all() if each.at < evening(self.day)]
        withdrawn = {each.withdraws_id for each in reviews}
        stands = (r for r in reviews if r.outcome == "RETURNED" and r.pk not in withdrawn)
        report_of = dict(ProgressReport.objects.values_list("pk", "measure_id"))
        return {report_of[each.report_id] for each in stands}

    def facts(self, agency: Agency, is_top: bool) -> dict[str, int]:
        led = {pk: self.rows[pk] for pk in self.led_by(agency, is_top)}
        closed = [row for row in led.values() if row.state == "CLOSED"]
        began = ("first_overdue_on", "overdue_from_on")
        late = [
            row
            for row in led.values()
            if any((on := getattr(row, name)) and on <= self.day for name in began)
        ]
        return {
            "ever_overdue": len(late),
            "ever_returned": len(self.returned() & set(led)),
            "completed": len(closed),
            "on_time_original": sum(row.original_overdue_from_on is None for row in closed),
            "on_time_granted": sum(row.overdue_from_on is None for row in closed),
        }

    # --- Clauses

    @cached_property
    def clauses(self) -> dict[int, Any]:
        return {each.pgh_obj_id: each for each in self.world.versions(ClauseEvent, self.day)}

    def with_parts(self, clause: int) -> set[int]:
        """The clause and its parts in force, however deep."""
        below = {
            pk
            for pk, each in self.clauses.items()
            if each.parent_id == clause and each.retired_on is None
        }
        return {clause}.union(*(self.with_parts(pk) for pk in below))

    def carrying(self, clause: int, among: Iterable[int]) -> set[int]:
        meant = self.with_parts(clause)
        return {pk for pk in among if self.carried.get(pk, set()) & meant}

    def of_policy(self) -> set[int]:
        return {pk for pk in self.rows if self.carried.get(pk)}

    def coverage(self) -> dict[str, int | None]:
        kinds: Counter[str] = Counter()
        for pk, clause in self.clauses.items():
            if clause.retired_on:
                continue
            kinds["unknown"] += clause.actionable == "UNKNOWN"
            kinds["to_be_entered"] += clause.actionable == "UNKNOWN" and not clause.heading
            if clause.actionable == "YES":
                kinds["actionable"] += 1
                for said in self.told_of(pk):
                    kinds[said] += 1
        names = ("actionable", "carried_out", "only_drafted", "behind", "uncovered")
        found: dict[str, int | None] = {
            name: kinds[name] for name in (*names, "unreadable", "unknown", "to_be_entered")
        }
        return found if self.standing.holds_any(OFFICE) else found | {"uncovered": None}

    def told_of(self, clause: int) -> Iterator[str]:
        every = self.carrying(clause, self.everything)
        alive = {pk for pk in every if self.everything[pk].state != "CANCELLED"}
        seen = alive & set(self.rows)
        if not seen:
            if self.standing.holds_any(OFFICE):
                yield "unreadable" if alive else "uncovered"
            return
        yield "carried_out"
        if {self.rows[pk].state for pk in seen} <= {"DRAFT", "PROPOSED"}:
            yield "only_drafted"
        whole = every & self.top
        if any(self.light_of(pk) is Light.RED for pk in whole):
            yield "behind"

    # --- Problems, questions, workdays

    def unaddressed(self) -> set[int] | None:
        """Single problems; a measure that nobody may read addresses what it addresses."""
        if not self.standing.holds_any(OFFICE):
            return None
        alive = {pk for pk, row in self.everything.items() if row.state != "CANCELLED"}
        links = self.world.versions(MeasureProblemEvent, self.day)
        addressed = {link.problem_id for link in links if link.measure_id in alive}
        single = [each for each in Problem.objects.all() if each.group_id]
        return {p.pk for p in single if not {p.pk, p.group_id} & addressed}

    def waiting(self) -> set[int]:
        end = evening(self.day)
        ended = {o.item_id for o in CoordinationOutcome.objects.all() if o.at < end}
        open_ = {pk for pk, row in self.rows.items() if row.state in OPEN}
        return {
            item.pk
            for item in CoordinationItem.objects.all()
            if item.at < end and item.pk not in ended and item.measure_id in open_
        }

    def workdays(self, agency: Agency, is_top: bool, calendar: Calendar) -> Counter[str]:
        """Evening after evening: who led, and whose turn it was."""
        found: Counter[str] = Counter()
        for pk, row in self.rows.items():
            turn = self.world.turn_of(pk)
            terms = turn.terms
            if not terms or (row.parent_id is None) is not is_top:
                continue
            on = terms[0].from_on
            while on < self.day:
                led = [term.agency_id for term in terms if term.from_on <= on][-1]
                if agency.pk in self.agencies[led].path and calendar.is_workday(on):
                    found[turn.at(on, row.cancelled_on)] += 1
                on += ONE_DAY
        found.pop("", None)
        return found


class Turn:
    """Whose turn a measure was, looked up evening by evening in what was written."""

    def __init__(self, pk: int) -> None:
        self.terms = list(LeadTerm.objects.filter(measure=pk).order_by("pk"))
        self.reports = list(ProgressReport.objects.filter(measure=pk))
        self.reviews = list(Review.objects.filter(report__measure=pk).order_by("pk"))
        self.requests = {r.pk: r for r in Request.objects.filter(measure=pk)}
        self.decisions = list(Decision.objects.filter(request__in=self.requests).order_by("pk"))
        along = TakenAlong.objects.filter(measure=pk, decision__request__kind="SUSPEND")
        self.rests = [row.decision for row in along] + self.granted("SUSPEND")
        self.resumed = list(Resumption.objects.filter(measure=pk))

    def granted(self, kind: str) -> list[Decision]:
        of = [d for d in self.decisions if self.requests[d.request_id].kind == kind]
        return [d for d in of if d.outcome == "GRANTED"]

    def at(self, day: date, cancelled_on: date | None) -> str:
        end = evening(day)
        if self.has_been_closed(end) or (cancelled_on is not None and cancelled_on <= day):
            return ""
        began = [d.known_at for d in self.rests if d.known_at < end]
        ended = [r.at for r in self.resumed if r.at < end]
        if began and (not ended or max(ended) < max(began)):
            return "suspended"
        return "reviewer" if self.is_reviewers(end) else "own"

    def has_been_closed(self, end: datetime) -> bool:
        closed = [d.known_at for d in self.granted("COMPLETE") if d.known_at < end]
        reopened = [d.known_at for d in self.granted("REOPEN") if d.known_at < end]
        return bool(closed) and (not reopened or max(reopened) < max(closed))

    def is_reviewers(self, end: datetime) -> bool:
        for report in self.reports:
            if report.submitted_at < end:
                said = [r for r in self.reviews if r.report_id == report.pk and r.at < end]
                if not said or said[-1].outcome == "WITHDRAWN":
                    return True
        return any(self.waits(request, end) for request in self.requests.values())

    def waits(self, request: Request, end: datetime) -> bool:
        """An application for completion; an objection that its unit confirmed."""
        if request.kind not in ("COMPLETE", "OBJECT") or request.asked_at >= end:
            return False
        said = [d for d in self.decisions if d.request_id == request.pk and d.known_at < end]
        outcomes = {d.outcome for d in said}
        confirmed = request.kind == "COMPLETE" or "VERIFIED" in outcomes
        return confirmed and not outcomes & {"GRANTED", "REFUSED"}
