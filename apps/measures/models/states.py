"""The words a measure is described by: state, basis of progress, cadence of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role


class State(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PROPOSED = "PROPOSED", _("Awaiting approval")
    ISSUED = "ISSUED", _("Awaiting acknowledgement")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    COMPLETING = "COMPLETING", _("Completion applied for")
    CLOSED = "CLOSED", _("Completed")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CANCELLED = "CANCELLED", _("Cancelled")


UNISSUED = (State.DRAFT, State.PROPOSED)
OPEN = (State.ISSUED, State.IN_PROGRESS, State.COMPLETING, State.SUSPENDED)
ENDED = (State.CLOSED, State.CANCELLED)
AFTER_APPLYING = (State.COMPLETING, State.CLOSED)


class Basis(models.TextChoices):
    """What progress is measured by."""

    MILESTONES = "MILESTONES", _("Milestones")
    QUANTITY = "QUANTITY", _("Quantity")
    ESTIMATE = "ESTIMATE", _("Estimate")
    CHILDREN = "CHILDREN", _("Parts")


PART_REVIEWERS = frozenset({Role.LIAISON, Role.DRAFTER, Role.UNIT_LEADER})
"""Who reviews the reports on a part, in the agency that leads what it is a part of."""


class Cadence(models.TextChoices):
    """How often the lead reports."""

    WEEKLY = "WEEKLY", _("Weekly")
    MONTHLY = "MONTHLY", _("Monthly")
    QUARTERLY = "QUARTERLY", _("Quarterly")
