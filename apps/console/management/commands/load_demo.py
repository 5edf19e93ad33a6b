"""Turn an empty database with the reference data into a demo, and say who can sign in."""

import textwrap
import unicodedata
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from apps.accounts.models import User
from apps.agencies.models import installation_is_demo
from apps.console.demo import load_demo, missing_measures
from apps.console.demo_story import LEADING, PASSWORD, PEOPLE
from apps.core.actor import Role


class Command(BaseCommand):
    help = "Marks an empty database as a demo for good and tells the demo story in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DAY", help="load as on that day"
        )
        parser.add_argument("--show-sign-ins", action="store_true", help="only say who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["show_sign_ins"]:
            self._load(options["as_of"] or timezone.localdate())
        self.stdout.write("\n".join(sign_ins()))

    def _load(self, as_of: date) -> None:
        if installation_is_demo():
            self.stdout.write("This database is a demo already.")
            return
        if User.objects.exists():
            raise CommandError("This database has users: the demo needs a database of its own.")
        if missing_measures():
            raise CommandError("Load the reference data first: manage.py load_reference.")
        with override("zh-hans"):  # what is recorded in words is in the office's language
            load_demo(as_of=as_of)


def sign_ins() -> list[str]:
    """One line per role, in both languages, with user name and password; then everybody else."""
    rows = [("角色", "Role", "User name", "Password")]  # no-translate: a table in both languages
    for person in LEADING:
        rows.append((*_in_both(person.role), person.username, PASSWORD))
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    others = [person.username for person in PEOPLE if person not in LEADING]
    also = "Also: " + ", ".join(others)
    return [*table, *textwrap.wrap(also, width=78)]


def _in_both(role: Role) -> tuple[str, str]:
    with override("zh-hans"):
        chinese = str(role.label)
    with override("en"):
        return chinese, str(role.label)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
