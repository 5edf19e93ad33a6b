"""The inbox: what waits for one person's review or decision, oldest first, with its age.

Its lines are the causes of the workbench that review or decide; every kind of request is among
them by its path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, F, IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils.functional import Promise

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import Measure, ProgressReport, Request
from apps.web.acts import Button, button
from apps.web.cards import Card, card, loaded
from apps.web.cause import Cause
from apps.web.causes_of_reminders import BULLETIN, proposed_for_bulletin
from apps.web.counting import count_of
from apps.web.desk import Desk, asked
from apps.web.workbench import CAUSES, causes_of

SHOWN = 100
PUT_ON_RECORD = {
    "record_extension": Request.Kind.EXTEND,
    "record_cancellation": Request.Kind.CANCEL,
    "record_objection": Request.Kind.OBJECT,
}
"""Causes whose decision somebody else takes, on paper."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is, about which measure, since when."""

    cause: Cause
    card: Card
    since: date
    age: int
    """Workdays since then."""
    button: Button | None
    report: ProgressReport | None = None
    """Which of the measure's reports, where it is one."""

    @property
    def measure(self) -> Measure:
        return self.card.measure

    @property
    def turn(self) -> Sequence[str | Promise]:
        """Whose decision it is; of a report, whoever reviews the measure's."""
        if self.cause.action is Action.REVIEW and self.card.turn:
            return [str(self.card.turn.who)]
        return [role.label for role in Role if role in self.cause.roles]


def kinds(standing: Standing) -> list[Cause]:
    """The kinds of waiting that this person reviews or decides, as the workbench orders them."""
    return [cause for cause in causes_of(standing, CAUSES) if _decides(cause)]


def count(desk: Desk, causes: Sequence[Cause]) -> int:
    return _lines(desk, causes).count() if causes else 0


def count_of_all(desk: Desk) -> int:
    """All that waits for this person's review or decision; it is on every page."""
    return count_of(_all_lines, desk)


def _all_lines(desk: Desk) -> "QuerySet[Any, Any] | None":
    causes = kinds(desk.standing)
    return _lines(desk, causes) if causes else None


def waiting(desk: Desk, causes: Sequence[Cause]) -> list[Waiting]:
    """The oldest first. A director's decisions come before the reports that others review too."""
    if not causes:
        return []
    found = list(_lines(desk, causes).order_by("rank", "since", "line", "place", "of")[:SHOWN])
    measures = {m.pk: m for m in loaded(desk.seen.filter(pk__in=[line[0] for line in found]))}
    reports = ProgressReport.objects.in_bulk([of for *_line, of in found if of])
    return [
        _waiting(desk, causes[place], measures[pk], since, reports.get(of))
        for pk, place, since, _rank, of in found
    ]


def _waiting(
    desk: Desk, cause: Cause, measure: Measure, since: date, report: ProgressReport | None
) -> Waiting:
    act = cause.action and button(cause.action, desk.standing, measure, caption=cause.caption)
    return Waiting(
        cause,
        card(measure, on=desk.on, calendar=desk.calendar),
        since,
        desk.calendar.between(since, desk.on),
        act if act and act.verdict else None,
        report,
    )


def _decides(cause: Cause) -> bool:
    acts = {Action.REVIEW, Action.ISSUE, Action.RESUME, *DECIDES}
    return cause.action in acts or cause.key in PUT_ON_RECORD or cause is BULLETIN


def _lines(desk: Desk, causes: Sequence[Cause]) -> "QuerySet[Any, Any]":
    """A line for each measure of each cause; for each report where one waits. One query."""
    first, *more = (_of_cause(desk, cause, place) for place, cause in enumerate(causes))
    lines: QuerySet[Any, Any] = first.union(*more, all=True) if more else first
    return lines


def _of_cause(desk: Desk, cause: Cause, place: int) -> "QuerySet[Any, Any]":
    if cause.action is Action.REVIEW:
        reports = ProgressReport.objects.for_review_by(desk.standing).order_by()
        later = desk.standing.holds(Role.DIRECTOR)
        return _line(reports, "measure_id", place, TruncDate("submitted_at"), later=later, of="pk")
    return _line(cause.on(desk).order_by(), "pk", place, _since(cause))


def _line(
    rows: "QuerySet[Any, Any]",
    measure: str,
    place: int,
    since: Combinable | Subquery,
    *,
    later: bool = False,
    of: str = "",
) -> "QuerySet[Any, Any]":
    """Measure, cause, day, whether others review it too, and which report."""
    lines: QuerySet[Any, Any] = rows.annotate(
        line=F(measure),
        place=Value(place, output_field=IntegerField()),
        since=since,
        rank=Value(int(later), output_field=IntegerField()),
        of=F(of) if of else Value(None, output_field=IntegerField()),
    ).values_list("line", "place", "since", "rank", "of")
    return lines


def _since(cause: Cause) -> Combinable | Subquery:
    """The day on which it came: proposed, asked for, or to be reviewed from then on."""
    if cause.action is Action.RESUME:
        return F("review_on")
    if cause.action is Action.ISSUE:
        return TruncDate("changed_at")
    if cause is BULLETIN:
        return _first_day(proposed_for_bulletin(), "at")
    kind = PUT_ON_RECORD.get(cause.key) or (cause.action and DECIDES[cause.action].kind)
    return _first_day(asked(str(kind)), "asked_at")


def _first_day(rows: "QuerySet[Any]", moment: str) -> Subquery:
    return Subquery(rows.values(day=TruncDate(moment))[:1], output_field=DateField())
