"""Day: what figures are read from. Today from the rows themselves; a day that is over from their
versions, as it stood at its end (ADR 0006, 0042).

Both are QuerySets of the same columns under the same names, so that one query answers for every
day. A past day is seen under today's rights, and no more of it than was to be seen then: what is
out of sight now stays so, and a draft of that day is nobody's outside the supervision office.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.accounts.standing import Standing
from apps.dashboards.row_versions import TURNS_ON, at_end_of, end_of
from apps.measures.lights import light_expression
from apps.measures.models import Measure, MeasureClause, MeasureProblem, Milestone, State
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import UNISSUED
from apps.policies.models import Clause, Policy
from apps.policies.models.clause import within

Rows = Any
"""A MeasureQuerySet of rows or of their versions: no type says which columns it has."""
NOT_COUNTED = (*UNISSUED, State.CANCELLED)
IS_TOP = ExpressionWrapper(Q(parent__isnull=True), output_field=BooleanField())


@dataclass(frozen=True)
class Day:
    """`is_past`: the end of a day that is over. Else the present, with the lights of `on`."""

    on: date
    is_past: bool = False

    @classmethod
    def of(cls, on: date, *, today: date) -> "Day":
        return cls(on, on < today)

    @property
    def as_of(self) -> datetime | None:
        """The last moment of a past day: what figures of indicators are asked with."""
        return end_of(self.on) - timedelta(microseconds=1) if self.is_past else None

    def measures(self, standing: Standing, *, among: Rows | None = None) -> Rows:
        """The measures that this person sees, as they stood; `row` is the id, `shown` the light.

        `among` are ids: a few of them are found without going through all versions.
        """
        seen: Rows = Measure.objects.visible_to(standing).order_by()
        if among is not None:
            seen = seen.filter(pk__in=among)
        if self.is_past:
            ids = None if _is_everything(seen) else seen.values("pk")
            seen = self._versions_of_measures(ids).visible_to(standing)
        key = F("pgh_obj_id") if self.is_past else F("pk")
        return seen.annotate(row=key, shown=light_expression(on=self.on), is_top=IS_TOP)

    def _versions_of_measures(self, ids: Rows | None) -> Rows:
        events = apps.get_model("measures.MeasureEvent")
        fields: list[Any] = [Measure._meta.get_field(name) for name in TURNS_ON]
        last = at_end_of(self.on, "measures.MeasureEvent", ids=ids).values("pgh_id")
        versions: Rows = MeasureQuerySet(events)
        follow = {field.name: field.expression for field in fields}
        return versions.filter(pgh_id__in=last).annotate(**follow)

    def links(self) -> "QuerySet[Any]":
        """Which measure carried out which clause."""
        if self.is_past:
            return at_end_of(self.on, "measures.MeasureClauseEvent")
        return MeasureClause.objects.order_by()

    def addressed(self) -> "QuerySet[Any]":
        """Which measure addressed which problem."""
        if self.is_past:
            return at_end_of(self.on, "measures.MeasureProblemEvent")
        return MeasureProblem.objects.order_by()

    def obliging(self) -> "QuerySet[Policy]":
        """The policies that obliged the office."""
        if not self.is_past:
            return Policy.objects.obliging()
        then = at_end_of(self.on, "policies.PolicyEvent").filter(use=Policy.Use.OBLIGES)
        return Policy.objects.filter(pk__in=then.values("pgh_obj_id"))

    def clauses(self, where: Q, *, with_text: bool = False) -> list[Clause]:
        """The clauses in reading order; without their text unless it is wanted."""
        left_out = set() if with_text else {"text"}
        if not self.is_past:
            return list(Clause.objects.filter(where).defer(*left_out))
        then = at_end_of(self.on, "policies.ClauseEvent").filter(where).defer(*left_out)
        return sorted(
            (_copied(Clause, version, leaving_out={"initials"} | left_out) for version in then),
            key=lambda clause: (clause.policy_id, clause.position, clause.pk),
        )

    def with_parts(self, clause_id: int) -> RawSQL:
        """The clause and its parts, however deep, that were in force; for `__in`."""
        if not self.is_past:
            return Clause.objects.with_parts(clause_id)
        policy = Clause.objects.filter(pk=clause_id).order_by().values("policy")
        then = at_end_of(self.on, "policies.ClauseEvent").filter(policy_id__in=policy)
        in_force = then.filter(retired_on__isnull=True)
        return within(in_force.values_list("pgh_obj_id", "parent_id"), clause_id)

    def rows(self, ids: Iterable[int]) -> list[Measure]:
        """These measures as they stood, with what their reasons are said from, in this order.

        Six queries at most.
        """
        wanted = list(ids)
        if self.is_past:
            found = _rows_of_versions(self.on, wanted)
            were = apps.get_model("measures.MeasureEvent")._base_manager.filter(parent__in=wanted)
            parts = _rows_of_versions(self.on, set(were.values_list("pgh_obj_id", flat=True)))
            _with_milestones([*found, *parts], self.on)
            _with_parts(found, parts)
        else:
            rows = Measure.objects.filter(pk__in=wanted).select_related("lead")
            found = list(rows.with_parts().prefetch_related("milestones"))
        known = {measure.pk: measure for measure in found}
        return [known[pk] for pk in wanted if pk in known]


def sql_of(rows: "QuerySet[Any, Any]") -> tuple[str, tuple[Any, ...]]:
    """The query as it stands inside another one, in brackets, with what it is asked with.

    Raises EmptyResultSet where nothing can be found.
    """
    sql, said = rows.query.sql_with_params()
    return f"({sql})", said


def _is_everything(seen: Rows) -> bool:
    return not seen.query.where


# --- Rows made again from their versions ---------------------------------------------------


def _copied(model: Any, version: Any, *, leaving_out: set[str]) -> Any:
    """The row as that version kept it; it is never saved."""
    known = {field.attname for field in version._meta.concrete_fields}
    row = model(
        **{
            field.attname: getattr(version, field.attname)
            for field in model._meta.concrete_fields
            if field.attname in known - leaving_out and not field.primary_key
        }
    )
    row.pk = version.pgh_obj_id
    return row


def _rows_of_versions(on: date, ids: Any) -> list[Measure]:
    fields: list[Any] = [Measure._meta.get_field(name) for name in TURNS_ON]
    follow = {field.name: field.expression for field in fields}
    versions = at_end_of(on, "measures.MeasureEvent", ids=ids).select_related("lead")
    found = []
    for version in versions.annotate(**follow).order_by("pgh_obj_id"):
        row = _copied(Measure, version, leaving_out=set(TURNS_ON))
        for name in TURNS_ON:
            setattr(row, name, getattr(version, name))
        row.lead, row.parts = version.lead, []
        found.append(row)
    return found


def _with_milestones(measures: Iterable[Measure], on: date) -> None:
    """Those of the day, where a row keeps what was loaded for it."""
    of = {measure.pk: measure for measure in measures}
    steps: dict[int, list[Milestone]] = {pk: [] for pk in of}
    were = apps.get_model("measures.MilestoneEvent")._base_manager.filter(measure__in=of)
    ids = set(were.values_list("pgh_obj_id", flat=True))
    then = at_end_of(on, "measures.MilestoneEvent", ids=ids).filter(measure_id__in=of)
    for version in then.filter(dropped_in__isnull=True):
        steps[version.measure_id].append(_copied(Milestone, version, leaving_out=set()))
    for pk, measure in of.items():
        measure._prefetched_objects_cache = {"milestones": steps[pk]}  # type: ignore[attr-defined]  # what prefetch_related keeps


def _with_parts(measures: Iterable[Measure], parts: Iterable[Measure]) -> None:
    """Those that counted in their whole."""
    of = {measure.pk: measure for measure in measures}
    for part in parts:
        if part.parent_id in of and part.state not in NOT_COUNTED:
            of[part.parent_id].parts.append(part)
