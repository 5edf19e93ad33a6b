"""Let a program in, and print the key that it shows from now on."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from apps.accounts.models import SCOPES, ServiceAccount
from apps.accounts.operations import add_service_account, issue_token
from apps.agencies.models import Agency
from apps.core.actor import Machine, Role
from apps.core.errors import Refusal

MACHINE = Machine("create_service_account", frozenset({Role.ADMINISTRATOR}))


class Command(BaseCommand):
    help = "Lets a program in and prints its token, which is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="its sign-in name")
        parser.add_argument("--name", help="what it is called; the sign-in name by default")
        parser.add_argument("--agency", required=True, help="the code of the agency it works for")
        parser.add_argument("--role", default="LIAISON", choices=ServiceAccount.Role.values)
        parser.add_argument("--days", type=int, default=365, help="how long the token is good")
        parser.add_argument(
            "scopes",
            nargs="+",
            choices=[scope for scope, _label in SCOPES],
            metavar="scope",
            help=", ".join(scope for scope, _label in SCOPES),
        )

    def handle(self, *args: Any, **said: Any) -> None:
        agency = Agency.objects.filter(code=said["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency with the code «{said['agency']}».")
        with override("en"):
            try:
                self.stdout.write(_let_in(agency, said))
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal


@transaction.atomic
def _let_in(agency: Agency, said: dict[str, Any]) -> str:
    at = timezone.now()
    account = add_service_account(
        said["code"],
        name=said["name"] or said["code"],
        agency=agency,
        role=said["role"],
        scopes=said["scopes"],
        by=MACHINE,
        at=at,
    )
    return issue_token(account, good_for=timedelta(days=said["days"]), by=MACHINE, at=at)
