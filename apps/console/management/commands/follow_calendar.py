"""Let what is stored follow a changed calendar or rule now, as the schedule does every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.core.actor import Machine
from apps.measures.operations import following


class Command(BaseCommand):
    help = (
        "Recomputes dates in workdays, and when lights turn, after a calendar or rule was entered."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with coming_from(Origin(trace="follow_calendar")):
            moved = following.follow_calendar(by=Machine("follow_calendar"), at=timezone.now())
        self.stdout.write(f"{moved} measures moved.")
