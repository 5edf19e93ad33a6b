"""What rows said at the end of a day in the past: their last versions by then (ADR 0006)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, F, Max, Q, QuerySet, When
from django.utils import timezone

from apps.measures.lights import Light, light_expression
from apps.measures.models import Measure

TURNS_ON = ("yellow_from_on", "red_from_on")
"""Columns that follow from others; versions leave them out."""


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the day, where the office is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def measures_at_end_of(day: date) -> "QuerySet[Any]":
    """Versions of measures, with `shown`: the light of that day, or the state of the grey ones."""
    fields: list[Any] = [Measure._meta.get_field(name) for name in TURNS_ON]
    follow = {field.name: field.expression for field in fields}
    versions: QuerySet[Any] = (
        at_end_of(day, "measures.MeasureEvent")
        .annotate(**follow)
        .annotate(light=light_expression(on=day))
        .annotate(
            shown=Case(
                When(~Q(light=Light.GREY), then=F("light")),
                default=F("state"),
                output_field=CharField(),
            )
        )
    )
    return versions


def at_end_of(day: date, events: str, *, ids: Any = None) -> "QuerySet[Any]":
    """The last version by then of each row that was not deleted; `pgh_obj_id` is the row's id.

    Of a few rows, given by their `ids`, only the versions of these are looked through.
    """
    rows: QuerySet[Any] = apps.get_model(events)._base_manager.order_by()
    known = rows.filter(pgh_created_at__lt=end_of(day))
    by_then = known if ids is None else known.filter(pgh_obj_id__in=ids)
    last = by_then.values("pgh_obj_id").annotate(last=Max("pgh_id")).values("last")
    return rows.filter(pgh_id__in=last).exclude(pgh_label="delete")


def first_day() -> date | None:
    """The first day on which there was something to tally: a measure with a lead, or a clause
    that one carries out.
    """
    led = apps.get_model("measures.MeasureEvent")._base_manager.filter(lead__isnull=False)
    carried = apps.get_model("measures.MeasureClauseEvent")._base_manager.all()
    first = [
        rows.order_by("pgh_id").values_list("pgh_created_at", flat=True).first()
        for rows in (led, carried)
    ]
    return min((timezone.localdate(at) for at in first if at), default=None)
