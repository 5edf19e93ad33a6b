"""What others say to a measure beside its lead's reports: contributions, coordination items.

A row is seen by whoever sees its measure.
"""

from rest_framework import serializers

from apps.api.nouns.progress import (
    WAITING,
    EvidenceRef,
    OnMeasures,
    evidence_through,
)
from apps.api.nouns.questions import Endings
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.shapes import Derived, Noun
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    CoordinationOutcome,
)


class ContributionRequestRow(Noun):
    """The lead asks a supporting agency what it did in the running period."""

    id = serializers.IntegerField()
    measure = CodeRef()
    agency = AgencyRef()
    period_due_on = serializers.DateField()
    question = serializers.CharField()
    wanted_on = serializers.DateField()
    asked_by = serializers.CharField(source="asked_by_name")
    asked_at = serializers.DateTimeField()


class ContributionRow(Noun):
    """What a supporting agency says it did, asked for by `request_id` or on its own."""

    id = serializers.IntegerField()
    measure = CodeRef()
    agency = AgencyRef()
    request_id = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    by = serializers.CharField(source="by_name")
    at = serializers.DateTimeField()
    evidence = EvidenceRef(many=True, required=False)

    annotated = {
        "evidence": lambda on: evidence_through(Contribution.evidence.through, "contribution"),
    }
    expandable = ("evidence",)


class CoordinationItemRow(Noun):
    """A question that blocks the lead, and the one way in which it ended."""

    id = serializers.IntegerField()
    measure = CodeRef()
    number = serializers.IntegerField()
    asked_by = AgencyRef()
    agency = AgencyRef()
    of_leader = serializers.BooleanField()
    question = serializers.CharField()
    wanted_on = serializers.DateField()
    by = serializers.CharField(source="by_name")
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=[WAITING, *CoordinationOutcome.Kind.values])
    answer = serializers.CharField(source="outcome.text", allow_null=True)
    given_by = serializers.CharField(source="outcome.given_by", allow_null=True)
    given_on = serializers.DateField(source="outcome.given_on", allow_null=True)
    ended_by = serializers.CharField(source="outcome.by_name", allow_null=True)
    ended_at = serializers.DateTimeField(source="outcome.at", allow_null=True)

    derived = {"outcome": Derived(("outcome__kind",), lambda said, on: said[0] or WAITING)}


class ContributionRequests(OnMeasures):
    """What leads asked of supporting agencies."""

    serializer_class = ContributionRequestRow
    table = ContributionRequest
    orders = {"id": "pk", "wanted_on": "wanted_on"}


class Contributions(OnMeasures):
    """What supporting agencies contributed, asked for or not."""

    serializer_class = ContributionRow
    table = Contribution
    always = ("evidence",)
    orders = {"id": "pk", "at": "at"}


class CoordinationItems(Endings, OnMeasures):
    """Questions of leads to others, with their answers."""

    serializer_class = CoordinationItemRow
    table = CoordinationItem
    orders = {"id": "pk", "wanted_on": "wanted_on"}
