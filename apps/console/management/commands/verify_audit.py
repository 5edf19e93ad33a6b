"""Recompute every seal of the append-only tables; exit code 1 when one does not match its rows."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from apps.audit.models import Seal
from apps.audit.seals import Broken, broken_seals


class Command(BaseCommand):
    help = "Checks that no sealed row was changed, deleted or added."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(broken_seals())
        for one in broken:
            self.stdout.write(sentence(one))
        if broken:
            self.stdout.write(f"{len(broken)} of {Seal.objects.count()} seals are broken.")
            sys.exit(1)
        for seal in last_seals():
            self.stdout.write(f"{seal.table}: up to {seal.last_id}, {seal.digest}")
        self.stdout.write(f"All {Seal.objects.count()} seals match their rows.")


def sentence(broken: Broken) -> str:
    """What is wrong with a seal, as precisely as it can be known."""
    seal = broken.seal
    where = f"{seal.table}, rows {seal.first_id + 1} to {seal.last_id}"
    when = f"sealed {localtime(seal.sealed_at):%Y-%m-%d %H:%M}"
    if broken.rows_found == seal.rows:
        return f"{where} ({when}): {seal.rows} rows, but their content has changed."
    return f"{where} ({when}): {broken.rows_found} rows instead of {seal.rows}."


def last_seals() -> list[Seal]:
    """The newest seal of each table: its digest vouches for the whole chain."""
    return list(Seal.objects.order_by("table", "-id").distinct("table"))
