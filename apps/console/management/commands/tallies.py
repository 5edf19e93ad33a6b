"""Tally the days that are over, as the schedule does every night; or one day anew."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.errors import RuleBroken
from apps.dashboards.operations import tally_day, tally_missing_days


class Command(BaseCommand):
    help = "Counts, for trends, how measures stood at the end of each day that has no tallies yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again",
            metavar="DAY",
            type=date.fromisoformat,
            help="count this day anew (2026-11-23) and replace its tallies",
        )

    def handle(self, *args: Any, again: date | None = None, **options: Any) -> None:
        if again:
            self._count_anew(again)
            return
        for day in tally_missing_days(at=timezone.now()):
            self.stdout.write(f"{day} tallied.")

    def _count_anew(self, day: date) -> None:
        try:
            rows = tally_day(day, at=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{day} tallied anew: {rows} rows.")
