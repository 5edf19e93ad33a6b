"""What writes carry: shapes only. Rows are named by their ids and must be seen by the caller."""

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.agencies.models import Agency
from apps.api.nouns.sight import evidence_seen_by
from apps.api.nouns.words import SHORT, Body, Reason, text
from apps.kpis.periods import Period
from apps.measures.lifecycle import DECIDES
from apps.measures.models import Measure
from apps.measures.models.states import Cadence
from apps.measures.operations import MilestonePlan, Paper

MOST, LARGEST = 100, 2**62
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
MISSING = _("There is no such row, or it is not for you to see.")


class RowsField(serializers.ListField):
    """Rows by their ids; all of them are there and seen, or none is taken."""

    child = serializers.IntegerField(min_value=1, max_value=LARGEST)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MOST, "required": False} | options)

    def rows(self) -> Any:
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        ids = super().to_internal_value(data)
        found = {row.pk: row for row in self.rows().filter(pk__in=ids)}
        if len(found) < len(set(ids)):
            raise serializers.ValidationError(MISSING, code="does_not_exist")
        return list(found.values())


class EvidenceField(RowsField):
    def rows(self) -> Any:
        return evidence_seen_by(self.context["standing"])


class MeasuresField(RowsField):
    def rows(self) -> Any:
        return Measure.objects.visible_to(self.context["standing"])


class RowField(serializers.IntegerField):
    """A row by its id."""

    def rows(self) -> Any:
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        pk = super().to_internal_value(data)
        found = self.rows().filter(pk=pk).first() if 0 < pk < LARGEST else None
        if found is None:
            raise serializers.ValidationError(MISSING, code="does_not_exist")
        return found


class AgencyField(RowField):
    def rows(self) -> Any:
        return Agency.objects.all()


class LeadField(RowField):
    """An agency that leads measures."""

    def rows(self) -> Any:
        return Agency.objects.able_to_lead()


class ScanField(RowField):
    """The scan of a paper: evidence that was handed in before."""

    def rows(self) -> Any:
        return evidence_seen_by(self.context["standing"])


class AgenciesField(RowsField):
    def rows(self) -> Any:
        return Agency.objects.all()


class PeriodField(serializers.CharField):
    """2026, 2026-H1, 2026-Q1 or 2026-03."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return Period.parse(super().to_internal_value(data))
        except ValueError as error:
            said = _("Write a period as 2026, 2026-H1, 2026-Q1 or 2026-03.")
            raise serializers.ValidationError(said) from error


def days(**options: Any) -> serializers.DateField:
    """A day of this century."""
    bounds = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return serializers.DateField(**options, validators=bounds)


class Issuing(Body):
    """`weekly_because`: the director's reason for asking for a report every week."""

    weekly_because = serializers.CharField(
        max_length=SHORT, required=False, allow_blank=True, allow_null=True
    )


class Resuming(Reason):
    due_on = serializers.DateField(required=False, allow_null=True)


class Reissuing(Reason):
    lead = LeadField()
    due_on = serializers.DateField(required=False, allow_null=True)


class Asking(Body):
    grounds = text()
    evidence = EvidenceField(default=list)


class AskingADay(Asking):
    due_on = serializers.DateField()


class AskingToSuspend(Asking):
    condition = text()
    review_on = serializers.DateField()
    parts = MeasuresField(default=list)


class AskingToCancel(Asking):
    parts = MeasuresField(default=list)


class Step(Body):
    title = serializers.CharField(max_length=200)
    due_on = serializers.DateField()
    weight = serializers.IntegerField(min_value=1, max_value=1000, default=1)

    def to_internal_value(self, data: Any) -> Any:
        return MilestonePlan(**super().to_internal_value(data))


class AskingToCarryOver(AskingADay):
    milestones = serializers.ListField(child=Step(), default=list, max_length=MOST)


class Adjusting(Body):
    """What is to be different; what is left out stays."""

    title = serializers.CharField(max_length=300, required=False)
    supporters = AgenciesField()
    target_quantity = serializers.DecimalField(18, 4, required=False)
    cadence = serializers.ChoiceField(choices=Cadence.choices, required=False)
    milestones = serializers.ListField(child=Step(), required=False, max_length=MOST)


class AskingToAdjust(Asking):
    adjustment = Adjusting()


class Reporting(Body):
    """What was done in the period. Which fields are needed follows from the measure's basis."""

    summary = text()
    problems = text()
    next_step = text()
    explanation = text()
    progress = serializers.DecimalField(5, 2, required=False, allow_null=True)
    quantity = serializers.DecimalField(18, 4, required=False, allow_null=True)
    reached = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST),
        required=False,
        max_length=MOST,
        help_text="Ids of milestones.",  # no-translate: read by programmers
    )
    no_change = serializers.BooleanField(default=False)
    evidence = EvidenceField(default=list)


class Contributing(Body):
    agency = AgencyField()
    text = text()
    evidence = EvidenceField(default=list)


class AskingContribution(Body):
    """All of the agencies are asked, or none."""

    agencies = AgenciesField(required=True, min_length=1)
    question = text(SHORT)
    wanted_on = days()


class AskingCoordination(Body):
    """`of_leader`: the supervising leader assigned to the agency is asked, not the agency."""

    asked = AgencyField()
    of_leader = serializers.BooleanField(default=False)
    question = text()
    wanted_on = days()


class Instructing(Body):
    text = text()


class OnPaper(Body):
    """What somebody wrote on paper: who, on which day, and the scan that shows it."""

    by_name = text(150)
    decided_on = days()
    scan = ScanField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        said: dict[str, Any] = super().to_internal_value(data)
        paper = Paper(*(said.pop(name) for name in ("by_name", "decided_on", "scan")))
        return said | {"paper": paper}


class RecordingInstruction(OnPaper):
    text = text()


class RecordingDecision(OnPaper):
    """What was decided, by the name of the action; `lead` where an objection is upheld."""

    action = serializers.ChoiceField(choices=[(each.value, each.label) for each in DECIDES])
    reason = text(SHORT)
    lead = LeadField(required=False, allow_null=True)


class Confirming(Body):
    """`draft` is the version of the draft, the ETag of `/measures/{id}/report-draft`."""

    draft = serializers.IntegerField(min_value=0, max_value=10**9)


class Reviewing(Reason):
    """The verdict on one of the measure's reports; a return says why."""

    report = serializers.IntegerField(min_value=1, max_value=LARGEST)
    verdict = serializers.ChoiceField(choices=["approve", "return"])


class Uploading(Body):
    """A file for an agency; `measure` where it is for a restricted one."""

    file = serializers.FileField(max_length=200)
    agency = AgencyField()
    measure = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
