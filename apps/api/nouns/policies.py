"""Policies and what they ask for: clauses, chains, problems. Everybody let in reads them."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Resource
from apps.agencies.models import Confidence, Level
from apps.api.asked import refuse_unknown
from apps.api.nouns.finding import ByWords, by_choice, by_code, by_id
from apps.api.nouns.references import CodeRef
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.policies.filters import PolicyFilter
from apps.policies.models import Chain, Clause, Policy, Problem

TEXTS = serializers.CharField


class PolicyRow(Noun):
    """A document or deployment; what is not known about it stays empty."""

    id = serializers.IntegerField()
    code = TEXTS()
    name = TEXTS()
    name_en = TEXTS()
    nickname = TEXTS()
    level = serializers.ChoiceField(choices=Level.choices)
    kind = serializers.ChoiceField(choices=Policy.Kind.choices)
    use = serializers.ChoiceField(choices=Policy.Use.choices)
    jurisdiction = TEXTS()
    issuer = TEXTS()
    document_number = TEXTS()
    issued = TEXTS()
    period = TEXTS()
    facts = serializers.ListField(child=TEXTS())
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    sources = serializers.ListField(child=TEXTS())
    version = serializers.IntegerField()


class ClauseRow(Noun):
    """A numbered part of a policy's text; an empty heading is not known."""

    id = serializers.IntegerField()
    code = TEXTS()
    policy = CodeRef()
    parent_id = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField()
    number = TEXTS()
    heading = TEXTS()
    heading_en = TEXTS()
    text = TEXTS()
    actionable = serializers.ChoiceField(choices=Clause.Actionable.choices)
    retired_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ClauseBranch(serializers.Serializer[Any]):
    """A clause with its parts, however deep."""

    id = serializers.IntegerField()
    code = TEXTS()
    number = TEXTS()
    heading = TEXTS()
    heading_en = TEXTS()
    actionable = serializers.ChoiceField(choices=Clause.Actionable.choices)
    parts = serializers.ListField(child=serializers.DictField())


class ChainRow(Noun):
    id = serializers.IntegerField()
    code = TEXTS()
    name = TEXTS()
    name_en = TEXTS()
    policy = CodeRef()
    position = serializers.IntegerField()
    valid_from = TEXTS()
    valid_until = TEXTS()
    tier = TEXTS()
    chief = TEXTS()
    masters = serializers.ListField(child=TEXTS())
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    sources = serializers.ListField(child=TEXTS())
    version = serializers.IntegerField()


class ProblemRow(Noun):
    id = serializers.IntegerField()
    code = TEXTS()
    name = TEXTS()
    name_en = TEXTS()
    group = CodeRef(allow_null=True)
    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Problem.Kind.choices, allow_blank=True)
    import_type = serializers.ChoiceField(choices=Problem.ImportType.choices, allow_blank=True)
    segment = CodeRef(allow_null=True)
    supplied_from = serializers.ListField(child=TEXTS())
    version = serializers.IntegerField()


class ClauseFilter(ByWords):
    code = by_code()
    policy = by_id("policy_id", _("Policy"))
    parent = by_id("parent_id", _("part of"))
    actionable = by_choice("actionable", Clause.Actionable.choices, _("actionable"))


class ChainFilter(ByWords):
    code = by_code()
    policy = by_id("policy_id", _("Policy"))


class ProblemFilter(ByWords):
    code = by_code()
    kind = by_choice("kind", Problem.Kind.choices, _("kind of problem"))


class Policies(NounView):
    """Policies, with their clauses as a tree."""

    resource = Resource.POLICIES
    serializer_class = PolicyRow
    filterset = PolicyFilter
    orders = {"id": "pk", "code": "code"}
    versioned = True
    versions = "policies.PolicyEvent"

    def visible(self) -> "QuerySet[Any]":
        return Policy.objects.all()

    @extend_schema(responses=ClauseBranch(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def tree(self, request: Request, pk: str) -> Response:
        """The clauses in force in the order of the text, each with its parts."""
        refuse_unknown(request.GET, ("format",))
        if not self.one(pk).exists():
            raise Http404
        names = ("id", "code", "number", "heading", "heading_en", "actionable")
        clauses = Clause.objects.in_force().filter(policy_id=int(pk)).order_by("position")
        parts = defaultdict(list)
        for parent, *said in clauses.values_list("parent_id", *names):
            parts[parent].append(dict(zip(names, said, strict=True)))
        return Response(_branches(parts, None))


def _branches(parts: Any, above: int | None) -> list[dict[str, Any]]:
    return [{**each, "parts": _branches(parts, each["id"])} for each in parts.get(above, ())]


class Clauses(NounView):
    """The parts of policies' texts, in one list."""

    resource = Resource.POLICIES
    serializer_class = ClauseRow
    filterset = ClauseFilter
    orders = {"id": "pk", "code": "code", "position": "position"}
    versioned = True
    versions = "policies.ClauseEvent"

    def visible(self) -> "QuerySet[Any]":
        return Clause.objects.all()


class Chains(NounView):
    """Industry chains."""

    resource = Resource.POLICIES
    serializer_class = ChainRow
    filterset = ChainFilter
    orders = {"id": "pk", "code": "code", "position": "position"}
    versioned = True
    versions = "policies.ChainEvent"

    def visible(self) -> "QuerySet[Any]":
        return Chain.objects.all()


class Problems(NounView):
    """Bottlenecks that measures address, and groups of them."""

    resource = Resource.POLICIES
    serializer_class = ProblemRow
    filterset = ProblemFilter
    orders = {"id": "pk", "code": "code", "position": "position"}
    versioned = True
    versions = "policies.ProblemEvent"

    def visible(self) -> "QuerySet[Any]":
        return Problem.objects.all()
