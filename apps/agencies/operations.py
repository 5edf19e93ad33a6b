"""Adding agencies and marking the database."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.agencies.models import Agency, Installation
from apps.audit.operations import add_reference, record
from apps.core.actor import Actor, Role


@transaction.atomic
def add_agency(agency: Agency, *, by: Actor, at: datetime) -> Agency:
    """Enter an agency below its superior; its place in the tree is kept as a path of ids."""
    added = add_reference(agency, keepers=(Role.ADMINISTRATOR,), by=by, at=at)
    place_agency(added)
    return added


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
