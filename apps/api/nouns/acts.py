"""The acts on a measure, by the names of the table of transitions: each is one operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.api.clock import now
from apps.api.nouns import bodies
from apps.api.nouns.words import Body, Nothing, Reason
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import Decision, Measure, ProgressReport
from apps.measures.models import Request as Asked
from apps.measures.operations import Account, Adjustment

WHERE = {Asked: "requests", ProgressReport: "reports"}


@dataclass(frozen=True)
class Write:
    """What the caller says, and the operation that is called with it."""

    body: type[Body]
    operation: Callable[..., Any]


class DoneRow(serializers.Serializer[Any]):
    """Where the measure stands after the act, and the row that was made."""

    measure = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    made = serializers.CharField(allow_null=True)


class OfferRow(serializers.Serializer[Any]):
    """An action that the measure's state knows: whether it is the caller's now, and why not."""

    action = serializers.CharField()
    name = serializers.CharField()
    allowed = serializers.BooleanField()
    reason = serializers.CharField()
    address = serializers.CharField(allow_null=True)


def _report(measure: Measure, *, seen: int, by: Any, at: Any, **said: Any) -> Any:
    account = Account(**said | {"reached": frozenset(said.get("reached", ()))})
    return operations.hand_in_report(measure, account, seen=seen, by=by, at=at)


def _adjust(measure: Measure, *, adjustment: dict[str, Any], **said: Any) -> Any:
    return operations.ask_adjustment(measure, Adjustment(**adjustment), **said)


def _contribute(measure: Measure, *, seen: int, **said: Any) -> Any:
    """Beside the measure, whose version does not matter to it."""
    return operations.contribute(measure, **said)


WRITES: Mapping[Action, Write] = {
    Action.PROPOSE: Write(Nothing, operations.propose_measure),
    Action.ISSUE: Write(Nothing, operations.issue_measure),
    Action.ACKNOWLEDGE: Write(Nothing, operations.acknowledge_measure),
    Action.RETURN_PROPOSAL: Write(Reason, operations.return_proposal),
    Action.REPORT: Write(bodies.Reporting, _report),
    Action.CONTRIBUTE: Write(bodies.Contributing, _contribute),
    Action.DETACH: Write(Reason, operations.detach_child),
    Action.RESUME: Write(bodies.Resuming, operations.resume_measure),
    Action.OBJECT: Write(bodies.Asking, operations.object_to_measure),
    Action.APPLY: Write(bodies.Asking, operations.apply_for_completion),
    Action.ASK_REOPENING: Write(bodies.AskingADay, operations.ask_reopening),
    Action.ASK_EXTENSION: Write(bodies.AskingADay, operations.ask_extension),
    Action.ASK_SUSPENSION: Write(bodies.AskingToSuspend, operations.ask_suspension),
    Action.ASK_CANCELLATION: Write(bodies.AskingToCancel, operations.ask_cancellation),
    Action.ASK_ADJUSTMENT: Write(bodies.AskingToAdjust, _adjust),
    Action.ASK_CARRY_OVER: Write(bodies.AskingToCarryOver, operations.ask_carry_over),
    **{
        each: Write(bodies.Reissuing if each is Action.REISSUE else Reason, operations.DECIDE[each])
        for each in DECIDES
    },
}


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
        return once(request, lambda: _perform(self, request, write, int(pk)))

    perform.__name__ = str(act.lower())
    with override("en"):
        described = extend_schema(
            operation_id=f"measures_{act.lower()}",
            summary=str(act.label),
            request=write.body,
            responses={200: DoneRow, 201: DoneRow},
            parameters=[IF_MATCH, ONCE],
            filters=False,
        )
    routed = action(detail=True, methods=["post"], url_path=slug(act), pagination_class=None)
    return described(routed(perform))


def _perform(view: Any, request: Request, write: Write, pk: int) -> Done:
    related = view.visible().select_related("lead", "parent__lead")
    measure = get_object_or_404(related, pk=pk)
    said = body_of(request, write.body)
    made = write.operation(measure, **said, seen=seen_of(request), by=view.standing, at=now())
    return done(made)


def done(made: Any) -> Done:
    """The measure as the act left it; a report or a request has an address of its own."""
    measure = _measure_of(made)
    where = f"/api/v1/{WHERE[type(made)]}/{made.pk}" if type(made) in WHERE else ""
    said = {
        "measure": measure.pk,
        "state": measure.state,
        "version": measure.version,
        "made": where or None,
    }
    return Done(said, 201 if where else 200, measure.version, where)


def _measure_of(made: Any) -> Measure:
    if isinstance(made, Measure):
        return made
    row = made.request if isinstance(made, Decision) else made
    measure: Measure = row.measure
    return measure
