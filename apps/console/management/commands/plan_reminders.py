"""Write down the reminders owed, as the schedule does every morning; or say which they would be."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.reminders.causes import BY_KEY
from apps.reminders.operations.planning import Planned, plan, try_planning


class Command(BaseCommand):
    help = "Plans the reminders that are owed on a workday and were not planned before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            metavar="DAY",
            type=date.fromisoformat,
            help="as of this day (2026-11-23) instead of today",
        )
        parser.add_argument("--dry-run", action="store_true", help="say it, and write nothing")

    def handle(
        self, *args: Any, as_of: date | None = None, dry_run: bool = False, **options: Any
    ) -> None:
        run = try_planning if dry_run else plan
        planned = run(on=as_of or timezone.localdate(), at=timezone.now())
        if not planned.is_workday:
            self.stdout.write(f"{planned.on} is a day off: nothing is planned.")
            return
        self._tell(planned, "would be planned" if dry_run else "planned")

    def _tell(self, planned: Planned, done: str) -> None:
        for key, number in planned.messages.items():
            self.stdout.write(f"{number:7} {BY_KEY[key].label}")
        self.stdout.write(
            f"{planned.total} reminders {done} for {planned.on};"
            f" {planned.urgings} urging notices, {planned.proposals} proposals for the bulletin."
        )
