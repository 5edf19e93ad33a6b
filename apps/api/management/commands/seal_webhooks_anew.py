"""Encrypt what is kept of webhooks with the key of today, after SECRET_KEY was changed."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.api.webhooks.keeping import seal_webhooks_anew
from apps.audit.context import Origin, coming_from
from apps.core.actor import Machine, Role

MACHINE = Machine("seal_webhooks_anew", frozenset({Role.ADMINISTRATOR}))


class Command(BaseCommand):
    help = "Encrypts addresses and secrets of webhooks anew; then the former key may go."

    def handle(self, *args: Any, **options: Any) -> None:
        with coming_from(Origin(trace="seal_webhooks_anew")):
            count, lost = seal_webhooks_anew(by=MACHINE, at=timezone.now())
        self.stdout.write(f"{count} webhooks encrypted anew.")
        for webhook in lost:
            self.stderr.write(f"{webhook}: its key is gone. Enter its address, make a new secret.")
        if lost:
            sys.exit(1)
