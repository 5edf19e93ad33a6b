"""Adding agencies and marking the database."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Installation
from apps.audit.operations import record
from apps.core.actor import Actor, Role
from apps.core.errors import NotAllowed


@transaction.atomic
def add_agency(agency: Agency, *, by: Actor, at: datetime) -> Agency:
    """Enter an agency below its superior; its place in the tree is kept as a path of ids."""
    if not by.holds(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator keeps the agencies."))
    agency.save()
    place_agency(agency)
    record("agencies.add_agency", agency, by=by, at=at)
    return agency


def place_agency(agency: Agency) -> None:
    """Write the path of a new agency. Moving one later is a reorganisation, not an edit."""
    above: list[Any] = list(agency.parent.path) if agency.parent else []
    agency.path = [*above, agency.pk]
    agency.save(update_fields=["path"])


@transaction.atomic
def mark_as_demo(*, at: datetime, by: Actor) -> None:
    """Mark this database as a demo for good: every screen and export says so."""
    row, _created = Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    record("agencies.mark_as_demo", row, by=by, at=at)
