"""Measures as they stood at the end of a day that is over: as the cockpit reads it (ADR 0042)."""

from datetime import date
from typing import Any

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


def measures_then(standing: Standing, day: Day) -> Any:
    """The versions, under the names that a measure's columns have."""
    without_deadline = Coalesce("due_on", Value(LATEST), output_field=DateField())
    return day.measures(standing).annotate(changed_at=F("pgh_created_at"), due_key=without_deadline)


class MeasureThen(MeasureRow):
    """A measure as it stood at the end of the day; whose workdays went by is told of today only."""

    clock = None  # type: ignore[assignment]  # how the framework is told to leave a field out

    annotated = {
        **MeasureRow.annotated,
        "supporters": lambda on: supporters_of(_then("Support", on).filter(OF_ROW)),
        "clauses": lambda on: clauses_of(_then("MeasureClause", on).filter(OF_ROW)),
        "milestones": lambda on: milestones_of(_then("Milestone", on).filter(OF_ROW)),
    }
    expandable = ("clauses", "milestones")


class FilterThen(MeasureFilter):
    """The filters of measures, over what was linked on that day."""

    def by_policy(self, measures: Any, name: str, policy: Policy) -> Any:
        return self._linked(measures, "MeasureClause", clause__policy=policy)

    def by_clause(self, measures: Any, name: str, clause: Clause) -> Any:
        parts = Clause.objects.with_parts(clause)
        return self._linked(measures, "MeasureClause", clause__in=parts)

    def by_supporter(self, measures: Any, name: str, agency: Agency) -> Any:
        return self._linked(measures, "Support", agency__path__contains=[agency.pk])

    def by_problem(self, measures: Any, name: str, problem: Bottleneck) -> Any:
        group = [problem.pk, *filter(None, [problem.group_id])]
        return self._linked(measures, "MeasureProblem", problem__in=group)

    def _linked(self, measures: Any, table: str, **where: Any) -> Any:
        linked = _then(table, self.on).filter(**where)
        return measures.filter(row__in=linked.values("measure_id"))


def _then(table: str, on: date) -> "QuerySet[Any]":
    return at_end_of(on, f"measures.{table}Event")
