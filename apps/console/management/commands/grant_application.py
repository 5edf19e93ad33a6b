"""Give the application's database role its rights. Run as the database's owner, after migrate."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.console.grants import grant_application, role_exists


class Command(BaseCommand):
    help = "Gives the application's database role its rights; run it as the owner after migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that the application signs in as")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if not role_exists(role):
            raise CommandError(f"The database knows no role «{role}».")
        if rewritable := grant_application(role):
            raise CommandError(
                f"The role «{role}» could still rewrite {', '.join(rewritable)}: it owns them, is "
                "a superuser, or belongs to a role that may. Give the application a lesser role."
            )
        self.stdout.write(f"The role «{role}» has the application's rights.")
