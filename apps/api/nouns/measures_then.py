"""Measures as they stood at the end of a day that is over: as the cockpit reads it (ADR 0042)."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import DateField, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.api.nouns.measure_rows import MeasureRow, clauses_of, milestones_of, supporters_of
from apps.dashboards.days import Day
from apps.dashboards.row_versions import at_end_of
from apps.measures.filters import MeasureFilter
from apps.policies.models import Clause, Policy
from apps.policies.models import Problem as Bottleneck

OF_ROW = Q(measure_id=OuterRef("row"))
LATEST = date(9999, 12, 31)


def measures_then(standing: Standing, day: Day, ids: Any = None) -> Any:
    """The versions, under the names that a measure's columns have; of these `ids`, or of all."""
    without_deadline = Coalesce("due_on", Value(LATEST), output_field=DateField())
    versions = day.measures(standing, among=ids)
    return versions.annotate(changed_at=F("pgh_created_at"), due_key=without_deadline)


class MeasureThen(MeasureRow):
    """A measure as it stood at the end of the day; whose workdays went by is told of today only."""

    clock = None  # type: ignore[assignment]  # how the framework is told to leave a field out

    annotated = {
        **MeasureRow.annotated,
        "supporters": lambda on: supporters_of(_of_row("Support", on)),
        "clauses": lambda on: clauses_of(_of_row("MeasureClause", on)),
        "milestones": lambda on: milestones_of(_of_row("Milestone", on)),
    }
    expandable = ("clauses", "milestones")


class FilterThen(MeasureFilter):
    """The filters of measures, over what was linked on that day."""

    def by_policy(self, measures: Any, name: str, policy: Policy) -> Any:
        return self._linked(measures, "MeasureClause", clause__policy=policy)

    def by_clause(self, measures: Any, name: str, clause: Clause) -> Any:
        parts = Day(self.on, is_past=True).with_parts(clause.pk)
        return self._linked(measures, "MeasureClause", clause__in=parts)

    def by_supporter(self, measures: Any, name: str, agency: Agency) -> Any:
        return self._linked(measures, "Support", agency__path__contains=[agency.pk])

    def by_problem(self, measures: Any, name: str, problem: Bottleneck) -> Any:
        then = at_end_of(self.on, "policies.ProblemEvent", ids=[problem.pk])
        meant = Q(problem=problem) | Q(problem__in=then.values("group_id"))
        return self._linked(measures, "MeasureProblem", meant)

    def _linked(self, measures: Any, table: str, *meant: Q, **where: Any) -> Any:
        linked = _then(table, self.on).filter(*meant, **where)
        return measures.filter(row__in=linked.values("measure_id"))


def _then(table: str, on: date) -> "QuerySet[Any]":
    return at_end_of(on, f"measures.{table}Event")


def _of_row(table: str, on: date) -> "QuerySet[Any]":
    """What stood beside a row, found among the versions of what ever stood there."""
    row = OuterRef(OuterRef(OuterRef("row")))  # of the rows around the versions and their last ones
    events = apps.get_model(f"measures.{table}Event")._base_manager
    ever = events.filter(measure_id=row).values("pgh_obj_id")
    return at_end_of(on, f"measures.{table}Event", ids=ever).filter(OF_ROW)
