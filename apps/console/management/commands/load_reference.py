"""Load the reference data; what an officer changed stays and is listed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import override

from apps.console.reference import load_reference
from apps.core.actor import Machine, Role

MACHINE = Machine("load_reference", frozenset({Role.ADMINISTRATOR}))


class Command(BaseCommand):
    help = "Inserts the reference data that is absent and lists where the database differs."

    def handle(self, *args: Any, **options: Any) -> None:
        with override("zh-hans"):  # records are named in the language of the files
            outcome = load_reference(settings.BASE_DIR / "fixtures", by=MACHINE, at=timezone.now())
        for difference in outcome.differences:
            self.stdout.write(str(difference))
        counts = ", ".join(f"{count} {model}" for model, count in outcome.inserted.items())
        self.stdout.write(
            f"Inserted {counts or 'nothing'}; {len(outcome.differences)} differences, left as "
            "they are."
        )
