"""Which measures: the QuerySet methods that lists, counts, pages and the API share."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from apps.accounts.standing import Standing
from apps.agencies.models import Level, NaturalKey
from apps.core.actor import Role
from apps.core.search import Searchable
from apps.measures.models.states import PART_REVIEWERS, UNISSUED, Basis, State
from apps.policies.models import Policy

SUPERIOR_LEVELS = (Level.INTERNATIONAL, Level.NATIONAL, Level.PROVINCE)
"""Above a city."""

if TYPE_CHECKING:
    from apps.measures.models.measure import Measure  # noqa: F401  # named in a string below


class MeasureQuerySet(NaturalKey, Searchable["Measure"]):
    search_columns = ("title", "title_en", "initials")
    search_is_large = True

    def visible_to(self, standing: Standing) -> "MeasureQuerySet":
        """What this person may see at all. Drafts and proposals: the supervision office only.

        `viewer_agencies` is empty until a measure is issued, so one indexed overlap answers
        for everyone outside that office.
        """
        if standing.holds(Role.DIRECTOR):
            return self
        mine = Q(viewer_agencies__overlap=standing.viewing_agencies)
        if standing.viewing_agencies != standing.unit_agencies:
            mine &= Q(restricted=False) | Q(viewer_agencies__overlap=standing.unit_agencies)
        named = Q(restricted=True, reader_ids__contains=[standing.pk])
        if standing.holds(Role.SUPERVISOR):
            return self.filter(Q(restricted=False) | mine | named)
        if standing.holds(Role.AUDITOR):
            return self.filter(Q(restricted=False) | mine | named).issued()
        if not standing.viewing_agencies:
            return self.filter(named).issued() if standing.pk else self.none()
        return self.filter(mine | (named & ~Q(state__in=UNISSUED)))

    def naming(self, person: int) -> "MeasureQuerySet":
        """Restricted measures with this person among their named readers."""
        return self.filter(restricted=True, reader_ids__contains=[person])

    def issued(self) -> "MeasureQuerySet":
        return self.exclude(state__in=UNISSUED)

    def led_by(self, agency_ids: list[int]) -> "MeasureQuerySet":
        """Led by one of the agencies or by one below it: what the page of an agency counts."""
        return self.filter(lead__path__overlap=agency_ids)

    def top_level(self) -> "MeasureQuerySet":
        """Those that are not part of another: what headlines count.

        An agency's page counts what it leads, parts or not (`led_by`). The two are never added:
        a part would be counted with itself and once more within its parent.
        """
        return self.filter(parent__isnull=True)

    def reviewed_by(self, standing: Standing) -> "MeasureQuerySet":
        """Those whose reports are this person's to review: of a part, the lead of its parent;
        of anything else, the supervision office. `may_review` says the same of one measure.
        """
        units = standing.agencies_of(PART_REVIEWERS)
        mine = Q(parent__isnull=False, parent__lead__path__overlap=units)
        if standing.holds_any((Role.SUPERVISOR, Role.DIRECTOR)):
            mine |= Q(parent__isnull=True)
        return self.filter(mine)

    def counted_in_parent(self) -> "MeasureQuerySet":
        """The parts whose progress makes up their parent's: issued, and not cancelled."""
        return self.exclude(state__in=(*UNISSUED, State.CANCELLED))

    def with_parts(self) -> "MeasureQuerySet":
        """Loads `parts`, with milestones, which lights and progress by parts go by."""
        return self.prefetch_related(self.parts())

    def parts(self) -> Any:
        """What `with_parts` loads, for rows that are there already."""
        counted = type(self)(self.model).counted_in_parent().filter(parent__basis=Basis.CHILDREN)
        rows = counted.order_by("pk").select_related("lead").prefetch_related("milestones")
        prefetch: Any = models.Prefetch  # typed, it would define the attribute a second time
        return prefetch("children", rows, to_attr="parts")

    def of_superior_level(self) -> "MeasureQuerySet":
        """Those that carry out what obliges the office from above: a city's supervision office
        is asked by province, state and beyond. Parts carry out the clauses of the whole.
        """
        from_above = Q(
            clauses__policy__use=Policy.Use.OBLIGES, clauses__policy__level__in=SUPERIOR_LEVELS
        )
        return self.filter(from_above).distinct()

    def suspended(self) -> "MeasureQuerySet":
        return self.filter(state=State.SUSPENDED)

    def resting_by_itself(self) -> "MeasureQuerySet":
        """Suspended, and looked at again: a part that rests with its whole goes on with it."""
        return self.suspended().exclude(parent__state=State.SUSPENDED)

    def to_acknowledge(self) -> "MeasureQuerySet":
        return self.filter(state=State.ISSUED)

    def acknowledged_late(self) -> "MeasureQuerySet":
        """Signed after the day it was to be signed by, or deemed acknowledged."""
        return self.filter(acknowledged_on__gt=F("acknowledge_due_on"))

    def returned(self) -> "MeasureQuerySet":
        """The last report came back and none has followed yet."""
        return self.filter(state=State.IN_PROGRESS, returned_on__isnull=False)

    def reporting(self) -> "MeasureQuerySet":
        """A next report is owed, on whatever day."""
        return self.filter(state=State.IN_PROGRESS, next_report_due_on__isnull=False)

    def report_due(self, *, by: date) -> "MeasureQuerySet":
        """A report is due on or before that day and has not been made."""
        return self.reporting().filter(next_report_due_on__lte=by)

    def ever_overdue(self, *, on: date) -> "MeasureQuerySet":
        """Overdue on a day up to that one, whatever was granted, reviewed or decided since."""
        return self.filter(Q(first_overdue_on__lte=on) | Q(overdue_from_on__lte=on))

    def completed(self) -> "MeasureQuerySet":
        return self.filter(state=State.CLOSED)

    def on_time_granted(self) -> "MeasureQuerySet":
        """Completed, applied for by the deadline that was granted last, reviews deducted."""
        return self.completed().filter(overdue_from_on__isnull=True)

    def late_granted(self) -> "MeasureQuerySet":
        return self.completed().filter(overdue_from_on__isnull=False)

    def on_time_original(self) -> "MeasureQuerySet":
        """Completed, applied for by the deadline of its issue, later only by workdays that were
        not the lead's.
        """
        return self.completed().filter(original_overdue_from_on__isnull=True)

    def late_original(self) -> "MeasureQuerySet":
        return self.completed().filter(original_overdue_from_on__isnull=False)

    def review_waiting(self) -> "MeasureQuerySet":
        return self.filter(review_waiting_since__isnull=False)

    def completing(self) -> "MeasureQuerySet":
        """Completion was applied for: to be verified, then closed, or sent back."""
        return self.filter(state=State.COMPLETING)

    def completion_returned(self) -> "MeasureQuerySet":
        """The last application for completion was sent back and none has followed yet."""
        return self.filter(state=State.IN_PROGRESS, completion_returned_on__isnull=False)

    def proposed(self) -> "MeasureQuerySet":
        return self.filter(state=State.PROPOSED)

    def drafts(self) -> "MeasureQuerySet":
        return self.filter(state=State.DRAFT)

    def due_by(self, day: date) -> "MeasureQuerySet":
        """The deadline ends by that day; workdays in completion review move it (lights.py)."""
        after = day + timedelta(days=1)
        return self.filter(state__in=(State.ISSUED, State.IN_PROGRESS), overdue_from_on__lte=after)
