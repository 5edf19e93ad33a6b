"""Seal the append-only tables now, as the schedule does every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.audit.operations import seal_tables


class Command(BaseCommand):
    help = "Seals what the append-only tables gained since their last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        with coming_from(Origin(trace="seal_audit")):
            seals = seal_tables(at=timezone.now())
        for seal in seals:
            self.stdout.write(f"{seal.table}: {seal.rows} rows up to {seal.last_id}, {seal.digest}")
        if not seals:
            self.stdout.write("Nothing was sealed: no new rows, or their writers did not finish.")
