"""What is asked of others on a measure and how it ended; what leaders instruct, and its receipt."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Call

from apps.accounts.standing import Standing
from apps.api.clock import now
from apps.api.nouns.bodies import days
from apps.api.nouns.progress import OnMeasures
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.nouns.words import Body, Nothing, Reason, text
from apps.api.shapes import Noun
from apps.api.writing import ONCE, Done, body_of, once
from apps.core.errors import Verdict
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import CoordinationItem, Instruction
from apps.measures.permissions import may, may_answer, may_end, may_record_answer

Judge = Callable[[Standing, CoordinationItem], Verdict]


class InstructionRow(Noun):
    """What the supervising leader wants seen to, and who has acknowledged it."""

    id = serializers.IntegerField()
    measure = CodeRef()
    number = serializers.IntegerField()
    agency = AgencyRef()
    text = serializers.CharField()
    given_by = serializers.CharField(source="by_name")
    given_at = serializers.DateTimeField(source="at")
    recorded_by = serializers.CharField(source="recorded_by_name")
    recorded_at = serializers.DateTimeField(allow_null=True)
    received_by = serializers.CharField(source="receipt.by_name", allow_null=True)
    received_at = serializers.DateTimeField(source="receipt.at", allow_null=True)


class Answering(Body):
    text = text()


class RecordingAnswer(Answering):
    """An answer that was given on paper or by telephone: by whom, and on which day."""

    given_by = text(150)
    given_on = days(required=False, allow_null=True, default=None)


class EndedRow(serializers.Serializer[Any]):
    """What became of the question."""

    item = serializers.IntegerField()
    outcome = serializers.CharField()


class ReceivedRow(serializers.Serializer[Any]):
    instruction = serializers.IntegerField()
    received_by = serializers.CharField()


def _ending(way: str, about: str, body: type[Body], judge: Judge) -> Any:
    """A way in which a question ends: its address, its body, and whose it is."""
    name, operation = way.partition("_")[0], getattr(operations, way)

    def end(self: Any, request: Call, pk: str) -> HttpResponse:
        return once(request, lambda: self.ended(request, pk, body, operation, judge))

    end.__name__, end.__doc__ = name, about
    described = extend_schema(request=body, responses=EndedRow, parameters=[ONCE], filters=False)
    return described(
        action(detail=True, methods=["post"], url_path=name, pagination_class=None)(end)
    )


class Endings:
    """The addresses at which a question ends, on the noun of the questions."""

    standing: Any
    one: Any

    answer = _ending("answer_item", "Answer, as the one asked.", Answering, may_answer)
    record = _ending(
        "record_answer", "Put an answer on record.", RecordingAnswer, may_record_answer
    )
    settle = _ending("settle_item", "Say how it was settled.", Reason, may_end)
    withdraw = _ending("withdraw_item", "Take the question back.", Reason, may_end)

    def ended(self, request: Call, pk: str, body: type[Body], operation: Any, judge: Judge) -> Done:
        related = self.one(pk).select_related("measure__lead", "agency", "asked_by")
        item = get_object_or_404(related)
        judge(self.standing, item).or_refuse()
        said = body_of(request, body)
        outcome = operation(item, **said, by=self.standing, at=now())
        return Done({"item": item.pk, "outcome": outcome.kind})


class Instructions(OnMeasures):
    """Instructions of supervising leaders."""

    serializer_class = InstructionRow
    table = Instruction
    orders = {"id": "pk", "given_at": "at"}

    @extend_schema(request=Nothing, responses=ReceivedRow, parameters=[ONCE], filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def acknowledge(self, request: Call, pk: str) -> HttpResponse:
        """The lead confirms that it has received the instruction."""
        return once(request, lambda: self._acknowledge(request, pk))

    def _acknowledge(self, request: Call, pk: str) -> Done:
        related = self.one(pk).select_related("measure__lead", "measure__parent__lead")
        instruction = get_object_or_404(related)
        may(Action.ACKNOWLEDGE_INSTRUCTION, self.standing, instruction.measure).or_refuse()
        body_of(request, Nothing)
        receipt = operations.acknowledge_instruction(instruction, by=self.standing, at=now())
        return Done({"instruction": instruction.pk, "received_by": receipt.by_name})
