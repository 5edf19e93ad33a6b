"""What a draft says, and what a measure is broken down into, as the operations take it."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import User
from apps.agencies.models import Agency, District
from apps.api.nouns.bodies import MOST, LeadField, RowsField, Step, days
from apps.api.nouns.words import Body
from apps.measures.models.states import Basis, Cadence
from apps.measures.operations import Part, Plan
from apps.policies.models import Clause

MOST_WORKDAYS = 1000


class LeadsField(RowsField):
    def rows(self) -> Any:
        return Agency.objects.able_to_lead()


class DistrictsField(RowsField):
    def rows(self) -> Any:
        return District.objects.defer("boundary")


class ClausesField(RowsField):
    def rows(self) -> Any:
        return Clause.objects.all()


class ReadersField(serializers.ListField):
    """People by their sign-in names; all of them are there."""

    child = serializers.CharField(max_length=150)

    def to_internal_value(self, data: Any) -> list[int]:
        names = set(super().to_internal_value(data))
        found = dict(User.objects.filter(username__in=names).values_list("username", "pk"))
        if unknown := sorted(names - found.keys()):
            said = _("Nobody signs in as %(names)s.") % {"names": ", ".join(unknown)}
            raise serializers.ValidationError(said, code="does_not_exist")
        return sorted(found.values())


class Planning(Body):
    """What a draft says: all of it, not only what is to be different."""

    title = serializers.CharField(max_length=300)
    title_en = serializers.CharField(max_length=500, default="", allow_blank=True)
    lead = LeadField(allow_null=True, default=None)
    supporters = LeadsField(default=list)
    districts = DistrictsField(required=False)
    due_on = days(allow_null=True, default=None)
    due_workdays = serializers.IntegerField(
        min_value=1, max_value=MOST_WORKDAYS, allow_null=True, default=None
    )
    standing = serializers.BooleanField(default=False)
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.MILESTONES)
    target_quantity = serializers.DecimalField(18, 4, allow_null=True, default=None)
    quantity_unit = serializers.CharField(max_length=20, default="", allow_blank=True)
    cadence = serializers.ChoiceField(choices=Cadence.choices, default=Cadence.MONTHLY)
    milestones = serializers.ListField(child=Step(), default=list, max_length=MOST)
    restricted = serializers.BooleanField(default=False)
    readers = ReadersField(default=list, max_length=MOST)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        said = super().to_internal_value(data)
        beside = {name: said.pop(name) for name in ("code", "clauses") if name in said}
        readers = said.pop("readers")
        said["reader_ids"] = readers if said["restricted"] else []
        return {"plan": Plan(**said), **beside}


class Drafting(Planning):
    """A first draft also names its clauses and gets its code, which never changes."""

    code = serializers.CharField(max_length=40, validators=[RegexValidator(r"^[\w.\-/]+$")])
    clauses = ClausesField(min_length=1, required=True)


class CarryingOut(Body):
    """Clauses that a draft carries out too."""

    clauses = ClausesField(min_length=1, required=True)


class OfParts(Body):
    """What one agency is given; deadline and title are those of the whole unless said."""

    agency = LeadField()
    due_on = days(allow_null=True, default=None)
    title = serializers.CharField(max_length=300, default="", allow_blank=True)
    weight = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    milestones = serializers.ListField(child=Step(), default=list, max_length=MOST)

    def to_internal_value(self, data: Any) -> Any:
        return Part(**super().to_internal_value(data))


class BreakingDown(Body):
    """`by_parts`: from now on the progress of the whole is that of its parts."""

    parts = serializers.ListField(child=OfParts(), max_length=MOST)
    by_parts = serializers.BooleanField(default=False)
