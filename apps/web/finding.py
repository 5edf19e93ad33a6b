"""The filters of the list of measures: those of the field, and what only reminders know."""

from django.utils.translation import gettext_lazy as _

from apps.measures.filters import MeasureFilter, YesNo, choice
from apps.measures.models.rows import MeasureQuerySet
from apps.reminders.escalation import escalated


class ListFilter(MeasureFilter):
    escalated = choice(YesNo, _("Escalated"), method="by_escalated")

    def by_escalated(self, measures: MeasureQuerySet, name: str, said: str) -> MeasureQuerySet:
        """A step of escalation was taken for the deadline that holds now."""
        found = escalated(measures)
        return found if said == YesNo.YES else measures.exclude(pk__in=found.values("pk"))
