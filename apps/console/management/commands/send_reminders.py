"""Send what waits, as the schedule does every minute: mails, and what group robots have to say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.reminders.models import Channel
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.group_calls import call_groups
from apps.reminders.operations.sending import send_waiting

BY_HAND = 1000


class Command(BaseCommand):
    help = "Makes the digests of those whose hour has come, and sends what waits, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit",
            type=int,
            default=BY_HAND,
            metavar="N",
            help="send at most N messages by each way (default: %(default)s)",
        )

    def handle(self, *args: Any, limit: int = BY_HAND, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{make_digests(at=now)} digests and {call_groups(at=now)} calls made.")
        for channel in (Channel.EMAIL, Channel.ROBOT):
            done = send_waiting(channel, clock=timezone.now, limit=limit)
            words = ", ".join(f"{what} {count}" for what, count in done.as_said().items())
            self.stdout.write(f"{channel.value}: {words}")
