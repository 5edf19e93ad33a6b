"""Encrypt what is kept of group robots with the key of today, after SECRET_KEY was changed."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.core.actor import Machine, Role
from apps.reminders.operations.robots import seal_robots_anew

MACHINE = Machine("seal_robots_anew", frozenset({Role.ADMINISTRATOR}))


class Command(BaseCommand):
    help = "Encrypts addresses and secrets of group robots anew; then the former key may go."

    def handle(self, *args: Any, **options: Any) -> None:
        with coming_from(Origin(trace="seal_robots_anew")):
            count, lost = seal_robots_anew(by=MACHINE, at=timezone.now())
        self.stdout.write(f"{count} robots encrypted anew.")
        for robot in lost:
            self.stderr.write(f"{robot}: its key is gone. Enter its address and secret again.")
        if lost:
            sys.exit(1)
