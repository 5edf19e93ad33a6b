"""The acts on a measure, by the names of the table of transitions: each is one operation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.api.clock import now
from apps.api.nouns.writes import WRITES, Write
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
from apps.measures.lifecycle import Action
from apps.measures.models import (
    CoordinationItem,
    Decision,
    Instruction,
    Measure,
    ProgressReport,
    Review,
)
from apps.measures.models import Request as Asked
from apps.measures.permissions import may

WHERE = {
    Asked: "requests",
    ProgressReport: "reports",
    CoordinationItem: "coordination-items",
    Instruction: "instructions",
}
"""Rows that have an address of their own."""


class DoneRow(serializers.Serializer[Any]):
    """Where the measure stands after the act, and the row that was made.

    `version` is the one the act made; null for what is added beside a measure and makes none.
    """

    measure = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    made = serializers.CharField(allow_null=True)


class OfferRow(serializers.Serializer[Any]):
    """An action that the measure's state knows: whether it is the caller's now, and why not."""

    action = serializers.CharField()
    name = serializers.CharField()
    allowed = serializers.BooleanField()
    reason = serializers.CharField()
    address = serializers.CharField(allow_null=True)


def slug(act: Action) -> str:
    """The act as an address names it: ask-extension."""
    return str(act.lower()).replace("_", "-")


def address_of(act: Action, measure: Measure) -> str | None:
    return f"/api/v1/measures/{measure.pk}/{slug(act)}" if act in WRITES else None


def attach_acts(view: type[Any]) -> type[Any]:
    """Give the measures' view a method and an address for each act."""
    for act, write in WRITES.items():
        setattr(view, str(act.lower()), _method(act, write))
    return view


def _method(act: Action, write: Write) -> Any:
    def perform(self: Any, request: Request, pk: str) -> HttpResponse:
        return once(request, lambda: _perform(self, request, act, int(pk)))

    perform.__name__ = str(act.lower())
    with override("en"):
        described = extend_schema(
            operation_id=f"measures_{act.lower()}",
            summary=str(act.label),
            description=_rule(act, write),
            request=write.body,
            responses={200: DoneRow, 201: DoneRow},
            parameters=[ONCE] if write.beside else [IF_MATCH, ONCE],
            filters=False,
        )
    routed = action(detail=True, methods=["post"], url_path=slug(act), pagination_class=None)
    return described(routed(perform))


def _rule(act: Action, write: Write) -> str:
    """What the operation says of itself first: the rule in words of the field."""
    return " ".join((write.operation.__doc__ or f"{act.label}.").partition("\n\n")[0].split())


def _perform(view: Any, request: Request, act: Action, pk: int) -> Done:
    write = WRITES[act]
    related = view.visible().select_related("lead", "parent__lead")
    measure = get_object_or_404(related, pk=pk)
    may(act, view.standing, measure).or_refuse()  # before what is said is looked at, as on pages
    said = body_of(request, write.body)
    seen = {} if write.beside else {"seen": seen_of(request)}
    made = write.operation(measure, **said, **seen, by=view.standing, at=now())
    return done(made, beside=write.beside)


def done(made: Any, *, beside: bool = False) -> Done:
    """The measure as the act left it; a report or a request has an address of its own."""
    measure = _measure_of(made)
    version = None if beside else measure.version
    where = f"/api/v1/{WHERE[type(made)]}/{made.pk}" if type(made) in WHERE else ""
    said = {
        "measure": measure.pk,
        "state": measure.state,
        "version": version,
        "made": where or None,
    }
    return Done(said, 201 if where else 200, version, where)


def _measure_of(made: Any) -> Measure:
    """The one that the act held: read again, it might be what somebody else has made of it."""
    if isinstance(made, Measure):
        return made
    row = made
    if isinstance(made, Decision):
        row = made.request
    elif isinstance(made, Review):
        row = made.report
    measure: Measure = row.measure
    return measure
