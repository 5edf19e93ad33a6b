"""Put a backup in the place of what is here."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.console.backups.archive import Manifest
from apps.console.backups.restoring import another_key, evidence_lost, restore_backup
from apps.console.backups.trouble import told_in_one_sentence


class Command(BaseCommand):
    help = "Restores database and evidence from a file of `backup`; run it as the database's owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="drop everything that the database holds now"
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        with told_in_one_sentence():
            manifest, unknown = restore_backup(file, replace=replace)
        self.stdout.write(
            f"Restored as of {manifest.made_at}: the database and {len(manifest.evidence)} files "
            "of evidence. Everybody signs in again."
        )
        self._warn(manifest, unknown)

    def _warn(self, manifest: Manifest, unknown: list[str]) -> None:
        for role in unknown:
            self.stderr.write(
                f"The role «{role}» has no rights here yet: manage.py grant_application ROLE"
            )
        if another_key(manifest):
            self.stderr.write(
                "The backup was made with another SECRET_KEY: put that one into "
                "SECRET_KEY_FALLBACKS, else second factors and robots' addresses cannot be read."
            )
        if lost := evidence_lost(manifest):
            self.stderr.write(f"Evidence that the backup lacks: {', '.join(lost)}")
