"""Make sure that somebody can keep people and agencies: ask for the first administrator."""

import os
import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from apps.accounts.models import Membership
from apps.accounts.operations import add_user, give_role
from apps.agencies.models import Agency, Level
from apps.agencies.operations import add_agency
from apps.core.actor import Machine, Role

MACHINE = Machine("create_administrator", frozenset({Role.ADMINISTRATOR}))
USERNAME, PASSWORD = "POLICYTRACK_ADMIN_USERNAME", "POLICYTRACK_ADMIN_PASSWORD"


class Command(BaseCommand):
    help = "Creates the first administrator, unless an active one exists."

    def handle(self, *args: Any, **options: Any) -> None:
        if administrator_exists():
            return
        with override("en"):  # the terminal is spoken to in English, password rules included
            username = self._create()
        self.stdout.write(f"«{username}» is now the administrator.")

    def _create(self) -> str:
        username, password = os.environ.get(USERNAME), os.environ.get(PASSWORD)
        if username and password:
            try:
                return create_administrator(username, password)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
        if sys.stdin.isatty():
            return self._ask()
        raise CommandError(
            f"There is no administrator yet: run this in a terminal, or set {USERNAME} and "
            f"{PASSWORD}."
        )

    def _ask(self) -> str:
        """Ask until user name and password are accepted."""
        while True:
            try:
                return create_administrator(input("Administrator's user name: "), ask_password())
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
            except (EOFError, KeyboardInterrupt) as error:
                raise CommandError("No administrator was created.") from error


def ask_password() -> str:
    """A password typed twice, unseen."""
    password = getpass("Password (at least 12 characters): ")
    if getpass("The same password again: ") != password:
        raise ValidationError("The two passwords differ.")  # no-translate: said at a terminal
    return password


def administrator_exists() -> bool:
    administrators = Membership.objects.active(on=timezone.localdate()).filter(
        role=Role.ADMINISTRATOR, user__is_active=True
    )
    return administrators.exists()


@transaction.atomic
def create_administrator(username: str, password: str) -> str:
    """Enter the person as administrator of the supervision office; both are made if missing."""
    now = timezone.now()
    user = add_user(username, name=username, password=password, by=MACHINE, at=now)
    today = timezone.localdate(now)
    give_role(
        user, Role.ADMINISTRATOR, agency=supervision_office(), from_on=today, by=MACHINE, at=now
    )
    return username


def supervision_office() -> Agency:
    """The agency that administrators belong to until they enter the real one."""
    found = Agency.objects.filter(code="office").first()
    if found:
        return found
    office = Agency(
        code="office",
        name="督查办公室",  # no-translate: the Chinese name beside the English one
        name_en="Supervision office",
        kind=Agency.Kind.SUPERVISION,
        level=Level.CITY,
    )
    return add_agency(office, by=MACHINE, at=timezone.now())
